"""Files that go along with what is asked."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from mimetypes import guess_file_type
from pathlib import Path
from typing import Final

from homeassistant.components.conversation import Attachment, Content, UserContent
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN
from .request import Json

_MIB: Final = 1024 * 1024
#: bytes of a picture that xAI takes
MAX_IMAGE: Final = 20 * _MIB
MAX_FILE: Final = 20 * _MIB
#: bytes of a text; it becomes part of the question
MAX_TEXT: Final = _MIB // 2
#: bytes of all; they are in memory several times
MAX_ALL: Final = 40 * _MIB

type Parts = list[Json]


def image_part(data: bytes, mime: str) -> Json:
    """Return a picture as a part of a message."""
    return {"type": "input_image", "image_url": data_url(data, mime), "detail": "auto"}


def data_url(data: bytes, mime: str) -> str:
    """Return data as an address that holds them."""
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def _image(_name: str, data: bytes, mime: str) -> Json:
    return image_part(data, mime)


def _file(name: str, data: bytes, mime: str) -> Json:
    return {"type": "input_file", "filename": name, "file_data": data_url(data, mime)}


def _text(name: str, data: bytes, _mime: str) -> Json:
    """Return a text with its name; as a file, xAI would bill a search in it."""
    return {"type": "input_text", "text": f"{name}:\n{data.decode(errors='replace')}"}


@dataclass(frozen=True, slots=True)
class _Row:
    """A type of file."""

    mime: str
    most: int
    part: Callable[[str, bytes, str], Json]
    #: how a file begins that is what it is said to be
    mark: bytes = b""


#: The first row that a type begins with counts.
_ROWS: Final = (
    _Row("image/jpeg", MAX_IMAGE, _image, b"\xff\xd8\xff"),
    _Row("image/png", MAX_IMAGE, _image, b"\x89PNG\r\n\x1a\n"),
    _Row("application/pdf", MAX_FILE, _file, b"%PDF-"),
    _Row("application/json", MAX_TEXT, _text),
    _Row("text/", MAX_TEXT, _text),
)


async def async_read(hass: HomeAssistant, attachments: Sequence[Attachment]) -> Parts:
    """Return files as parts of a message; raises HomeAssistantError for one that can't be."""
    return await hass.async_add_executor_job(lambda: list(_read(attachments)))


async def async_read_all(hass: HomeAssistant, content: Sequence[Content]) -> Mapping[int, Parts]:
    """Return the attachments of a chat log, by the place of what they were attached to.

    Raises HomeAssistantError for one that can't be read.
    """
    return {place: await async_read(hass, each) for place, each in _attached(content)}


async def async_read_left(hass: HomeAssistant, content: Sequence[Content]) -> Mapping[int, Parts]:
    """Return those attachments of a chat log that are still there."""
    found: dict[int, Parts] = {}
    for place, each in _attached(content):
        with suppress(HomeAssistantError):
            found[place] = await async_read(hass, each)
    return found


def has_image(parts: Parts) -> bool:
    """Tell whether there is a picture among parts."""
    return any(part["type"] == "input_image" for part in parts)


def _attached(content: Sequence[Content]) -> Iterator[tuple[int, Sequence[Attachment]]]:
    for place, each in enumerate(content):
        if isinstance(each, UserContent) and each.attachments:
            yield place, each.attachments


def _read(attachments: Sequence[Attachment]) -> Iterator[Json]:
    left = MAX_ALL
    for each in attachments:
        mime = each.mime_type or guess_file_type(each.path)[0] or ""
        row = next((row for row in _ROWS if mime.startswith(row.mime)), None)
        if row is None:
            raise _refused("attachment_type", each.path)
        data = _content(each.path, min(row.most, left))
        if not data.startswith(row.mark):
            raise _refused("attachment_type", each.path)
        left -= len(data)
        yield row.part(each.path.name, data, mime)


def _content(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as err:
        raise _refused("attachment_unreadable", path) from err
    if len(data) > most:
        raise _refused("attachment_too_large", path)
    return data


def _refused(why: str, path: Path) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=why,
        translation_placeholders={"name": path.name},
    )
