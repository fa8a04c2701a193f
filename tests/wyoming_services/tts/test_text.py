"""Text is cut into sentences, and never into anything that an engine can't take."""

from hypothesis import given, strategies as st
import pytest

from alicia_tts.text import MAX_PIECE, Splitter, clean, ends_sentence, is_speakable, split


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("The light is on. The fan is off.", ["The light is on.", "The fan is off."]),
        ("Dr. Smith is here. Good.", ["Dr. Smith is here.", "Good."]),
        ("Try e.g. Berlin, or i.e. Paris.", ["Try e.g. Berlin, or i.e. Paris."]),
        ("The U.S. Navy. Yes.", ["The U.S. Navy.", "Yes."]),
        ("See www.example.com. It is 3.5. Cold.", ["See www.example.com.", "It is 3.5.", "Cold."]),
        ("https://a.example/b.c?d=e.f is down.", ["https://a.example/b.c?d=e.f is down."]),
        ("It is 3.5 degrees. Cold!", ["It is 3.5 degrees.", "Cold!"]),
        ("It costs 2024. Really.", ["It costs 2024.", "Really."]),
        ("Am 3. Oktober, z. B. morgens.", ["Am 3. Oktober, z. B. morgens."]),
        ("J. R. Smith et al. wrote it.", ["J. R. Smith et al. wrote it."]),
        ("What?! No... Yes.", ["What?!", "No...", "Yes."]),
        ('He said "Stop." Then left.', ['He said "Stop."', "Then left."]),
        ('"Stop!" he said.', ['"Stop!" he said.']),
        ("你好。世界！", ["你好。", "世界！"]),
        ("First line\n\nsecond line", ["First line", "second line"]),
        ("One line\nand on", ["One line and on"]),
        ("**Bold** and *thin*. 2*3 is 6.", ["Bold and thin.", "2*3 is 6."]),
        ("# Title\n\n* milk\n* eggs", ["Title", "milk", "eggs"]),
        ("Buy\n1. milk\n2. eggs", ["Buy", "1. milk", "2. eggs"]),
        ("***", []),
        (" \n\t ", []),
        ("", []),
        ("... !!! ???", []),
        ("a\x00b\x1bc", ["a b c"]),
    ],
)
def test_split(text: str, sentences: list[str]) -> None:
    assert list(split(text)) == sentences


def test_sentence_comes_out_as_soon_as_the_next_one_begins() -> None:
    splitter = Splitter()
    assert list(splitter.add("The light is on. ")) == []
    assert list(splitter.add("T")) == ["The light is on."]
    assert list(splitter.add("he fan")) == []
    assert list(splitter.finish()) == ["The fan"]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "The kitchen light is on, and the fan, which was on, is off. One, two, and three.",
            [
                "The kitchen light is on,",
                "and the fan, which was on, is off.",
                "One, two, and three.",
            ],
        ),
        (
            "It is 21.5 degrees in the kitchen; the window there is open.",
            ["It is 21.5 degrees in the kitchen;", "the window there is open."],
        ),
        ("Yes, sir, I have turned it on for you.", ["Yes, sir, I have turned it on for you."]),
        ("The kitchen light is on, sir. Well.", ["The kitchen light is on, sir.", "Well."]),
        (
            "It cost 1,000,000 dollars at 12:30:15 in the end.",
            ["It cost 1,000,000 dollars at 12:30:15 in the end."],
        ),
        (
            "厨房的灯已经打开了，卧室的灯已经关上了，客厅的窗户还开着，请注意安全，谢谢。",
            ["厨房的灯已经打开了，卧室的灯已经关上了，", "客厅的窗户还开着，请注意安全，谢谢。"],
        ),
        (
            "Dr. Smith of the surgery, who called this morning.",
            ["Dr. Smith of the surgery,", "who called this morning."],
        ),
    ],
)
def test_first_clause_comes_by_itself(text: str, pieces: list[str]) -> None:
    assert list(split(text)) == pieces


def test_clauses_and_sentences_are_told_apart() -> None:
    assert not ends_sentence("The light is on,")
    assert ends_sentence('He said "no."')


def test_first_clause_does_not_wait_for_the_sentence() -> None:
    splitter = Splitter()
    assert list(splitter.add("The kitchen light is on, and the fan will")) == [
        "The kitchen light is on,"
    ]


def test_endless_sentence_is_cut_at_a_pause() -> None:
    text = "kitchen light, " * 60
    pieces = list(split(text))
    assert max(map(len, pieces)) <= MAX_PIECE
    assert all(piece.endswith("light,") for piece in pieces)


def test_endless_word_is_cut() -> None:
    assert "".join(split("a" * (3 * MAX_PIECE))) == "a" * (3 * MAX_PIECE)


@given(st.text(max_size=1500))
def test_any_text_gives_pieces_that_can_be_spoken(text: str) -> None:
    pieces = list(split(text))
    assert all(is_speakable(piece) and len(piece) <= MAX_PIECE for piece in pieces)
    assert all(piece.encode() and "\n" not in piece and "\0" not in piece for piece in pieces)


@given(st.text(max_size=1500))
def test_nothing_that_can_be_spoken_is_lost(text: str) -> None:
    def heard(words: str) -> list[str]:
        return [char for char in clean(words) if char.isalnum()]

    assert [char for piece in split(text) for char in heard(piece)] == heard(text)


@given(st.lists(st.text("ab .!?\n*1'", max_size=40), max_size=30))
def test_a_stream_is_cut_like_the_whole(chunks: list[str]) -> None:
    splitter = Splitter()
    streamed = [piece for chunk in chunks for piece in splitter.add(chunk)]
    streamed += splitter.finish()
    assert streamed == list(split("".join(chunks)))
