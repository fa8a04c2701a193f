"""Pictures on demand: each has one colour, which the prompt decides."""

import base64
import binascii
from hashlib import blake2b
import json
import struct
from typing import Any, Final
import zlib

from .models import IMAGE_MODELS
from .refusals import Known, RefusedError, invalid, malformed, unsupported
from .request import Json

_DEFAULT: Final = "grok-imagine-image-2.0"
_FIELDS: Final = {
    "aspect_ratio", "model", "n", "prompt", "quality", "resolution", "response_format", "user",
}  # fmt: skip


#: Pictures that one is drawn after.
_MOST_SHOWN: Final = 3


def parse_edit(raw: bytes) -> Json:
    """Return the body of a request for pictures after others, or raise RefusedError."""
    body = parse(raw, frozenset({"image", "images"}))
    shown = _shown(body)
    if not 1 <= len(shown) <= _MOST_SHOWN or ("image" in body and "images" in body):
        raise RefusedError(invalid(f"Between 1 and {_MOST_SHOWN} images are supported."))
    for image in shown:
        url = image.get("url") if isinstance(image, dict) else None
        if not isinstance(url, str) or not url.startswith(("data:image/", "https://")):
            raise RefusedError(malformed("image: missing field `url`"))
    return body


def _shown(body: Json) -> list[Any]:
    many = body.get("images")
    return many if isinstance(many, list) else [body.get("image")]


def parse(raw: bytes, more: frozenset[str] = frozenset()) -> Json:
    """Return the body of a request for pictures, or raise RefusedError."""
    try:
        body = json.loads(raw)
    except ValueError as err:
        raise RefusedError(malformed(str(err))) from err
    if not isinstance(body, dict) or not isinstance(body.get("prompt"), str):
        raise RefusedError(malformed("missing field `prompt`"))
    model = body.get("model") or _DEFAULT
    if model not in IMAGE_MODELS:
        raise RefusedError(invalid(f"Model not found: {model}"))
    for name in body.keys() - _FIELDS - more:
        known = Known.SEEN if name in {"size", "style"} else Known.STRICTER
        raise RefusedError(unsupported(name, known))
    if not 1 <= body.get("n", 1) <= 10:
        raise RefusedError(invalid("n must be between 1 and 10.", Known.DOCUMENTED))
    return body


def generate(body: Json) -> Json:
    """Return the pictures and their bill."""
    picture = base64.b64encode(png(body["prompt"])).decode()
    if body.get("response_format") == "b64_json":
        shape = {"b64_json": picture}
    else:
        shape = {"url": f"data:image/png;base64,{picture}"}  # xAI's are on the web
    each = {**shape, "mime_type": "image/png", "revised_prompt": ""}
    count = body.get("n", 1)
    billed = count + (len(_shown(body)) if "image" in body or "images" in body else 0)
    ticks = billed * IMAGE_MODELS[body.get("model") or _DEFAULT]
    return {"data": [each] * count, "usage": {"cost_in_usd_ticks": ticks}}


def png(text: str) -> bytes:
    """Return a picture of eight by eight pixels of one colour."""
    row = b"\0" + blake2b(text.encode(), digest_size=3).digest() * 8
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(row * 8)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    checked = name + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", binascii.crc32(checked))
