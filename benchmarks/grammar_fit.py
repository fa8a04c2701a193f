#!.venv-sidecars/bin/python
"""Fit the constants by which the grammar recogniser tells commands from everything else.

`scripts/bench grammar_fit` speaks development sentences only, never held-out ones, and
rewrites grammar/fitted.py; `--evidence FILE` keeps what was measured for another fit.
"""

import argparse
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass, fields
import json
from pathlib import Path
import random

import numpy as np

from alicia_stt.grammar.evidence import Evidence
from alicia_stt.grammar.recognizer import GrammarRecognizer
from alicia_stt.grammar.speech import SpeechFinder
from demo.trial.meaning import understand
from demo.trial.names import HOUSE
from demo.trial.others import utterances
from demo.trial.sentences import Part, commands
from demo.trial.speech import VOICES, say

from .grammar_sounds import noises, silences
from .report import Row, report

_FITTED = Path("wyoming_services/src/alicia_stt/grammar/fitted.py")
_SEED = 1
_COMMANDS = 120
_OTHERS = 120
_NOISES = 160

#: The part of all others that may come as near as a command must; the log odds that a command
#: needs beyond that, and one to what guards the house beyond another.
_PASSING = 0.002
_MARGIN = 0.3
_STRICTER = 1.0

#: Keeps the weights small where the development speech is told apart without a mistake.
_RIDGE = 0.5


@dataclass(frozen=True, slots=True)
class Sample:
    """Something heard, whether it was a command (heard right), and what spoke for it."""

    voice: str
    said: str
    heard: str
    command: bool
    guarded: bool
    evidence: Evidence


def main() -> None:
    """Measure, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evidence", type=Path, help="read it if it's there, else write it")
    path: Path | None = parser.parse_args().evidence
    samples = _read(path) if path and path.exists() else list(_measure())
    if path and not path.exists():
        path.write_text("".join(json.dumps(asdict(s)) + "\n" for s in samples))
    weights, bias = _fit(samples)
    _FITTED.write_text(_module(samples, weights, bias))
    report("grammar_fit", _rows(samples, weights, bias))


def _read(path: Path) -> list[Sample]:
    rows = map(json.loads, path.read_text().splitlines())
    return [Sample(**{**row, "evidence": Evidence(**row["evidence"])}) for row in rows]


def _measure() -> Iterator[Sample]:
    recognizer = GrammarRecognizer(HOUSE)
    rng = random.Random(_SEED)
    for number, voice in enumerate(VOICES):
        for command in commands(HOUSE, Part.DEVELOPMENT, _SEED + number, _COMMANDS):
            sample = _hear(recognizer, voice, command.text, _worn(say(command.text, voice), rng))
            if sample and understand(sample.heard, HOUSE) == command.meaning:
                yield Sample(**{**_shallow(sample), "command": True})
        for text in utterances(HOUSE, Part.DEVELOPMENT, _SEED + number, _OTHERS):
            sample = _hear(recognizer, voice, text, _worn(say(text, voice), rng))
            if sample:
                yield sample
    talk = utterances(HOUSE, Part.DEVELOPMENT, _SEED, _OTHERS)
    for name, sound in (*silences(_SEED, _NOISES // 4), *noises(_SEED, _NOISES, talk)):
        sample = _hear(recognizer, name, "", sound)
        if sample:
            yield sample


def _shallow(sample: Sample) -> dict[str, object]:
    return {field.name: getattr(sample, field.name) for field in fields(sample)}


def _worn(pcm: bytes, rng: random.Random) -> bytes:
    """Return the sound as a microphone may hear it: softer, and with some noise."""
    samples = np.frombuffer(pcm, "<i2") * rng.choice((1.0, 1.0, 0.5, 0.2))
    noise = rng.choice((0.0, 0.0, 0.003, 0.01)) * float(np.abs(samples).max())
    hiss = np.random.default_rng(rng.randrange(1 << 30)).normal(size=len(samples)) * noise
    return np.clip(samples + hiss, -32768, 32767).astype("<i2").tobytes()


def _hear(recognizer: GrammarRecognizer, voice: str, said: str, pcm: bytes) -> Sample | None:
    finder = SpeechFinder()
    finder.feed(pcm)
    if not finder.plausible:
        return None
    decoder = recognizer.lend()
    guess = recognizer.guess(decoder.decode(finder.speech()))
    recognizer.take_back(decoder)
    if guess is None:
        return None
    return Sample(voice, said, guess.text, False, guess.guarded, guess.evidence)


def _scores(samples: list[Sample], weights: np.ndarray, bias: float) -> np.ndarray:
    return np.array([astuple(s.evidence) for s in samples]) @ weights + bias


def _fit(samples: list[Sample]) -> tuple[np.ndarray, float]:
    """Return the weights of a logistic regression in which both kinds count the same."""
    raw = np.array([astuple(sample.evidence) for sample in samples])
    wanted = np.array([sample.command for sample in samples], float)
    mean, spread = raw.mean(axis=0), raw.std(axis=0)
    known = np.column_stack([(raw - mean) / spread, np.ones(len(raw))])
    share = np.where(wanted == 1, 0.5 / wanted.mean(), 0.5 / (1 - wanted.mean()))
    ridge = np.diag([*[_RIDGE] * raw.shape[1], 0.0])
    weights = np.zeros(known.shape[1])
    for _ in range(30):
        odds = 1 / (1 + np.exp(-np.clip(known @ weights, -30, 30)))
        slope = known.T @ (share * (wanted - odds)) - ridge @ weights
        curve = (known * (share * np.maximum(odds * (1 - odds), 1e-9))[:, None]).T @ known
        weights = weights + np.linalg.solve(curve + ridge, slope)
    scaled = weights[:-1] / spread
    return scaled, float(weights[-1] - scaled @ mean)


def _limits(samples: list[Sample]) -> tuple[float, float, float]:
    """Return the paces and the uncovered part that no command has yet gone beyond."""
    commands = [sample.evidence for sample in samples if sample.command]
    paces = [evidence.pace for evidence in commands]
    return min(paces) * 0.8, max(paces) * 1.1, max(e.uncovered for e in commands) * 1.1


def _threshold(samples: list[Sample], weights: np.ndarray, bias: float) -> float:
    """Return what the allowed part of all others passes, those without any sentence too."""
    slowest, fastest, loosest = _limits(samples)
    others = [
        sample
        for sample in samples
        if not sample.command
        and slowest <= sample.evidence.pace <= fastest
        and sample.evidence.uncovered <= loosest
    ]
    tried = len(VOICES) * _OTHERS + _NOISES + _NOISES // 4
    passing = int(tried * _PASSING)
    return float(np.sort(_scores(others, weights, bias))[-1 - passing]) + _MARGIN


def _module(samples: list[Sample], weights: np.ndarray, bias: float) -> str:
    threshold = _threshold(samples, weights, bias)
    slowest, fastest, loosest = _limits(samples)
    return f'''"""Constants that benchmarks/grammar_fit.py fits to development speech."""

#: One weight for each field of Evidence, in its order.
WEIGHTS = ({", ".join(f"{weight:.3f}" for weight in weights)})
BIAS = {bias:.3f}

#: Log odds that a command needs, and one to a lock or cover.
THRESHOLD = {threshold:.3f}
STRICT = {threshold + _STRICTER:.3f}

#: Phones a second: of no command yet, slower or faster.
SLOWEST = {slowest:.1f}
FASTEST = {fastest:.1f}

#: The most of what was heard that may lie outside of a command's words.
LOOSEST = {loosest:.2f}
'''


def _rows(samples: list[Sample], weights: np.ndarray, bias: float) -> Iterator[Row]:
    right = [sample for sample in samples if sample.command]
    others = [sample for sample in samples if not sample.command]
    kept = (_scores(right, weights, bias) >= _threshold(samples, weights, bias)).mean()
    yield Row(what="commands heard right", ours=len(right), unit="utterances")
    yield Row(what="others that came near one", ours=len(others), unit="utterances")
    yield Row(
        what="of the commands kept",
        ours=100 * float(kept),
        unit="%",
        goal=97,
        higher_is_better=True,
    )
    near = sorted(zip(_scores(others, weights, bias), others, strict=True), key=lambda x: -x[0])
    for score, sample in near[:10]:
        print(f"{score:6.2f}  {sample.voice}: {sample.said!r} -> {sample.heard!r}")


if __name__ == "__main__":
    main()
