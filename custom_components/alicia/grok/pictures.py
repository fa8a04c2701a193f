"""Pictures that Grok draws."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .errors import GrokError, Kind
from .request import Json

#: Pictures that one can be drawn after.
MAX_MODELS: Final = 3

#: How a picture begins, and what it is then.
_MARKS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture."""

    data: bytes
    mime: str
    #: what was drawn, in the words of the model; empty if it says nothing
    prompt: str


def ask(model: str, prompt: str, images: Sequence[Json]) -> tuple[str, Json]:
    """Return the path and the body of a request for a picture, after others if there are any."""
    body: Json = {"model": model, "prompt": prompt, "n": 1, "response_format": "b64_json"}
    if not images:
        return "images/generations", body
    shown = [{"type": "image_url", "url": image["image_url"]} for image in images]
    return "images/edits", body | ({"image": shown[0]} if len(shown) == 1 else {"images": shown})


def read(told: Json) -> Picture:
    """Return the picture of an answer; raises GrokError where there is none."""
    rows = told.get("data")
    row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    try:
        data = base64.b64decode(str(row.get("b64_json") or ""), validate=True)
    except (binascii.Error, ValueError) as err:
        raise GrokError(Kind.FAILED) from err
    if (mime := kind_of(data)) is None:
        raise GrokError(Kind.FAILED)
    return Picture(data, mime, str(row.get("revised_prompt") or ""))


def kind_of(data: bytes) -> str | None:
    """Return what kind of picture data are, whatever they are said to be."""
    return next((mime for mark, mime in _MARKS if data.startswith(mark)), None)
