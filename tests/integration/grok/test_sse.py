"""Events are read whole from bytes that were cut anywhere."""

from collections.abc import Iterable
import random

import pytest

from custom_components.alicia.grok import sse
from custom_components.alicia.grok.sse import SseReader, TooLongError

STREAM = (
    '\ufeff: hello\n\nevent: a\ndata: {"type":"ä"}\n\n'
    "id: 1\nretry: 3000\ndata:one\ndata: two\n\n:\n\nevent: nothing\n\ndata: [DONE]\n\n"
)
DATA = ['{"type":"ä"}', "one\ntwo", "[DONE]"]


def read(chunks: Iterable[bytes]) -> list[str]:
    reader = SseReader()
    return [data for chunk in chunks for data in reader.feed(chunk)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_whole(end: str) -> None:
    assert read([STREAM.replace("\n", end).encode()]) == DATA


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_byte_by_byte(end: str) -> None:
    raw = STREAM.replace("\n", end).encode()
    assert read(raw[n : n + 1] for n in range(len(raw))) == DATA


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_cut_by_chance(end: str) -> None:
    chance = random.Random(3)
    # A last CR alone could still become a CR LF.
    raw = (STREAM.replace("\n", end) + ": bye\n").encode()
    for _ in range(200):
        cuts = sorted(chance.sample(range(1, len(raw)), 12))
        pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
        assert read(pieces) == DATA


def test_half_an_event_is_none() -> None:
    assert read([b"data: whole\n\ndata: half\n"]) == ["whole"]


def test_bytes_that_are_no_text() -> None:
    assert read([b"data: \xff\n\n"]) == ["\ufffd"]


@pytest.mark.parametrize("chunk", [b"x" * 10, b"data: x\n"])
def test_an_event_without_end(chunk: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "MAX_EVENT", 100)
    with pytest.raises(TooLongError):
        read([chunk] * 200)
