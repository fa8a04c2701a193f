"""The part of SSML that is read does what it says; the rest is refused, and nothing is expanded."""

from hypothesis import given, strategies as st
import pytest

from alicia_bus.errors import CommandError, ErrorCode
from alicia_tts.pieces import Piece, read
from alicia_tts.ssml import SsmlReader


def pieces(text: str) -> list[Piece]:
    return list(read(SsmlReader(), f"<speak>{text}</speak>"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("On. Off.", [Piece("On."), Piece("Off.")]),
        ("Tom &amp; Jerry &#65;&lt;b", [Piece("Tom & Jerry A<b")]),
        ("<s>One</s><s>Two</s>", [Piece("One"), Piece("Two")]),
        ("<p>One</p>Two", [Piece("One"), Piece("", pause=0.4), Piece("Two")]),
        ("a<break time='500ms'/>b", [Piece("a"), Piece("", pause=0.5), Piece("b")]),
        ("a<break time='1.5s'/>", [Piece("a"), Piece("", pause=1.5)]),
        ("a<break time='99s'/>", [Piece("a"), Piece("", pause=10.0)]),
        ("a<break/>", [Piece("a"), Piece("", pause=0.4)]),
        ("a<break strength='x-strong'/>", [Piece("a"), Piece("", pause=1.0)]),
        ("<prosody rate='slow'>a</prosody>b", [Piece("a", 0.75), Piece("b")]),
        ("<prosody rate='80%'>a</prosody>", [Piece("a", 0.8)]),
        ("<prosody rate='+20%'>a</prosody>", [Piece("a", 1.2)]),
        ("<prosody rate='-10%'>a</prosody>", [Piece("a", 0.9)]),
        ("<prosody rate='1.5'>a</prosody>", [Piece("a", 1.5)]),
        ("<prosody rate='9'>a</prosody>", [Piece("a", 2.0)]),
        ("<prosody rate='-99%'>a</prosody>", [Piece("a", 0.5)]),
        ("<prosody pitch='high'>a</prosody>", [Piece("a")]),
        (
            "<prosody rate='2'><prosody rate='50%'>a</prosody>b</prosody>",
            [Piece("a", 1.0), Piece("b", 2.0)],
        ),
        ("<sub alias='world wide web'>WWW</sub> is up.", [Piece("world wide web is up.")]),
        ("Say <say-as interpret-as='characters'>AB1</say-as>", [Piece("Say A, B, 1")]),
        ("On <say-as interpret-as='date'>1.2.</say-as>", [Piece("On 1.2.")]),
        ("It is <emphasis>very</emphasis> hot.", [Piece("It is very hot.")]),
        ("<!-- hidden --><?hidden too?>a", [Piece("a")]),
        ("<![CDATA[a < b]]>", [Piece("a < b")]),
    ],
)
def test_pieces(text: str, expected: list[Piece]) -> None:
    assert pieces(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<audio src='http://example.com/a.wav'/>", ErrorCode.UNSUPPORTED),
        ("<voice name='x'>a</voice>", ErrorCode.UNSUPPORTED),
        ("<x:y/>", ErrorCode.UNSUPPORTED),
        ("<sub alias='a'><sub alias='b'>c</sub></sub>", ErrorCode.UNSUPPORTED),
        ("<break time='soon'/>", ErrorCode.INVALID_FIELD),
        ("<break strength='mighty'/>", ErrorCode.INVALID_FIELD),
        ("<break time='10s'/>" * 7, ErrorCode.TOO_LARGE),
        ("<prosody rate='brisk'>a</prosody>", ErrorCode.INVALID_FIELD),
        ("<s>" * 100, ErrorCode.TOO_LARGE),
        ("a & b", ErrorCode.INVALID_FIELD),
        ("&nbsp;", ErrorCode.INVALID_FIELD),
        ("</speak>", ErrorCode.INVALID_FIELD),
        ("\x00", ErrorCode.INVALID_FIELD),
    ],
)
def test_the_rest_is_refused(text: str, code: ErrorCode) -> None:
    with pytest.raises(CommandError) as refused:
        pieces(text)
    assert refused.value.code is code
    assert len(refused.value.message) < 200


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ErrorCode.INVALID_FIELD),
        ("hello", ErrorCode.INVALID_FIELD),
        ("<p>a</p>", ErrorCode.INVALID_FIELD),
        ("<speak>a", ErrorCode.INVALID_FIELD),
        ('<!DOCTYPE x [<!ENTITY a "ha">]><speak>&a;</speak>', ErrorCode.UNSUPPORTED),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><speak/>', ErrorCode.UNSUPPORTED),
        ("<?xml version='1.0' encoding='utf-16'?><audio/>", ErrorCode.INVALID_FIELD),
    ],
)
def test_what_is_no_ssml_is_refused(text: str, code: ErrorCode) -> None:
    with pytest.raises(CommandError) as refused:
        list(read(SsmlReader(), text))
    assert refused.value.code is code


@given(st.lists(st.text("<>/&;'= abps", max_size=12), max_size=12))
def test_any_text_is_read_or_refused(chunks: list[str]) -> None:
    reader = SsmlReader()
    try:
        for chunk in ("<speak>", *chunks, "</speak>"):
            list(reader.add(chunk))
        list(reader.finish())
    except CommandError as err:
        assert err.code in ErrorCode  # noqa: PT017 - either way is right


def test_a_stream_is_read_like_the_whole() -> None:
    text = "<speak>One. <s>Two, <sub alias='and'>&amp;</sub> three</s><break/>Four</speak>"
    reader = SsmlReader()
    streamed = [piece for char in text for piece in reader.add(char)]
    assert [*streamed, *reader.finish()] == list(read(SsmlReader(), text))
