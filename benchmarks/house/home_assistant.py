"""A client of Home Assistant's websocket that notes when each message came."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from itertools import count
import time
from typing import Any, TypeAlias

import aiohttp

Json: TypeAlias = Mapping[str, Any]
#: Takes an event, and when it came.
Listener: TypeAlias = Callable[[Json, float], None]


class HomeAssistantError(Exception):
    """Home Assistant refused a request."""


class HomeAssistant:
    """An authenticated connection."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._listeners: dict[int, Listener] = {}

    async def request(self, kind: str, listener: Listener | None = None, **data: object) -> Any:  # noqa: ANN401 - each command has a result of its own shape
        """Send a command and return its result; events that follow go to the listener."""
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        if listener is not None:
            self._listeners[number] = listener
        await self._socket.send_json({"id": number, "type": kind, **data})
        return await asyncio.wait_for(answer, 30.0)

    async def call(self, action: str, **data: object) -> None:
        """Perform an action."""
        domain, service = action.split(".")
        await self.request("call_service", domain=domain, service=service, service_data=data)

    async def send_audio(self, handler: int, samples: bytes) -> None:
        """Send samples to a pipeline that listens; none end the utterance."""
        await self._socket.send_bytes(bytes([handler]) + samples)

    async def receive(self) -> None:
        """Deal out messages until the connection ends."""
        async for message in self._socket:
            came = time.perf_counter()
            if message.type is aiohttp.WSMsgType.TEXT:
                for each in _as_list(message.json()):
                    self._on_message(each, came)

    def _on_message(self, message: Json, came: float) -> None:
        number = message["id"]
        if message["type"] == "event":
            if listener := self._listeners.get(number):
                listener(message["event"], came)
        elif message["type"] == "result" and (answer := self._answers.pop(number, None)):
            if message["success"]:
                answer.set_result(message["result"])
            else:
                answer.set_exception(HomeAssistantError(message["error"]["message"]))


@asynccontextmanager
async def connect(
    session: aiohttp.ClientSession, url: str, token: str
) -> AsyncIterator[HomeAssistant]:
    """Connect and authenticate."""
    async with session.ws_connect(f"{url}/api/websocket", max_msg_size=0) as socket:
        await socket.receive_json()  # auth_required
        await socket.send_json({"type": "auth", "access_token": token})
        if (await socket.receive_json())["type"] != "auth_ok":
            raise HomeAssistantError("the token is not valid")
        client = HomeAssistant(socket)
        receiving = asyncio.create_task(client.receive())
        try:
            yield client
        finally:
            receiving.cancel()


def _as_list(content: Json | list[Json]) -> list[Json]:
    return content if isinstance(content, list) else [content]
