"""Requests that can't be done here: another instance may take one before its sender is told."""

import asyncio
from typing import Final

from alicia_bus.errors import BusError, ErrorCode
from alicia_bus.hub import Hub
from alicia_bus.messages import Message, Meta, Taken
from alicia_bus.topics import Kind
from alicia_bus.values import ErrorInfo

from .pulse import EVERY

#: s that another has to say that it takes a request, or has it already and says so again.
WAIT: Final = 1.25 * EVERY
#: What may be otherwise elsewhere; a bad request is bad everywhere.
_HERE_ALONE: Final = frozenset(
    {ErrorCode.BUSY, ErrorCode.FAILED, ErrorCode.TIMEOUT, ErrorCode.UNAVAILABLE}
)


class HandBack:
    """Gives requests back, and hears who takes them."""

    def __init__(self, hub: Hub, instance: str) -> None:
        self._hub = hub
        self._instance = instance
        self._waiting: dict[str, asyncio.Event] = {}

    def listen(self) -> tuple[str, ...]:
        """Hear what other instances take; returns the topics to subscribe to."""
        self._hub.on(Taken, self._on_taken)
        return (self._hub.topics.filter(Kind.SERVICE_TAKEN),)

    async def offer(self, request: Message, error: BusError) -> bool:
        """Give a request back; tell whether another instance sees to it now."""
        request_id = request.meta.request_id or ""
        if error.code not in _HERE_ALONE:
            return False
        if error.code is ErrorCode.BUSY:
            self._hub.release(request.KIND, request_id)
        taken = self._waiting[request_id] = asyncio.Event()
        info = ErrorInfo(error.code.value, error.message)
        self._hub.send(Taken(instance=self._instance, error=info, meta=Meta(request_id=request_id)))
        try:
            async with asyncio.timeout(WAIT):
                await taken.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting.pop(request_id, None)
        self._hub.counters["handed_over"] += 1
        return True

    def _on_taken(self, message: Taken) -> None:
        taken = self._waiting.get(message.meta.request_id or "")
        if taken is not None and message.instance != self._instance:
            taken.set()
