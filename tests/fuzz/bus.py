"""What a client of the broker may publish in error or in bad faith."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
import json
from pathlib import Path
import random
from typing import Any

from alicia_bus.topics import Kind

from . import values

_GOLDEN = Path(__file__).parents[1] / "contract"
IDS = ("stt-fuzz", "tts-fuzz", "kitchen", "speech_to_text", "speak", "a" * 64, "a" * 65, "A", "é")
#: Where MQTT 5 requesters say that they want an answer.
REPLIES = ("alicia/reply/x", "alicia/voice/stt/request", "elsewhere/x", "alicia/reply/" + "y" * 900)


@dataclass(frozen=True, slots=True)
class Published:
    """A message as the broker gets it."""

    topic: str
    payload: bytes
    retain: bool = False
    reply_to: tuple[str, bytes] | None = None


def golden() -> tuple[tuple[str, Any], ...]:
    """Return the topics and payloads of the contract's own examples.

    But for the one that has a server begin anew, at another port.
    """
    rows = [
        row
        for path in sorted(_GOLDEN.glob("*.json"))
        if path.stem != "malformed"
        for row in json.loads(path.read_text())
    ]
    payloads = ((row["topic"], row["payload"]) for row in rows if "payload" in row)
    return tuple(each for each in payloads if each[1].get("command") != "reload")


class Publisher:
    """Makes messages out of the good ones."""

    def __init__(self, topics: Sequence[str] = ()) -> None:
        self._golden = golden()
        self._topics = tuple(topics)

    def message(self, rng: random.Random) -> Published:
        """Return a message; on one of the topics that are listened to, if there are any."""
        topic, payload = rng.choice(self._golden)
        if self._topics:
            topic = rng.choice(self._topics)
        elif rng.random() < 0.3:
            topic = _topic(rng)
        wanted = None
        if rng.random() < 0.2:
            wanted = (rng.choice(REPLIES), rng.randbytes(rng.randrange(20)))
        return Published(topic, _payload(rng, payload), rng.random() < 0.05, wanted)


def _topic(rng: random.Random) -> str:
    """Return a topic of the contract with any ids in it, or one beside it."""
    kind = rng.choice(tuple(Kind)).value
    for name in ("device_id", "instance", "capability", "domain", "object_id"):
        kind = kind.replace(f"{{{name}}}", rng.choice(IDS))
    base = rng.choice(("alicia/", "alicia/", "alicia/", "", "Alicia/", "alicia//"))
    return kind if kind.startswith("capability:") else base + kind


def _payload(rng: random.Random, good: Any) -> bytes:
    if rng.random() < 0.08:
        return rng.choice((b"", b"\x00", b"null", b"[]", rng.randbytes(rng.randrange(200))))
    content = values.changed(rng, good) if isinstance(good, dict) else good
    if isinstance(content, dict):
        if rng.random() < 0.3:
            content["audio_data"] = _audio(rng)
        if rng.random() < 0.3:
            content["text"] = rng.choice(values.TEXTS)
        if rng.random() < 0.5:  # else it is a repetition, and done once only
            content["request_id"] = f"f-{rng.randrange(1 << 40)}"
        if rng.random() < 0.1:
            content = {"message_id": "m", "payload": content}
    return values.spelt(rng, content)


def _audio(rng: random.Random) -> str:
    """Return sound, or what calls itself sound."""
    noise = rng.randbytes(rng.choice((0, 1, 2, 320, 9600)))
    wav = b"RIFF" + rng.randbytes(4) + b"WAVEfmt " + rng.randbytes(24) + b"data" + noise
    return rng.choice((base64.b64encode(rng.choice((noise, wav))).decode(), "!", "AAA", "AAAA" * 9))
