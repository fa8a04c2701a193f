#!.venv-sidecars/bin/python
"""Try the grammar recogniser on held-out speech: what it understands, and what it refuses.

Options: --seed N, --count N (commands a voice), --voices a,b. No network, no model.
"""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
import time

from alicia_stt.grammar.recognizer import GrammarRecognizer, GrammarResult
from alicia_stt.grammar.speech import SECOND
from demo.trial.meaning import Meaning, understand
from demo.trial.names import HOUSE
from demo.trial.others import utterances
from demo.trial.sentences import Part, commands
from demo.trial.speech import VOICES, say

from .grammar_sounds import noises, silences
from .report import Row, report

#: A Wyoming client's usual chunk.
_CHUNK = 2048

_GUARDED = frozenset({"Front Door", "Garage Door", "Living Room Blinds"})


@dataclass(slots=True)
class Stopwatch:
    """Counts the processor time of recognising, and the wait after the last of the sound."""

    work: float = 0.0
    sound: float = 0.0
    longest_wait: float = 0.0

    def hear(self, recognizer: GrammarRecognizer, pcm: bytes) -> GrammarResult:
        """Recognise the sound as it would come from a microphone."""
        session = recognizer.start()
        began = time.process_time()
        for place in range(0, len(pcm), _CHUNK):
            session.feed(pcm[place : place + _CHUNK])
        ended = time.perf_counter()
        result = session.finish()
        self.longest_wait = max(self.longest_wait, time.perf_counter() - ended)
        self.work += time.process_time() - began
        self.sound += len(pcm) / SECOND
        return result


def main() -> None:
    """Run the trial and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--voices", default=",".join(VOICES))
    asked = parser.parse_args()
    began = time.process_time()
    recognizer = GrammarRecognizer(HOUSE)
    built = time.process_time() - began
    watch = Stopwatch()
    rows = [
        row
        for voice in asked.voices.split(",")
        for row in _voice(watch, recognizer, voice, asked.seed, asked.count)
    ]
    half = asked.count // 2
    talk = utterances(HOUSE, Part.HELD_OUT, asked.seed, half)
    quiet = _acted(watch, recognizer, silences(asked.seed + 1000, half))
    noisy = _acted(watch, recognizer, noises(asked.seed + 1000, half, talk))
    rows += [
        Row(what="silences acted upon", ours=len(quiet), unit=f"of {half}", goal=0),
        Row(what="noises acted upon", ours=len(noisy), unit=f"of {half}", goal=0),
        Row(what="processor time", ours=watch.work / watch.sound, unit="of real time", goal=0.2),
        Row(what="longest wait after the sound", ours=watch.longest_wait * 1000, unit="ms"),
        Row(what="building the grammar", ours=built, unit="s", goal=5),
        Row(what="memory of the process", ours=_memory(), unit="MiB"),
    ]
    report("grammar", rows)


def _voice(
    watch: Stopwatch, recognizer: GrammarRecognizer, voice: str, seed: int, count: int
) -> Iterator[Row]:
    right = 0
    for command in commands(HOUSE, Part.HELD_OUT, seed, count):
        result = watch.hear(recognizer, say(command.text, voice))
        meaning = understand(result.text, HOUSE) if result.text else None
        right += meaning == command.meaning
        if meaning != command.meaning:
            print(f"{voice}: {command.written!r} -> {result.text!r} ({result.confidence:.3f})")
    yield Row(
        what=f"commands right ({voice})",
        ours=100 * right / count,
        unit="%",
        goal=95,
        higher_is_better=True,
    )
    half = count // 2
    others = utterances(HOUSE, Part.HELD_OUT, seed, half)
    acted = _acted(watch, recognizer, ((text, say(text, voice)) for text in others))
    yield Row(what=f"others acted upon ({voice})", ours=len(acted), unit=f"of {half}", goal=1)
    yield Row(
        what=f"locks and covers among them ({voice})",
        ours=sum(_guarded(meaning) for meaning in acted),
        unit=f"of {half}",
        goal=0,
    )


def _acted(
    watch: Stopwatch, recognizer: GrammarRecognizer, others: Iterable[tuple[str, bytes]]
) -> list[Meaning | None]:
    acted: list[Meaning | None] = []
    for name, pcm in others:
        result = watch.hear(recognizer, pcm)
        if result.text:
            print(f"{name!r} -> {result.text!r} ({result.confidence:.3f})")
            acted.append(understand(result.text, HOUSE))
    return acted


def _guarded(meaning: Meaning | None) -> bool:
    if meaning is None or meaning.intent.startswith("HassGet"):
        return False
    values = {value for _, value in meaning.slots}
    return bool(values & (_GUARDED | {"cover", "lock"}))


def _memory() -> float:
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise OSError("no Pss in smaps_rollup")


if __name__ == "__main__":
    main()
