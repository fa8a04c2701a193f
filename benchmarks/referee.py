#!.venv-sidecars/bin/python
"""Have a third party's referee, wyoming-bench, time our servers beside Wyoming's own.

The same models for both: a scripted Whisper of the shape of Whisper base, and the tone voice.
It sends all audio at once, and has its own four texts spoken. --rounds N, --parts stt,tts.
"""

import argparse
import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import json
from pathlib import Path
import re
import sys
import tempfile
import wave

from tests.models.tone import make_tone

from .report import Row, report
from .sample import compare
from .servers.child import serve
from .servers.clients import RATE
from .servers.contenders import Contender, our_piper, our_whisper, peer_piper, peer_whisper
from .servers.models import VOICE, make_voice, make_whisper

_REFEREE = ".venv-peers/bin/wyoming-bench"
_SENTENCES = {400.0: "Turn on the kitchen light.", 1800.0: "Set the bedroom to twenty degrees."}

_SECONDS = 1.5  # of speech

#: A line of wyoming-bench --verbose, and the figures in it.
_LINE = re.compile(r"\[(?P<mode>non_streaming|streaming)\] r\d+ (?P<rest>.*)")
_FIGURE = re.compile(r"(?P<name>total|ttft|WER)=(?P<value>[\d.]+)(?:ms|%)")


@dataclass(frozen=True, slots=True)
class Measured:
    """One request, as the referee timed it, in seconds; errors in percent of the words."""

    mode: str
    figures: Mapping[str, float]


def read(output: str) -> Iterator[Measured]:
    """Yield what the referee measured; raises ValueError where a request failed."""
    for line in output.splitlines():
        if not (found := _LINE.match(line)):
            continue
        if "FAIL" in found["rest"]:
            raise ValueError(line)
        figures = {each["name"]: float(each["value"]) for each in _FIGURE.finditer(found["rest"])}
        scaled = {name: n if name == "WER" else n / 1000 for name, n in figures.items()}
        yield Measured(found["mode"], scaled)


async def _measure(contender: Contender, words: Sequence[str], logs: Path) -> list[Measured]:
    """Run one server and the referee on it."""
    async with serve(contender.name, contender.argv, logs / f"{contender.name}.log") as server:
        address = server.uri.removeprefix("tcp://")
        process = await asyncio.create_subprocess_exec(
            _REFEREE, words[0], address, *words[1:], "--verbose", stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
    text = output.decode()
    print(f"--- {contender.name}", text, sep="\n", flush=True)
    return list(read(text))


def _rows(title: str, ours: Sequence[Measured], peer: Sequence[Measured]) -> Iterator[Row]:
    for mode in ("non_streaming", "streaming"):
        for name, what in (("ttft", "first result"), ("total", "all of it")):
            sides = [
                [m.figures[name] for m in side if m.mode == mode and name in m.figures]
                for side in (ours, peer)
            ]
            if sides[0]:
                yield from compare(
                    f"{title}, {mode.replace('_', '-')}: {what}", sides[0], sides[1] or None
                )
    errors = [[m.figures["WER"] for m in side if "WER" in m.figures] for side in (ours, peer)]
    if all(errors):
        mean, other = (sum(side) / len(side) for side in errors)
        yield Row(what=f"{title}: word error rate", ours=mean, peer=other, unit="%", goal=0)


async def _stt(folder: Path, rounds: str) -> list[Row]:
    model = make_whisper(folder / "whisper")
    corpus = folder / "corpus"
    corpus.mkdir()
    for hertz, text in _SENTENCES.items():
        (corpus / f"{hertz:.0f}.txt").write_text(text)
        with wave.open(str(corpus / f"{hertz:.0f}.wav"), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(make_tone(hertz, _SECONDS))
    # Home Assistant names the language in each request.
    asked = ("--config", json.dumps({"language": "en"}))
    words = ("stt", "--corpus", str(corpus), "--rounds", rounds, *asked)
    sides = [
        await _measure(each, words, folder)
        for each in (our_whisper(model, 1), peer_whisper(model, 1))
    ]
    return list(_rows("referee, Whisper base", *sides))


async def _tts(folder: Path, rounds: str) -> list[Row]:
    voices = make_voice(folder / "voices")
    words = ("tts", "--rounds", rounds)
    sides = [
        await _measure(each, words, folder)
        for each in (our_piper(voices, VOICE), peer_piper(voices, VOICE))
    ]
    return list(_rows("referee, Piper tone voice", *sides))


_PARTS = {"stt": _stt, "tts": _tts}


def main() -> None:
    """Run the referee over all four servers."""
    parser = argparse.ArgumentParser(prog="scripts/bench referee", description=__doc__)
    parser.add_argument("--rounds", default="10", help="(default: 10)")
    parser.add_argument("--parts", default=",".join(_PARTS), help="(default: all)")
    given = parser.parse_args()
    if not Path(_REFEREE).exists():
        sys.exit(f"{_REFEREE} is missing: scripts/bench makes it")
    rows: list[Row] = []
    for part in given.parts.split(","):
        with tempfile.TemporaryDirectory(prefix="alicia-referee-") as folder:
            rows += asyncio.run(_PARTS[part](Path(folder), given.rounds))
    report("referee", rows)


if __name__ == "__main__":
    main()
