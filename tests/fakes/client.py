"""A client of the API that is as plain as can be; it reads streams as the standard says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
import json
from typing import Any

from aiohttp import ClientResponse, ClientSession

from .xai.server import FakeXai
from .xai.turns import RESPONSES

MODEL = "grok-4.3"


@dataclass(slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: Any = None
    text: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    #: The pieces in which the stream came.
    pieces: list[bytes] = field(default_factory=list)

    @property
    def error(self) -> str:
        """What was refused."""
        return str(self.body["error"])

    @property
    def types(self) -> list[str]:
        """The types of the events."""
        return [event["type"] for event in self.events]

    @property
    def last(self) -> dict[str, Any]:
        """The response in the last event that has one, or in the body."""
        found = [event["response"] for event in self.events if "response" in event]
        response: dict[str, Any] = found[-1] if found else self.body
        return response

    def items(self, kind: str) -> list[dict[str, Any]]:
        """The output items of a type."""
        return [item for item in self.last["output"] if item["type"] == kind]

    def said(self, kind: str = "response.output_text.delta") -> str:
        """The deltas of a type together."""
        return "".join(event["delta"] for event in self.events if event["type"] == kind)


class Client:
    """Asks the fake API."""

    def __init__(self, session: ClientSession, xai: FakeXai) -> None:
        self._session = session
        self._xai = xai
        self._base = xai.url.removesuffix("/v1")
        self.headers = {"Authorization": f"Bearer {xai.account.key}"}

    async def get(self, path: str) -> Reply:
        async with self._session.get(self._base + path, headers=self.headers) as response:
            return await _whole(response)

    async def post(self, path: str, body: Any) -> Reply:
        async with self._session.post(
            self._base + path, json=body, headers=self.headers
        ) as response:
            return await _whole(response)

    async def ask(self, input_: Any = "hello", **body: Any) -> Reply:
        """Ask for a response in one piece."""
        return await self.post(RESPONSES, {"model": MODEL, "input": input_, **body})

    async def stream(self, input_: Any = "hello", into: Reply | None = None, **body: Any) -> Reply:
        """Ask for a response as a stream, into a reply that also holds what came if it breaks."""
        sent = {"model": MODEL, "input": input_, "stream": True, **body}
        async with self._session.post(
            self._base + RESPONSES, json=sent, headers=self.headers
        ) as response:
            if response.content_type != "text/event-stream":
                return await _whole(response)
            reply = into or Reply(response.status, response.headers)
            async for piece, _ in response.content.iter_chunks():
                reply.pieces.append(piece)
            reply.events = list(events(b"".join(reply.pieces)))
            return reply


async def _whole(response: ClientResponse) -> Reply:
    text = await response.text()
    is_json = response.content_type == "application/json"
    return Reply(response.status, response.headers, json.loads(text) if is_json else None, text)


def events(stream: bytes) -> Iterable[dict[str, Any]]:
    """Yield the data of each event; comments, ids and times to wait are skipped."""
    data: list[str] = []
    for line in stream.decode().replace("\r\n", "\n").split("\n"):
        name, _, value = line.partition(":")
        if name == "data":
            data.append(value.removeprefix(" "))
        elif not line and data:
            text = "\n".join(data)
            data = []
            if text != "[DONE]":
                yield json.loads(text)


def function(name: str = "light_on", **schema: Any) -> dict[str, Any]:
    """Return a tool of the client."""
    parameters = {"type": "object", "properties": {}, **schema}
    return {"type": "function", "name": name, "description": "", "parameters": parameters}


def call(call_id: str = "call-1", name: str = "light_on") -> dict[str, Any]:
    """Return a function call as an input item."""
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": "{}"}


def output(call_id: str = "call-1", text: str = "{}") -> dict[str, Any]:
    """Return the answer to a function call."""
    return {"type": "function_call_output", "call_id": call_id, "output": text}
