"""A client of Home Assistant's REST and websocket APIs."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import itertools
from typing import Final, Self, cast

import aiohttp

from .waiting import until

type Json = Mapping[str, object]

_TIMEOUT: Final = aiohttp.ClientTimeout(total=60)
#: The largest message that Home Assistant sends: all states, all registry entries.
_MAX_MESSAGE: Final = 64 * 1024 * 1024


class HomeAssistantError(Exception):
    """Home Assistant refused, or isn't there; the message says what it was asked."""


@dataclass(slots=True)
class Rest:
    """Calls of the REST API."""

    session: aiohttp.ClientSession
    url: str
    token: str | None = None

    async def call(self, method: str, path: str, body: Json | None = None) -> object:
        """Return the answer's JSON; raises HomeAssistantError for any other than a success."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            async with self.session.request(
                method, f"{self.url}{path}", json=body, headers=headers
            ) as response:
                if response.status >= 400:
                    text = (await response.text())[:300]
                    raise HomeAssistantError(f"{method} {path}: {response.status} {text}")
                return cast(object, await response.json())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise HomeAssistantError(f"{method} {path}: {error or type(error).__name__}") from error

    def full(self, path: str) -> str:
        """Return a path below Home Assistant's own address as an address."""
        return path if path.startswith("http") else f"{self.url}{path}"

    async def download(self, path: str) -> bytes:
        """Return a file; a relative path is below Home Assistant's own address."""
        url = self.full(path)
        try:
            async with self.session.get(url) as response:
                response.raise_for_status()
                return await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise HomeAssistantError(f"GET {url}: {error or type(error).__name__}") from error

    async def answers(self) -> bool:
        """Tell whether anybody is there, however early in its start."""
        try:
            async with self.session.get(f"{self.url}/manifest.json") as response:
                return response.status == 200
        except aiohttp.ClientError, TimeoutError:
            return False

    async def wait_until_running(self, seconds: float) -> None:
        """Wait until Home Assistant has set up all it is configured to."""

        async def running() -> bool:
            return cast(Json, await self.call("GET", "/api/config"))["state"] == "RUNNING"

        if not await until(running, seconds):
            raise HomeAssistantError(f"it hasn't finished its start within {seconds:.0f} s")

    async def form(self, path: str, fields: Mapping[str, str]) -> Json:
        """Post a form, as the authentication endpoint wants it."""
        async with self.session.post(f"{self.url}{path}", data=fields) as response:
            if response.status >= 400:
                raise HomeAssistantError(f"POST {path}: {response.status}")
            return cast(Json, await response.json())


@asynccontextmanager
async def open_session() -> AsyncIterator[aiohttp.ClientSession]:
    """Open the session that all calls share."""
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        yield session


@dataclass(slots=True)
class Socket:
    """One websocket connection; one command at a time."""

    connection: aiohttp.ClientWebSocketResponse
    _ids: Callable[[], int] = field(default_factory=lambda: itertools.count(1).__next__)

    @classmethod
    async def open(cls, rest: Rest) -> Self:
        """Connect and log in with the REST client's token."""
        try:
            connection = await rest.session.ws_connect(
                f"{rest.url}/api/websocket", max_msg_size=_MAX_MESSAGE
            )
        except aiohttp.ClientError as error:
            raise HomeAssistantError(f"websocket: {error}") from error
        await connection.receive_json()
        await connection.send_json({"type": "auth", "access_token": rest.token})
        answer = await connection.receive_json()
        if answer["type"] != "auth_ok":
            raise HomeAssistantError(f"websocket: {answer}")
        return cls(connection)

    async def close(self) -> None:
        """Close the connection."""
        await self.connection.close()

    async def send(self, kind: str, **fields: object) -> int:
        """Send a command, and return its id."""
        number = self._ids()
        await self.connection.send_json({"id": number, "type": kind, **fields})
        return number

    async def receive(self) -> Json:
        """Return the next message, whatever it belongs to."""
        try:
            return cast(Json, await self.connection.receive_json())
        except TypeError as error:
            raise HomeAssistantError("the websocket was closed") from error

    async def call(self, kind: str, **fields: object) -> object:
        """Send a command and return its result; events in between are dropped."""
        number = await self.send(kind, **fields)
        while True:
            message = await self.receive()
            if message["id"] == number and message["type"] == "result":
                if not message["success"]:
                    raise HomeAssistantError(f"{kind}: {message['error']}")
                return message["result"]
