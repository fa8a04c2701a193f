"""``python -m demo.devices``: the devices that live in the demo's house, until they are stopped."""

from argparse import ArgumentParser
import asyncio
from contextlib import AsyncExitStack
import math
from pathlib import Path
import signal
import time
from typing import Final

from ..ports import LOOPBACK
from .device import Device
from .models import Model, models

_MEASURE_SECONDS: Final = 20.0
_DAY: Final = 600.0  # s from one noon of this house to the next


async def live(port: int, secrets: Path) -> None:
    """Let each device join with an account of its own; ends with a signal."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with AsyncExitStack() as stack:
        devices = []
        for model in models():
            name = model.device_id
            password = (secrets / name).read_text().strip()
            joined = Device.join(model, LOOPBACK, port, name, password)
            devices.append(await stack.enter_async_context(joined))
        measuring = asyncio.create_task(_measure(devices))
        await stopped.wait()
        measuring.cancel()


async def _measure(devices: list[Device]) -> None:
    """Let the thermometers read something new now and then."""
    while True:
        for device in devices:
            if "temperature" in device.model.state:
                _read(device.model)
                device.tell()
        await asyncio.sleep(_MEASURE_SECONDS)


def _read(model: Model) -> None:
    sun = math.sin(time.time() / _DAY * 2 * math.pi)
    model.state["temperature"] = {"value": round(14 + 4 * sun, 1)}
    model.state["humidity"] = {"value": round(61 - 8 * sun)}


def main() -> None:
    """Run until stopped."""
    parser = ArgumentParser("python -m demo.devices", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="the broker's")
    parser.add_argument("--secrets", type=Path, required=True, help="a password file an account")
    options = parser.parse_args()
    asyncio.run(live(options.port, options.secrets))


if __name__ == "__main__":
    main()
