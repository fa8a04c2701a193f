#!.venv-sidecars/bin/python
"""Measure speech to text beside wyoming-faster-whisper, with the same model and settings.

    scripts/bench stt [PART...] [--rounds N] [--endings N] [--clips N]

The parts, all by default:
  alone    an utterance at the pace of speech, and all at once: the wait, processor time, memory
  crowd    four satellites at once, and the server asked meanwhile what it is
  endings  utterances with inner pauses, ended by silence alone
  nothing  silence, noise and music-like tones, in which nobody speaks
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import tempfile

from benchmarks.hearing import measure
from benchmarks.machine import details
from benchmarks.report import Row, report
from benchmarks.servers.child import Server, serve
from benchmarks.servers.contenders import Contender, our_whisper, peer_whisper
from benchmarks.servers.models import make_whisper

_SILENCE = "0.8"  # s; the longest inner pause is 0.6


@dataclass(frozen=True, slots=True)
class Options:
    """How often to measure, and where to put what that takes."""

    rounds: int
    endings: int
    clips: int
    folder: Path


async def _alone(options: Options) -> list[Row]:
    model = make_whisper(options.folder / "base")
    contenders = (our_whisper(model, 1), peer_whisper(model, 1), peer_whisper(model, 5))
    rows: list[Row] = []
    async with _serving(options, contenders) as (ours, peer, default):
        for what, pace, goal in (
            ("silence before the stop", 1.0, 0.1),
            ("all at once", 0.0, 0.35),
        ):
            mine, same, usual = await measure.alternate(
                (ours, peer, default), options.rounds, pace=pace
            )
            for title, other in ((what, same), (f"{what}, peer's default beam 5", usual)):
                rows += measure.latency_rows(f"{title}: stop to transcript", mine, other, goal)
                rows += [measure.cpu_row(title, mine, other)]
            rows += [measure.right_row(what, mine, same)]
        rows += [measure.memory_row(f"after {2 * options.rounds + 2} utterances", ours, peer)]
    return rows


async def _crowd(options: Options) -> list[Row]:
    model = make_whisper(options.folder / "base")
    what = "four satellites at once"
    async with _serving(options, (our_whisper(model, 1), peer_whisper(model, 1))) as servers:
        await measure.alternate(servers, 1, pace=0.0)
        ours, peer = [await measure.crowd(server, options.rounds // 4) for server in servers]
    return [
        *measure.latency_rows(f"{what}: stop to transcript", ours, peer, 0.5),
        measure.right_row(what, ours, peer),
        *measure.info_rows(what, ours, peer),
    ]


async def _endings(options: Options) -> list[Row]:
    model = make_whisper(options.folder / "base")
    mine = our_whisper(model, 1, "--endpointing", _SILENCE)
    theirs = peer_whisper(model, 1, "--vad-endpointing", _SILENCE)
    async with _serving(options, (mine, theirs)) as servers:
        both = (measure.endings(server, options.endings) for server in servers)
        ours, peer = await asyncio.gather(*both)
    what = f"{options.endings} utterances with pauses of 0.3 to 0.6 s, ended by {_SILENCE} s"
    return list(measure.ending_rows(what, ours, peer))


async def _nothing(options: Options) -> list[Row]:
    model = make_whisper(options.folder / "smallest", "smallest")
    contenders = (our_whisper(model, 1), peer_whisper(model, 1))
    filtering = peer_whisper(model, 1, "--vad-filter")
    async with _serving(options, (*contenders, filtering)) as servers:
        ours, plain, filtered = [
            await measure.invented(server, options.clips) for server in servers
        ]
    return [
        Row(
            what=f"words in {options.clips} clips without speech, {kind}; the peer {how}",
            ours=ours[kind],
            peer=peer[kind],
            unit="",
            goal=0,
        )
        for how, peer in (("as it is", plain), ("with its filter", filtered))
        for kind in ours
    ]


_PARTS: Mapping[str, Callable[[Options], Awaitable[list[Row]]]] = {
    "alone": _alone,
    "crowd": _crowd,
    "endings": _endings,
    "nothing": _nothing,
}


@asynccontextmanager
async def _serving(
    options: Options, contenders: Sequence[Contender]
) -> AsyncIterator[tuple[Server, ...]]:
    async with AsyncExitStack() as stack:
        yield tuple(
            [
                await stack.enter_async_context(
                    serve(one.name, one.argv, options.folder / f"{number}.log")
                )
                for number, one in enumerate(contenders)
            ]
        )


async def _measure(parts: Sequence[str], options: Options) -> list[Row]:
    rows: list[Row] = []
    for part in parts:
        print(f"Measuring: {part}", flush=True)
        rows += await _PARTS[part](options)
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench stt",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", default=list(_PARTS), metavar="PART")
    parser.add_argument("--rounds", type=int, default=24, help="utterances (default: 24)")
    parser.add_argument("--endings", type=int, default=50, help="utterances (default: 50)")
    parser.add_argument("--clips", type=int, default=1000, help="(default: 1000)")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(_PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    print(*details(), sep="\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="alicia-bench-") as folder:
        options = Options(given.rounds, given.endings, given.clips, Path(folder))
        rows = asyncio.run(_measure([p for p in _PARTS if p in given.parts], options))
    report("stt", rows)


if __name__ == "__main__":
    main()
