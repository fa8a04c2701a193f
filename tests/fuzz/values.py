"""Values that programs stumble over, and JSON and bytes made wrong in small ways."""

from collections.abc import Mapping
import json
import random
from typing import Any

TEXTS = (
    "",
    " ",
    "turn on the kitchen light",
    "Yes.",
    "\x00",
    "\ud800",
    "a\u0301\u202e\ufeff",
    "👩‍👩‍👧‍👦" * 20,
    "<speak>hello</speak>",
    "../../etc/passwd",
    "%s%n{0}",
    "en-US",
    "xx",
    "x" * 5000,
    "1e999",
    "null",
)
NUMBERS = (0, 1, -1, 2, 0.5, -0.0, 1e308, 2**31, 2**63, -(2**63), 10**40, 16_000, 22_050, 96_001)
PLAIN = (None, True, False)


def value(rng: random.Random, depth: int = 2) -> Any:
    """Return anything that JSON can hold."""
    kind = rng.randrange(8 if depth else 6)
    if kind < 2:
        return rng.choice(TEXTS)
    if kind < 4:
        return rng.choice(NUMBERS)
    if kind < 6:
        return rng.choice(PLAIN)
    if kind == 6:
        return [value(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {rng.choice(TEXTS): value(rng, depth - 1) for _ in range(rng.randrange(4))}


def changed(rng: random.Random, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields with some of them gone, of another kind, or added."""
    found = dict(fields)
    for _ in range(rng.randrange(3)):
        names = [*found, "extra", rng.choice(TEXTS)]
        name = rng.choice(names)
        if rng.random() < 0.3:
            found.pop(name, None)
        else:
            found[name] = value(rng)
    return found


def spelt(rng: random.Random, content: Any) -> bytes:
    """Return JSON, now and then of a kind that only some parsers read."""
    text = json.dumps(content, ensure_ascii=rng.random() < 0.7)
    raw = text.encode(errors="surrogatepass")
    return raw if rng.random() < 0.8 else damaged(rng, raw)


def damaged(rng: random.Random, raw: bytes) -> bytes:
    """Return bytes with one thing wrong."""
    place = rng.randrange(len(raw) + 1)
    ways = (
        lambda: raw[:place],
        lambda: raw[:place] + rng.randbytes(rng.randrange(1, 9)) + raw[place:],
        lambda: raw[:place] + b"\n" + raw[place:],
        lambda: b"\xef\xbb\xbf" + raw,
        lambda: raw + raw,
        lambda: raw.replace(b'"', b"'", 2),
        lambda: raw.replace(b":", b": NaN, ", 1),
        lambda: b"[" * 5000 + raw,
        lambda: b'{"a":' * 5000 + raw,
        lambda: raw[:place] + b"\xff" + raw[place + 1 :],
        lambda: raw[:place] + bytes((rng.randrange(256),)) + raw[place + 1 :],
        lambda: raw.replace(b"{", b'{"x": ' + b"9" * 5000 + b", ", 1),
    )
    return rng.choice(ways)()
