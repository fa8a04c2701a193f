#!.venv-sidecars/bin/python
"""Try the grammar recogniser on held-out speech: what it understands, and what it refuses.

It is a small-vocabulary path: Home Assistant's own sentences with one house's names. Spoken by
espeak-ng, clean and with white noise. Options: --seed N, --count N (commands), --others N,
--voices a,b, --processes N. No network, no model.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
import time

from alicia_stt.grammar.recognizer import GrammarRecognizer
from alicia_stt.grammar.speech import SECOND
from demo.trial.meaning import Meaning, understand
from demo.trial.names import HOUSE
from demo.trial.others import utterances
from demo.trial.sentences import Part, commands
from demo.trial.speech import say

from .grammar_pace import Told, listen, pace_rows, partial_rows
from .grammar_score import Score, end_of_speech, moves_a_guard, noisy
from .grammar_sounds import noises, silences
from .report import Row, report

_VOICES = "klatt4,plain,m3"

#: Decibels of the speech above white noise.
_ROOMS: dict[str, float | None] = {"clean": None, "noise at 20 dB": 20.0, "noise at 10 dB": 10.0}
_OTHERS_IN = ("clean", "noise at 10 dB")

#: Silence around each utterance, so that it is final before the sound ends.
_SILENCE = 1.0


@dataclass(frozen=True, slots=True)
class Trial:
    """Commands of one voice, or others of all voices in turn, in one room."""

    room: str
    voices: tuple[str, ...]
    seed: int
    count: int
    is_commands: bool


@dataclass(slots=True)
class Outcome:
    """What came of a trial."""

    trial: Trial
    score: Score = field(default_factory=Score)
    told: list[Told] = field(default_factory=list)
    #: The same by a client that asks for partial texts, where it is quiet.
    partial: list[Told] = field(default_factory=list)
    acted: list[Meaning | None] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    work: float = 0.0
    sound: float = 0.0

    def hear(self, said: str, pcm: bytes) -> Told:
        """Recognise a sound, and count what that costs."""
        told = listen(_recognizer(), pcm)
        self.work += told.work
        self.sound += len(pcm) / SECOND
        if self.trial.room == "clean":
            self.partial.append(listen(_recognizer(), pcm, partials=True))
        if told.text and not self.trial.is_commands:
            self.acted.append(understand(told.text, HOUSE))
            self.mistakes.append(f"{self.trial.room}: {said!r} -> {told.text!r}")
        return told


@cache
def _recognizer() -> GrammarRecognizer:
    return GrammarRecognizer(HOUSE)


def run(trial: Trial) -> Outcome:
    """Return what comes of a trial; it takes a processor for minutes."""
    outcome = Outcome(trial)
    if trial.is_commands:
        _try_commands(trial, outcome)
    else:
        others = utterances(HOUSE, Part.HELD_OUT, trial.seed, trial.count)
        for number, text in enumerate(others):
            voice = trial.voices[number % len(trial.voices)]
            outcome.hear(text, _speak(trial, text, voice))
    return outcome


def _try_commands(trial: Trial, outcome: Outcome) -> None:
    (voice,) = trial.voices
    for command in commands(HOUSE, Part.HELD_OUT, trial.seed, trial.count):
        told = outcome.hear(command.text, _speak(trial, command.text, voice))
        right = outcome.score.right
        outcome.score.add(command, told.text)
        end = end_of_speech(_say(command.text, voice))
        if told.text:
            outcome.told.append(told.after(end))
        if outcome.partial:
            outcome.partial[-1] = outcome.partial[-1].after(end)
        if outcome.score.right == right:
            outcome.mistakes.append(f"{trial.room}, {voice}: {command.written!r} -> {told.text!r}")


def _speak(trial: Trial, text: str, voice: str) -> bytes:
    decibels = _ROOMS[trial.room]
    pcm = _say(text, voice)
    return pcm if decibels is None else noisy(pcm, decibels, trial.seed)


def _say(text: str, voice: str) -> bytes:
    return say(text, voice, silence=_SILENCE)


def main() -> None:
    """Run the trials and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--others", type=int, default=200)
    parser.add_argument("--voices", default=_VOICES)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    voices = tuple(asked.voices.split(","))
    began = time.process_time()
    _recognizer()
    built = time.process_time() - began
    trials = [
        *(Trial(r, (v,), asked.seed, asked.count, True) for r in _ROOMS for v in voices),
        *(Trial(r, voices, asked.seed, asked.others, False) for r in _OTHERS_IN),
    ]
    with ProcessPoolExecutor(asked.processes) as pool:
        outcomes = list(pool.map(run, trials))
    for outcome in outcomes:
        print(*outcome.mistakes, sep="\n")
    rows = [*_command_rows(outcomes), *_other_rows(outcomes)]
    rows += [*_quiet_rows(asked.seed, asked.count // 2), *_cost_rows(outcomes)]
    rows.append(Row(what="building the grammar", ours=built, unit="s", goal=5))
    rows.append(Row(what="memory of the process", ours=_memory(), unit="MiB"))
    report("grammar", rows)


def _command_rows(outcomes: Sequence[Outcome]) -> Iterator[Row]:
    for outcome in outcomes:
        if not outcome.trial.is_commands:
            continue
        where = f"{outcome.trial.room}, {outcome.trial.voices[0]}"
        score = outcome.score
        yield Row(
            what=f"{where}: commands right",
            ours=100 * score.right / score.commands,
            unit="%",
            goal=95 if outcome.trial.room == "clean" else None,
            higher_is_better=True,
        )
        yield Row(what=f"{where}: word error rate", ours=score.error_rate, unit="%")
        yield Row(
            what=f"{where}: taken for another command",
            ours=len(score.wrong),
            unit=f"of {score.commands}",
        )


def _other_rows(outcomes: Sequence[Outcome]) -> Iterator[Row]:
    for outcome in outcomes:
        if outcome.trial.is_commands:
            continue
        room, unit = outcome.trial.room, f"of {outcome.trial.count}"
        guards = sum(moves_a_guard(meaning) for meaning in outcome.acted)
        yield Row(what=f"{room}: others acted upon", ours=len(outcome.acted), unit=unit, goal=1)
        yield Row(what=f"{room}: locks and covers among them", ours=guards, unit=unit, goal=0)
        if partial := outcome.partial:
            begun = sum(bool(each.partial) for each in partial)
            yield Row(what=f"{room}: others with a partial text", ours=begun, unit=unit)


def _quiet_rows(seed: int, count: int) -> Iterator[Row]:
    """Yield rows about rooms in which nobody commands anything."""
    talk = utterances(HOUSE, Part.HELD_OUT, seed, count)
    kinds: dict[str, Iterable[tuple[str, bytes]]] = {
        "silences": silences(seed + 1000, count),
        "noises": noises(seed + 1000, count, talk),
    }
    for kind, sounds in kinds.items():
        acted = sum(bool(listen(_recognizer(), pcm).text) for _, pcm in sounds)
        yield Row(what=f"{kind} acted upon", ours=acted, unit=f"of {count}", goal=0)


def _cost_rows(outcomes: Sequence[Outcome]) -> Iterator[Row]:
    clean = [outcome for outcome in outcomes if outcome.trial.room == "clean"]
    commands = [outcome for outcome in clean if outcome.trial.is_commands]
    yield from partial_rows([each for o in commands for each in o.partial if each.text])
    yield from pace_rows([each for o in commands for each in o.told])
    work, sound = sum(o.work for o in outcomes), sum(o.sound for o in outcomes)
    yield Row(what="processor time", ours=work / sound, unit="of real time", goal=0.2)
    work = sum(each.work for o in clean for each in o.partial)
    sound = sum(o.sound for o in clean)
    yield Row(what="processor time with partial texts", ours=work / sound, unit="of real time")


def _memory() -> float:
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise OSError("no Pss in smaps_rollup")


if __name__ == "__main__":
    main()
