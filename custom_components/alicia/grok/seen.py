"""A tool's result that shows something."""

from homeassistant.helpers import llm
from homeassistant.util.json import JsonObjectType

from .attachments import image_part
from .request import Json


class Seen(llm.ToolResult):
    """A result with a picture.

    The picture is no field of the result: Home Assistant logs, traces and tells all those.
    """

    __slots__ = ("picture",)

    def __init__(self, data: JsonObjectType, content: bytes, mime: str) -> None:
        super().__init__(data)
        #: as a part of a message
        self.picture: Json = image_part(content, mime)
