"""What is no command: other people's speech, silences and noises."""

from pathlib import Path
import random

from alicia_stt.grammar.vocabulary import Vocabulary

from .sentences import Part, part_of


def utterances(vocabulary: Vocabulary, part: Part, seed: int, count: int) -> tuple[str, ...]:
    """Return different utterances outside the grammar, with the house's names in some."""
    lines = Path(__file__).with_name("others.txt").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line[:1] not in ("", "#") and part_of(line) is part]
    rng = random.Random(seed)
    said: dict[str, None] = {}
    while len(said) < count:
        pattern = rng.choice(patterns)
        name = rng.choice(vocabulary.entities).name
        said[pattern.format(name=name, area=rng.choice(vocabulary.areas))] = None
    return tuple(said)
