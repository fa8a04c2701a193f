"""Home Assistant and the broker go and come back: no device is lost, and none is made up."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
import signal
from typing import cast

import pytest

from demo.check.mouth import Mouth
from demo.devices.device import Device
from demo.home_assistant import Json
from demo.house.furnish import act
from demo.runner import Runner
from demo.waiting import until

from .guest import (
    GUEST,
    PATIENCE,
    POWER,
    SWITCH,
    account,
    becomes,
    bus,
    joined,
    plug,
    retained,
    state,
    stored,
)
from .house import House

SILENT, SILENT_SWITCH = "silent-plug", "switch.garage_silent_plug"
LANTERN = "light.garage_lantern"


@pytest.fixture
def runner(house: House) -> Iterator[Runner]:
    runner = house.runner()
    yield runner
    if not runner.processes["home_assistant"].runs:
        runner.restart("home_assistant")


@pytest.fixture
async def silent(house: House) -> AsyncIterator[None]:
    """A device that Home Assistant knows, and that is not there any more."""
    async with house.mouth() as mouth:
        async with Device.join(plug(SILENT, "Silent plug"), *account(house)):
            assert await becomes(mouth, SILENT_SWITCH, "off")
        assert await becomes(mouth, SILENT_SWITCH, "unavailable")
        assert await stored(house, SILENT)
    yield
    async with bus(house) as client:
        client.publish("alicia/system/discovery/unregister", {"device_id": SILENT})
        async with house.mouth() as mouth:
            assert await becomes(mouth, SILENT_SWITCH, None)


@asynccontextmanager
async def _after_restart(house: House, runner: Runner) -> AsyncIterator[Mouth]:
    await asyncio.to_thread(runner.restart, "home_assistant")
    async with house.mouth() as mouth:
        await mouth.rest.wait_until_running(PATIENCE * 3)
        yield mouth


async def _is_switched(mouth: Mouth, guest: Device) -> bool:
    await act(mouth.socket, "switch.turn_on", SWITCH, {})
    return guest.model.state["switch"] == {"on": True} and await becomes(mouth, SWITCH, "on")


async def test_home_assistant_is_killed(house: House, runner: Runner, silent: None) -> None:
    async with joined(house, plug()) as guest:
        async with house.mouth() as mouth:
            assert await becomes(mouth, SWITCH, "off")
        assert await stored(house, GUEST)
        runner.processes["home_assistant"].signal(signal.SIGKILL)
        guest.model.state["power"] = {"value": 42}
        guest.tell()
        async with _after_restart(house, runner) as mouth:
            assert await becomes(mouth, POWER, "42")
            assert await becomes(mouth, SILENT_SWITCH, "unavailable")
            assert await _is_switched(mouth, guest)
            lantern = await state(mouth, LANTERN)
            assert lantern is not None
            assert lantern["state"] != "unavailable"


async def test_store_is_damaged(house: House, runner: Runner, silent: None) -> None:
    async with joined(house, plug()) as guest:
        async with house.mouth() as mouth:
            assert await becomes(mouth, SWITCH, "off")
        runner.processes["home_assistant"].stop()
        stores = [each for each in house.places.storage.glob("alicia.*") if "copy" not in each.name]
        assert stores
        for store in stores:
            store.write_bytes(store.read_bytes()[:100] + b"\x00\xff")
        async with _after_restart(house, runner) as mouth:
            assert await becomes(mouth, SILENT_SWITCH, "unavailable")
            assert await becomes(mouth, SWITCH, "off")
            assert await _is_switched(mouth, guest)
            listed = cast(dict[str, list[Json]], await mouth.socket.call("repairs/list_issues"))
            damage = [each for each in listed["issues"] if each["domain"] == "alicia"]
            assert len(damage) == 1


async def test_broker_is_killed(house: House, runner: Runner) -> None:
    async with joined(house, plug()) as guest, house.mouth() as mouth:
        assert await becomes(mouth, SWITCH, "off")
        runner.processes["broker"].signal(signal.SIGKILL)
        assert await becomes(mouth, SWITCH, "unavailable")
        await asyncio.to_thread(runner.restart, "broker")
        assert await becomes(mouth, SWITCH, "off")
        assert await _is_switched(mouth, guest)

        async def awake() -> bool:
            found = await retained(house, "alicia/system/health/+")
            return b"online" in found[f"alicia/system/health/{GUEST}"]

        assert await until(awake, PATIENCE)
