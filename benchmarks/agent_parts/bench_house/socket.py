"""What can be asked of the house from outside: a line of JSON for each, answered by another."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
import ctypes
from datetime import timedelta
import gc
import json
from pathlib import Path
from typing import Any, TypeAlias

from homeassistant.core import HomeAssistant
from homeassistant.helpers import chat_session
from homeassistant.util import dt as dt_util

from .speech import Speech

Json: TypeAlias = dict[str, Any]


class Socket:
    """Answers whoever measures."""

    def __init__(self, hass: HomeAssistant, satellites: Mapping[str, str]) -> None:
        self._hass = hass
        speech = Speech(hass, satellites)
        self._asks: dict[str, Callable[..., Awaitable[object]]] = {
            "say": speech.say,
            "prepare": speech.prepare,
            "read": speech.read,
            "listen": speech.listen,
            "states": self._states,
            "act": self._act,
            "memory": self._memory,
            "forget": self._forget,
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer each line."""
        with suppress(ConnectionError):
            while line := await reader.readline():
                asked = json.loads(line)
                answer = await self._asks[asked.pop("ask")](**asked)
                writer.write(json.dumps(answer, default=str).encode() + b"\n")
                await writer.drain()

    async def _states(self, entity_ids: list[str]) -> list[Json]:
        states = map(self._hass.states.get, entity_ids)
        return [{"state": each.state, **each.attributes} for each in states if each]

    async def _act(self, action: str, **data: Any) -> None:
        await self._hass.services.async_call(*action.split("."), data, blocking=True)

    async def _memory(self) -> Json:
        gc.collect()
        # What the C library only keeps for later is not held by anybody.
        ctypes.CDLL(None).malloc_trim(0)
        return {"kib": _pss(), "objects": len(gc.get_objects())}

    async def _forget(self) -> None:
        """End all conversations, as five minutes of silence would."""
        later = dt_util.utcnow() + chat_session.CONVERSATION_TIMEOUT + timedelta(seconds=1)
        cleanup = self._hass.data[chat_session.DATA_CHAT_SESSION_CLEANUP]
        if cleanup.unsub:
            cleanup.unsub()
        cleanup._cleanup(later)  # noqa: SLF001 - nothing else ends them before their time


def _pss() -> int:
    """Return this process's own memory and its share of what others use, too; KiB."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
