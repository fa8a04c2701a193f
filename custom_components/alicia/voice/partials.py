"""What an agent has said so far, told on the bus while it goes on."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from homeassistant.components import conversation
from homeassistant.core import callback

from ..bus.fields import MAX_TEXT
from ..bus.messages import AiPartial, Meta

EVERY: Final = 0.25  # s between two partials of one answer


class Partials:
    """Hears each piece of an answer, and tells now and then what it is by now."""

    def __init__(self, meta: Meta, send: Callable[[AiPartial], None]) -> None:
        self._meta = Meta(request_id=meta.request_id, session_id=meta.session_id)
        self._send = send
        self._text = ""
        self._told = ""
        self._is_answer = False
        self._is_closed = False
        self._timer: asyncio.TimerHandle | None = None

    @callback
    def hear(self, _log: conversation.ChatLog, delta: Mapping[str, Any]) -> None:
        """Take a piece, as Home Assistant's chat log gives it to who listens."""
        if role := delta.get("role"):
            self._is_answer = role == "assistant"
            # What was said before a tool was called is no part of what is said after it.
            self._text = ""
        content = delta.get("content")
        if self._is_closed or not self._is_answer or not isinstance(content, str):
            return
        self._text += content
        if self._timer is None:
            self._tell()

    @callback
    def close(self) -> None:
        """Tell no more: the answer itself follows."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self) -> None:
        self._timer = None
        if self._text.strip() and self._text != self._told and len(self._text) <= MAX_TEXT:
            self._told = self._text
            self._send(AiPartial(text=self._text, meta=self._meta))
            self._timer = asyncio.get_running_loop().call_later(EVERY, self._tell)
