"""Reasoning that only this server can read again: encrypted_content.

It is signed and not encrypted, since there is nothing to hide; what matters is that a client
can't make it, change it, or take it from one model to another.
"""

import base64
import binascii
from dataclasses import dataclass
import hashlib
import hmac
import json
import secrets

_SIGNATURE = 32


@dataclass(frozen=True, slots=True)
class Thought:
    """What the model thought, and how many tokens it took."""

    model: str
    text: str
    tokens: int


class Seal:
    """Makes encrypted_content and opens what it made."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(_SIGNATURE)

    def close(self, thought: Thought) -> str:
        """Return the encrypted content of a thought."""
        inside = json.dumps([thought.model, thought.text, thought.tokens]).encode()
        return base64.b64encode(self._sign(inside) + inside).decode()

    def open(self, content: str, model: str) -> Thought | None:
        """Return the thought, or None if it was not made here for this model."""
        try:
            raw = base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            return None
        signature, inside = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(inside)):
            return None
        thought = Thought(*json.loads(inside))
        return thought if thought.model == model else None

    def _sign(self, inside: bytes) -> bytes:
        return hmac.digest(self._secret, inside, hashlib.sha256)
