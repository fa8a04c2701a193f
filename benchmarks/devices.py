#!.venv/bin/python
"""Many devices: Alicia beside Home Assistant's own MQTT discovery, on the same broker's kind.

Each side has a Home Assistant and a broker of its own, one after the other.
"""

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
import sys
import tempfile
import time
from typing import Final

from benchmarks.crowd import people
from benchmarks.crowd.home import Home, broker, furnish, home
from benchmarks.crowd.registry import query_rows
from benchmarks.machine import details
from benchmarks.report import Row, report

SENSORS: Final = 10
SETTLE: Final = 8.0  # s after the last sensor is there
RATE: Final = 1_000  # messages a second
ROUNDS: Final = 6


@dataclass(slots=True)
class Side:
    """One of the two, and what was measured of it."""

    ours: bool
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        """Where devices tell their state."""
        return people.OUR_STATUS if self.ours else people.THEIR_STATUS

    def hello(self, devices: int, sensors: int) -> Iterator[people.Message]:
        """What devices say when they come."""
        say = people.ours if self.ours else people.theirs
        return say(devices, sensors)


async def measure_house(side: Side, devices: int) -> None:
    """Add the devices, and start again with them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with broker(folder) as port:
            config = furnish(folder, port, ours=side.ours)
            crowd = people.Crowd(port)
            async with home(config) as house:
                await _measure_adding(side, house, crowd, devices)
            async with home(config) as house:
                found = await house.until("available", devices * SENSORS)
                side.figures["restart"] = found["last"] - house.started
                side.figures["restart cpu"] = found["cpu"]
            crowd.close()


async def _measure_adding(side: Side, house: Home, crowd: people.Crowd, devices: int) -> None:
    await house.until("running", 1)
    await asyncio.sleep(3)
    before = (await house.ask("mark"))["pss"]
    loop, started = asyncio.get_running_loop(), time.time()
    await loop.run_in_executor(None, crowd.say, side.hello(devices, SENSORS))
    await loop.run_in_executor(
        None, crowd.say, people.status(side.topic, range(devices), SENSORS, 20)
    )
    found = await house.until("available", devices * SENSORS)
    side.figures["add seconds"] = found["last"] - started
    await asyncio.sleep(SETTLE)
    found = await house.ask()
    side.figures |= {
        "add cpu": found["cpu"],
        "add memory": found["pss"] - before,
        "add hold": found["hold"] * 1000,
        "add busy": found["busy"] * 1000,
        "add objects": (await house.ask("objects"))["objects"] / 1000,
    }


async def measure_states(side: Side, devices: int, values: int) -> None:
    """Have devices tell their state again and again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with broker(folder) as port:
            config = furnish(folder, port, ours=side.ours)
            crowd = people.Crowd(port)
            async with home(config) as house:
                await house.until("running", 1)
                await asyncio.sleep(2)
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(None, crowd.say, side.hello(devices, values))
                await asyncio.sleep(2)
                first = people.status(side.topic, range(devices), values, 1)
                await loop.run_in_executor(None, crowd.say, first)
                await house.until("available", devices * values)
                await asyncio.sleep(25)  # Home Assistant writes its registries
                await _measure_rate(side, house, crowd, devices, values)
            crowd.close()


async def _measure_rate(
    side: Side, house: Home, crowd: people.Crowd, devices: int, values: int
) -> None:
    loop = asyncio.get_running_loop()
    await house.ask("mark")
    for turn in range(ROUNDS):
        started = time.monotonic()
        for start in range(0, devices, 100):
            some = people.status(side.topic, range(start, start + 100), values, 2 + turn)
            await loop.run_in_executor(None, crowd.say, some)
            due = started + (start + 100) / RATE
            await asyncio.sleep(max(0.0, due - time.monotonic()))
    found = await house.until("changes", devices * values * ROUNDS)
    side.figures[f"state cpu {values}"] = found["cpu"] / found["changes"] * 1e6
    side.figures[f"state hold {values}"] = found["hold"] * 1000
    side.figures[f"state busy {values}"] = found["busy"] * 1000


def rows(ours: Side, peer: Side, devices: int) -> Iterator[Row]:
    """What was measured of both, beside each other."""
    house = f"{devices * SENSORS:,} sensors on {devices} devices"
    for key, what, unit, goal in (
        ("add cpu", f"{house}, added: processor time", "s", 0.7),
        ("add seconds", f"{house}, added: until the last has a state", "s", None),
        ("add memory", f"{house}, added: memory", "MiB", 0.8),
        ("add hold", f"{house}, added: longest hold of the event loop", "ms", 0.5),
        ("add busy", f"{house}, added: the same less Python's garbage collection", "ms", 0.5),
        ("add objects", f"{house}, added: objects that the collector looks at", "thousands", None),
        ("restart", f"{house}, restarted: until the last is available", "s", 0.7),
        ("restart cpu", f"{house}, restarted: processor time", "s", None),
        ("state cpu 1", "status, one value: processor time a state change", "µs", 1.0),
        ("state cpu 5", "status, five values: processor time a state change", "µs", 0.85),
    ):
        yield Row(
            what=what,
            ours=ours.figures[key],
            peer=peer.figures[key],
            unit=unit,
            goal=goal,
            goal_is_ratio=True,
        )
    for values in (1, 5):
        for key, what in (("hold", ""), ("busy", ", less Python's garbage collection")):
            yield Row(
                what=f"status, {values} value{'s' * (values > 1)}, {RATE:,} messages a second:"
                f" longest hold of the event loop{what}",
                ours=ours.figures[f"state {key} {values}"],
                peer=peer.figures[f"state {key} {values}"],
                unit="ms",
                goal=20.0,
            )
    yield from query_rows()


async def measure(devices: int) -> Iterator[Row]:
    """Measure both sides, one after the other."""
    sides = (Side(ours=True), Side(ours=False))
    for side in sides:
        name = "ours" if side.ours else "peer"
        print(f"Measuring: {name}, adding {devices} devices", file=sys.stderr)
        await measure_house(side, devices)
        for values in (1, 5):
            print(f"Measuring: {name}, {values} value(s) a message", file=sys.stderr)
            await measure_states(side, min(devices, 900) // 100 * 100, values)
    return rows(*sides, devices)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=900, help="how many (900)")
    devices = parser.parse_args().devices
    print(*details(), sep="\n", file=sys.stderr)
    report("devices", asyncio.run(measure(devices)))


if __name__ == "__main__":
    main()
