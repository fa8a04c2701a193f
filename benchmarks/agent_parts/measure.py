"""What is measured of both agents."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import json
import statistics
from typing import Final

from benchmarks.report import Row

from .commands import COMMANDS, RESET, Command, is_done
from .fakes import KEY, Fake
from .home import OURS, PEER, House

TEXT: Final = "How is the house doing tonight?"
ANSWER: Final = "All is quiet, and nobody has asked for anything since noon."
QUIET: Final = 20.0  # s
#: s that somebody speaks to a satellite before the words are known
SPOKEN: Final = 1.5


@dataclass(slots=True)
class Pair:
    """One house, both agents, and the server that each asks."""

    house: House
    ours: Fake
    peer: Fake

    def sides(self) -> Iterator[tuple[str, Fake]]:
        """Yield both agents, with their servers."""
        yield OURS, self.ours
        yield PEER, self.peer

    async def always(self, answer: str) -> None:
        """Have both servers say the same to whatever is asked."""
        for _agent, server in self.sides():
            await server.forget()
            await server.script({"text": answer, "times": 0})


def p95(values: list[float]) -> float:
    """Return the 95th percentile of at least two values."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


async def first_words(pair: Pair, turns: int) -> Iterator[Row]:
    """Measure what our agent adds before its first word, and whole turns beside the peer."""
    await pair.always(ANSWER)
    prompt = "You are the voice of this home."
    took: dict[str, list[float]] = {"first": [], "prepare": [], "read": [], OURS: [], PEER: []}
    for number in range(turns + 5):
        for agent, _server in pair.sides():
            told = await pair.house.ask("say", agent=agent, text=TEXT)
            if told["answer"] != ANSWER:
                raise RuntimeError(f"another answer than the script's: {told}")
            if number >= 5:
                took[agent].append(told["whole"] * 1000)
            if number >= 5 and agent == OURS:
                took["first"].append(told["first"] * 1000)
        body = (await pair.ours.asked())[-1]["body"]
        prepared = await pair.house.ask("prepare", text=TEXT, prompt=prompt)
        read = await pair.house.ask(
            "read", url=f"{pair.ours.url}/responses", key=KEY, body=json.dumps(body)
        )
        if number >= 5:
            took["prepare"].append(prepared * 1000)
            took["read"].append(read * 1000)
    return _first_rows(took)


def _first_rows(took: Mapping[str, list[float]]) -> Iterator[Row]:
    first, prepare, read = (statistics.median(took[key]) for key in ("first", "prepare", "read"))
    yield Row(
        what="first word: what the agent adds to preparing and to reading, median",
        ours=first - prepare - read, unit="ms", goal=5.0,
    )  # fmt: skip
    yield Row(what="first word, median", ours=first, unit="ms")
    yield Row(what="first word: Home Assistant's preparing alone, median", ours=prepare, unit="ms")
    yield Row(what="first word: a bare read of the same stream, median", ours=read, unit="ms")
    for what, of in (("median", statistics.median), ("95th percentile", p95)):
        yield Row(
            what=f"whole turn, {what}", ours=of(took[OURS]), peer=of(took[PEER]), unit="ms",
            goal=1.05, goal_is_ratio=True,
        )  # fmt: skip


@dataclass(slots=True)
class Rooms:
    """The same question from two rooms, minutes apart."""

    shares: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)

    async def ask(self, pair: Pair, room: str) -> None:
        """Ask in a room, and remember how much of the prompt was cached."""
        for agent, server in pair.sides():
            await pair.house.ask("say", agent=agent, text=TEXT, room=room)
            last = (await server.asked())[-1]
            self.shares[agent] = last["cached_tokens"] / last["input_tokens"]
            self.tokens[agent] = last["input_tokens"]

    def rows(self) -> Iterator[Row]:
        """Yield what was cached the last time."""
        yield Row(
            what="another room, minutes later: share of the prompt that is cached",
            ours=self.shares[OURS] * 100, peer=self.shares[PEER] * 100, unit="%",
            goal=95.0, higher_is_better=True,
        )  # fmt: skip
        yield Row(
            what="another room, minutes later: tokens of the prompt",
            ours=self.tokens[OURS], peer=self.tokens[PEER], unit="tokens",
        )  # fmt: skip


async def quiet(pair: Pair, rounds: int) -> Iterator[Row]:
    """Measure turns after nothing was said for a while; between them, ask from another room."""
    await pair.always(ANSWER)
    rooms = Rooms()
    await rooms.ask(pair, "Kitchen")
    took: dict[str, list[float]] = {OURS: [], PEER: []}
    for _ in range(rounds):
        await asyncio.sleep(QUIET)
        await pair.house.ask("listen", seconds=SPOKEN)
        for agent, _server in pair.sides():
            told = await pair.house.ask("say", agent=agent, text=TEXT)
            took[agent].append(told["whole"] * 1000)
    await rooms.ask(pair, "Living room")
    row = Row(
        what="whole turn after 20 s of quiet, median",
        ours=statistics.median(took[OURS]), peer=statistics.median(took[PEER]), unit="ms",
        goal=0.8, goal_is_ratio=True,
    )  # fmt: skip
    return iter((row, *rooms.rows()))


@dataclass(slots=True)
class Bill:
    """What twenty commands came to."""

    done: int = 0
    tokens: int = 0
    ticks: int = 0
    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


async def bill(pair: Pair, agent: str, server: Fake, *, local: bool) -> Bill:
    """Say all commands to one agent in a house as it was at first."""
    for each in RESET:
        await pair.house.ask("act", **each)
    await server.forget()
    found = Bill()
    for command in COMMANDS:
        told = await pair.house.ask("say", agent=agent, text=command.text, local=local)
        found.took.append(told["whole"] * 1000)
        if await _is_done(pair.house, command, told["answer"]):
            found.done += 1
        else:
            found.failed.append(f"{command.text} -> {told['answer']}")
    for each in await server.asked():
        found.tokens += each["input_tokens"] + each["output_tokens"]
        found.ticks += each["cost_in_usd_ticks"]
    return found


async def _is_done(house: House, command: Command, answer: str) -> bool:
    entities = list(command.after)
    states = await house.ask("states", entity_ids=entities)
    return is_done(command, dict(zip(entities, states, strict=True)), answer)


async def bills(pair: Pair) -> Iterator[Row]:
    """Measure what twenty commands cost, with Home Assistant's own sentences first and without."""
    rows: list[Row] = []
    for local, how in ((False, "20 commands"), (True, "20 commands, local sentences first")):
        ours, peer = [
            await bill(pair, agent, server, local=local) for agent, server in pair.sides()
        ]
        for each in ours.failed:
            print(f"  {how}: not done: {each}")
        for each in peer.failed:
            print(f"  {how}: not done by the peer: {each}")
        rows += _bill_rows(how, ours, peer)
        if not local:  # Home Assistant remembers what it made of a sentence that it has heard once
            rows.append(_duration_row(how, ours, peer))
    return iter(rows)


def _duration_row(how: str, ours: Bill, peer: Bill) -> Row:
    return Row(
        what=f"{how}: whole turn, median",
        ours=statistics.median(ours.took), peer=statistics.median(peer.took), unit="ms",
    )  # fmt: skip


def _bill_rows(how: str, ours: Bill, peer: Bill) -> Iterator[Row]:
    yield Row(
        what=f"{how}: done right", ours=ours.done, peer=peer.done, unit="of 20",
        goal=20, higher_is_better=True,
    )  # fmt: skip
    for what, of, unit in (
        ("tokens", lambda each: each.tokens, "tokens"),
        ("billed", lambda each: each.ticks / 1e8, "US cents"),
    ):
        yield Row(
            what=f"{how}: {what}", ours=of(ours), peer=of(peer), unit=unit,
            goal=0.5, goal_is_ratio=True,
        )  # fmt: skip
