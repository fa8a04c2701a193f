"""Gives the commands in turn, both ways, and times what the house does."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Protocol

import aiohttp

from benchmarks.report import Row
from benchmarks.sample import MS, compare

from . import bus, home_assistant
from .commands import COMMANDS, Command, Utterance, speak
from .home_assistant import HomeAssistant, Json
from .marks import Mark, Marks
from .reach import Demo
from .satellite import Satellite

#: Home Assistant ends a command after so much silence (assist_pipeline/vad.py).
_SILENCE = 0.7
_GOAL = (_SILENCE + 0.3) * MS
_PATIENCE = 5.0
_PAUSE = 0.3

#: Moments counted from the last sound, some with a goal. Home Assistant's VAD goes on hearing
#: speech for a while after it, and only then begins to count its wait.
_FROM_LAST_SOUND = {
    Mark.SILENCE: None,
    Mark.ACTION: _GOAL,
    Mark.FIRST_AUDIO: None,
    Mark.LAST_AUDIO: None,
}

#: Each stage: what it is called, and the moments it lies between.
_STAGES = (
    ("silence found to transcript", Mark.SILENCE, Mark.TRANSCRIPT),
    ("transcript to action", Mark.TRANSCRIPT, Mark.ACTION),
    ("transcript to agent's answer", Mark.TRANSCRIPT, Mark.INTENT),
    ("agent's answer to first audio", Mark.INTENT, Mark.FIRST_AUDIO),
)


class Way(Protocol):
    """How a command reaches the house."""

    name: str

    async def say(self, utterance: Utterance, marks: Marks) -> str:
        """Give a command; returns what was heard."""


@dataclass(slots=True)
class Results:
    """What came of the commands given one way."""

    given: int = 0
    done: list[Marks] = field(default_factory=list)


async def measure(demo: Demo, rounds: int) -> list[Row]:
    """Return the rows of both ways; a round is one command each way."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        home = await stack.enter_async_context(
            home_assistant.connect(session, demo.url, demo.token)
        )
        device = await stack.enter_async_context(bus.connect(demo.broker))
        states = States()
        await home.request("subscribe_events", states.on_event, event_type="state_changed")
        pipeline = await _find_pipeline(home)
        ways: Sequence[Way] = (Satellite(home, session, demo.url, pipeline), device)
        results = await _take_turns(home, states, ways, rounds)
    return [row for way in ways for row in _rows(way.name, results[way.name])]


class States:
    """When entities get the state that somebody waits for."""

    def __init__(self) -> None:
        self._awaited: dict[tuple[str, str], asyncio.Future[float]] = {}

    def await_state(self, command: Command) -> asyncio.Future[float]:
        """Return when the command's entity has its state, from now on."""
        reached: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._awaited[command.entity_id, command.state] = reached
        return reached

    def on_event(self, event: Json, came: float) -> None:
        """Take a change of state."""
        entity, new = event["data"]["entity_id"], event["data"]["new_state"]
        reached = self._awaited.pop((entity, new["state"] if new else ""), None)
        if reached is not None and not reached.done():
            reached.set_result(came)


async def _find_pipeline(home: HomeAssistant) -> str:
    found = await home.request("assist_pipeline/pipeline/list")
    by_name = {pipeline["name"]: pipeline["id"] for pipeline in found["pipelines"]}
    return str(by_name.get("Alicia", found["preferred_pipeline"]))


async def _take_turns(
    home: HomeAssistant, states: States, ways: Sequence[Way], rounds: int
) -> Mapping[str, Results]:
    results = {way.name: Results() for way in ways}
    spoken = {command: await speak(command.text) for command in COMMANDS}
    for turn in range(-1, rounds):  # the first warms up and does not count
        command = COMMANDS[turn % len(COMMANDS)]
        for way in ways:
            await home.call(command.undo, entity_id=command.entity_id)
            await asyncio.sleep(_PAUSE)
            marks = await _give(states, way, command, spoken[command])
            if turn >= 0:
                mine = results[way.name]
                mine.given += 1
                mine.done += [marks] if marks else []
    return results


async def _give(states: States, way: Way, command: Command, utterance: Utterance) -> Marks | None:
    """Give one command; returns its moments, or nothing where it was not done and answered."""
    marks = Marks()
    reached = states.await_state(command)
    heard = await way.say(utterance, marks)
    try:
        marks.note(Mark.ACTION, await asyncio.wait_for(reached, _PATIENCE))
    except TimeoutError:
        print(f"  {way.name}: {command.text!r} was heard as {heard!r} and not done")
        return None
    if missing := set(Mark) - {Mark.SPEECH} - set(marks.at):
        print(f"  {way.name}: {command.text!r} had no {', '.join(sorted(missing))}")
        return None
    return marks


def _rows(way: str, results: Results) -> Iterator[Row]:
    done = results.done
    share = 100 * len(done) / results.given
    yield Row(what=f"{way}: commands done", ours=share, unit="%", higher_is_better=True)
    if not done:
        return
    waits = [_SILENCE + marks.between(Mark.SILENCE, Mark.ACTION) for marks in done]
    yield from compare(f"{way}: end of speech, as the VAD hears it, to action", waits, goal=_GOAL)
    for mark, goal in _FROM_LAST_SOUND.items():
        values = [marks.since_speech(mark) for marks in done]
        yield from compare(f"{way}: last sound to {mark}", values, goal=goal)
    for title, earlier, later in _STAGES:
        values = [marks.between(earlier, later) for marks in done]
        yield from compare(f"{way}: {title}", values)
