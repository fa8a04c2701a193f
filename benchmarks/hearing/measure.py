"""What is measured of a speech-to-text server, and the rows beside its peer."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
import random
import statistics

from benchmarks.processes import pss_mib
from benchmarks.report import Row
from benchmarks.sample import MS, p95
from benchmarks.servers.child import Server
from benchmarks.servers.load import describe_during

from .client import Heard, speak
from .sounds import Spoken, nothings, utterance

HOME_ASSISTANT_SILENCE = 0.7
_SATELLITES = 4


@dataclass(slots=True)
class Sample:
    """What one server did with many utterances."""

    seconds: list[float] = field(default_factory=list)
    cpu: float = 0.0
    right: int = 0
    info: list[float] = field(default_factory=list)


async def alternate(servers: Sequence[Server], rounds: int, *, pace: float) -> list[Sample]:
    """One utterance each in turn, so that whatever else the machine does hits all alike."""
    samples = [Sample() for _ in servers]
    for number in range(-1, rounds):  # the first warms up and does not count
        spoken = utterance(number % 6, HOME_ASSISTANT_SILENCE)
        for server, sample in zip(servers, samples, strict=True):
            before = server.cpu_seconds()
            heard = await speak(server.uri, spoken, pace=pace)
            await asyncio.sleep(0.05)
            if number >= 0:
                sample.seconds.append(heard.after_stop)
                sample.cpu += server.cpu_seconds() - before
                sample.right += heard.text == spoken.text
    return samples


async def crowd(server: Server, rounds: int) -> Sample:
    """Some satellites are spoken to at once, while the server is asked what it is."""
    sample = Sample()
    for number in range(rounds):
        spoken = [utterance(number + each, HOME_ASSISTANT_SILENCE) for each in range(_SATELLITES)]
        longest = max(len(each.pcm) for each in spoken)
        heard: list[Heard] = []

        async def all_at_once(
            spoken: Sequence[Spoken] = spoken,
            longest: int = longest,
            heard: list[Heard] = heard,
        ) -> None:
            heard += await asyncio.gather(*(_late(server, each, longest) for each in spoken))

        sample.info += await describe_during(server.uri, all_at_once())
        sample.seconds += [each.after_stop for each in heard]
        sample.right += sum(one.text == each.text for one, each in zip(heard, spoken, strict=True))
    return sample


async def _late(server: Server, spoken: Spoken, longest: int) -> Heard:
    """Begin so that all end together, which is the hardest."""
    await asyncio.sleep((longest - len(spoken.pcm)) / 32_000)
    return await speak(server.uri, spoken)


@dataclass(slots=True)
class Ends:
    """How utterances were ended by silence."""

    waits: list[float] = field(default_factory=list)
    cut: int = 0


async def endings(server: Server, count: int) -> Ends:
    """Utterances with inner pauses, after which the client just goes on listening."""
    ends, chance = Ends(), random.Random(11)
    for number in range(count):
        pauses = [chance.uniform(0.3, 0.6) for _ in range(1 + number % 2)]
        heard = await speak(server.uri, utterance(number, 4.0, pauses))
        if heard.after_speech < 0:
            ends.cut += 1
        else:
            ends.waits.append(heard.after_speech)
    return ends


async def invented(server: Server, count: int) -> dict[str, int]:
    """Return how many words were heard in each kind of sound without speech."""
    words = {"silence": 0, "noise": 0, "tones": 0}
    for kind, pcm in nothings(count):
        heard = await speak(server.uri, Spoken(pcm, "", 0.0), pace=0.0)
        words[kind] += len(heard.text.split())
    return words


def latency_rows(what: str, ours: Sample, peer: Sample, goal: float | None) -> Iterator[Row]:
    """The wait for the transcript, as a multiple of the peer's."""
    for title, figure in (("median", statistics.median), ("95th percentile", p95)):
        yield Row(
            what=f"{what}, {title}",
            ours=figure(ours.seconds) * MS,
            peer=figure(peer.seconds) * MS,
            unit="ms",
            goal=goal,
            goal_is_ratio=goal is not None,
        )


def right_row(what: str, ours: Sample, peer: Sample) -> Row:
    """How many transcripts were right."""
    return Row(
        what=f"{what}: transcripts right",
        ours=100 * ours.right / len(ours.seconds),
        peer=100 * peer.right / len(peer.seconds),
        unit="%",
        goal=100,
        higher_is_better=True,
    )


def cpu_row(what: str, ours: Sample, peer: Sample) -> Row:
    """The processor time of an utterance."""
    return Row(
        what=f"{what}: processor time an utterance, mean",
        ours=ours.cpu / len(ours.seconds) * MS,
        peer=peer.cpu / len(peer.seconds) * MS,
        unit="ms",
        goal=1.0,
        goal_is_ratio=True,
    )


def info_rows(what: str, ours: Sample, peer: Sample) -> Iterator[Row]:
    """How long the server took to say what it is."""
    for title, figure, goal in (
        ("median", statistics.median, None),
        ("95th percentile", p95, None),
        ("longest", max, 50.0),
    ):
        yield Row(
            what=f"{what}: info, {title}",
            ours=figure(ours.info) * MS,
            peer=figure(peer.info) * MS,
            unit="ms",
            goal=goal,
        )


def memory_row(what: str, ours: Server, peer: Server) -> Row:
    """The memory that is a server's own, and its part of what it shares."""
    return Row(
        what=f"{what}: PSS",
        ours=pss_mib(ours.pid),
        peer=pss_mib(peer.pid),
        unit="MiB",
        goal=1.1,
        goal_is_ratio=True,
    )


def ending_rows(what: str, ours: Ends, peer: Ends) -> Iterator[Row]:
    """How many utterances were cut short, and the wait after the last word of the others."""
    yield Row(what=f"{what}: cut", ours=ours.cut, peer=peer.cut, unit="", goal=0)
    for title, figure in (("median", statistics.median), ("95th percentile", p95)):
        yield Row(
            what=f"{what}: last word to transcript, {title}",
            ours=figure(ours.waits) * MS,
            peer=figure(peer.waits) * MS if peer.waits else None,
            unit="ms",
        )
