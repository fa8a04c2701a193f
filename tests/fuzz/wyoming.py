"""What a Wyoming client may send in error or in bad faith."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
import json
import random
from typing import Any

from . import values

SPEECH = {"rate": 16_000, "width": 2, "channels": 1}

#: Events as good clients send them, of both servers and of neither.
EVENTS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("describe", {}),
    ("ping", {"text": "are you there"}),
    ("select-program", {"name": "whisper"}),
    ("transcribe", {"language": "en", "name": "base", "transcript_names": ["Kitchen Light"]}),
    ("audio-start", SPEECH),
    ("audio-chunk", {**SPEECH, "timestamp": 0}),
    ("audio-chunk", {**SPEECH, "rate": 48_000, "channels": 2}),
    ("audio-stop", {"timestamp": 64}),
    ("synthesize", {"text": "Yes.", "voice": {"name": "en-us"}}),
    ("synthesize-start", {"voice": {"language": "en"}, "text_format": "text"}),
    ("synthesize-chunk", {"text": "One. Two"}),
    ("synthesize-stop", {}),
    ("transcript", {"text": "hello"}),
    ("error", {"text": "no", "code": "x"}),
    ("info", {}),
    ("user-event", {"name": "x"}),
)
#: What other protocols say first.
STRANGERS = (
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\x10\x0c\x00\x04MQTT\x05\x02\x00\x3c\x00",
    b"SSH-2.0-OpenSSH\r\n",
    b"\x00" * 512,
    b"\n" * 100,
    b"{" * 70_000,
)
LENGTHS = (-1, 0, 1, 7, 64, 4096, 2**22, 2**22 + 1, 10**18, True, "10", 1.5, None, [])


class Ending(Enum):
    """How a client goes."""

    STOPS_SENDING = 0
    VANISHES = 1


@dataclass(frozen=True, slots=True)
class Visit:
    """All that one client sends, in the pieces in which it sends it, and how it goes."""

    pieces: tuple[bytes, ...]
    ending: Ending


def visit(rng: random.Random) -> Visit:
    """Return a client's whole visit."""
    if rng.random() < 0.05:
        sent = rng.choice((*STRANGERS, rng.randbytes(rng.randrange(1, 2000))))
    else:
        sent = b"".join(event(rng) for _ in range(rng.randrange(1, 8)))
    cuts = sorted(rng.randrange(len(sent) + 1) for _ in range(rng.randrange(3)))
    edges = (0, *cuts, len(sent))
    pieces = tuple(sent[a:b] for a, b in pairwise(edges))
    return Visit(pieces, rng.choice((*Ending, Ending.STOPS_SENDING)))


def event(rng: random.Random) -> bytes:
    """Return an event, usually with something wrong about it."""
    kind, fields = rng.choice(EVENTS)
    data = values.changed(rng, fields)
    payload = _payload(rng) if kind == "audio-chunk" or rng.random() < 0.1 else b""
    header: dict[str, Any] = {"type": kind, "version": "1.10.2"}
    separate = rng.random() < 0.6
    body = values.spelt(rng, data) if separate else b""
    if separate:
        header["data_length"] = len(body)
    else:
        header["data"] = data
    if payload:
        header["payload_length"] = len(payload)
    if rng.random() < 0.15:
        header[rng.choice(("data_length", "payload_length"))] = rng.choice(LENGTHS)
    if rng.random() < 0.1:
        header[rng.choice(("type", "version", "data"))] = values.value(rng)
    line = json.dumps(header).encode()
    if rng.random() < 0.1:
        line = values.damaged(rng, line)
    end = b"\n" if rng.random() < 0.97 else rng.choice((b"", b"\r\n", b"\n\n"))
    return line + end + body + payload


def _payload(rng: random.Random) -> bytes:
    size = rng.choice((0, 1, 2, 63, 64, 640, 2048, 9601))
    return bytes(size) if rng.random() < 0.5 else rng.randbytes(size)
