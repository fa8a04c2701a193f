"""The numbers behind a verdict."""

from alicia_stt.grammar.decoder import Heard, Word
from alicia_stt.grammar.evidence import edits, weigh
from alicia_stt.grammar.sphinx import Segment


def test_edits() -> None:
    """Insertions, deletions and replacements count one each."""
    assert edits("kitten", "sitting") == 3
    assert edits("", "abc") == edits("abc", "") == 3
    assert edits("same", "same") == 0


def heard(loop: str, score: float) -> Heard:
    """Return the word "on" (AA N) over 20 frames, heard phone by phone as these."""
    place = Segment("w1", 10, 29, score)
    silence = Segment("<sil>", 0, 9, -0.1)
    phones = [
        Segment(phone, 10 + 10 * number, 19 + 10 * number, -0.1)
        for number, phone in enumerate(loop.split())
    ]
    word = Word("on", ("AA", "N"), place)
    return Heard((word,), (silence, place), (Segment("SIL", 0, 9, -0.1), *phones))


def test_what_fits() -> None:
    """A path that the phones agree with has nothing against it."""
    evidence = weigh(heard("AA N", -0.2))
    assert (evidence.distance, evidence.worst_distance, evidence.uncovered) == (0, 0, 0)
    assert abs(evidence.ratio) < 1e-9
    assert evidence.pace == 10
    assert evidence.brevity == 0.5


def test_what_does_not() -> None:
    """Other phones, a worse score, and speech outside the words all count against it."""
    evidence = weigh(heard("S T AA", -0.4))
    assert evidence.distance == 1.5
    assert evidence.ratio < -0.3
    assert 0.3 < evidence.uncovered < 0.4
