"""What Alicia costs a house in which nobody speaks."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from statistics import fmean

import aiohttp

from benchmarks.processes import find, memory, shares
from benchmarks.report import Row

from . import home_assistant
from .home_assistant import HomeAssistant
from .reach import Demo

_HOME_ASSISTANT = "Home Assistant"
_SETTLE = 10.0  # s, for Home Assistant to finish what loading a part of it begins
_GOAL = 1.0  # % of one core


async def measure(demo: Demo, seconds: float, turns: int = 2) -> list[Row]:
    """Return the rows of memory and idle processor time.

    Home Assistant's own share is told from Alicia's by switching Alicia off and on in turns of
    some seconds each, in the same process.
    """
    pids = find(demo.ports)
    rows = memory(pids)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        home = await stack.enter_async_context(
            home_assistant.connect(session, demo.url, demo.token)
        )
        entries = await _alicia_entries(home)
        used: dict[bool, dict[str, list[float]]] = {
            True: defaultdict(list),
            False: defaultdict(list),
        }
        for is_on in (True, False) * turns:
            await _switch(home, entries, is_on=is_on)
            for name, share in (await shares(pids, seconds)).items():
                used[is_on][name].append(share)
        await _switch(home, entries, is_on=True)
    return [*rows, *_rows(used[True], used[False])]


async def _alicia_entries(home: HomeAssistant) -> list[str]:
    entries = await home.request("config_entries/get", domain="alicia")
    return [entry["entry_id"] for entry in entries]


async def _switch(home: HomeAssistant, entries: list[str], *, is_on: bool) -> None:
    for entry in entries:
        await home.request(
            "config_entries/disable", entry_id=entry, disabled_by=None if is_on else "user"
        )
    await asyncio.sleep(_SETTLE)


def _rows(on: Mapping[str, list[float]], off: Mapping[str, list[float]]) -> Iterator[Row]:
    sidecars = [name for name in on if name.startswith("alicia_")]
    inside = max(0.0, fmean(on[_HOME_ASSISTANT]) - fmean(off[_HOME_ASSISTANT]))
    parts = {
        "Alicia in Home Assistant (on less off)": inside,
        **{name: fmean(on[name]) for name in sidecars},
        "Mosquitto": fmean(on["Mosquitto"]),
    }
    for name, share in parts.items():
        yield Row(what=f"idle processor: {name}", ours=share, unit="% of a core")
    yield Row(
        what="idle processor: Alicia, its servers and the broker",
        ours=sum(parts.values()),
        unit="% of a core",
        goal=_GOAL,
    )
    for title, used in (("with", on), ("without", off)):
        share = fmean(used[_HOME_ASSISTANT])
        what = f"idle processor: Home Assistant {title} Alicia"
        yield Row(what=what, ours=share, unit="% of a core")
