"""xAI's API, request by request, over a session that is handed in."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from io import BytesIO
import json
from typing import Final

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from .errors import GrokError, Kind, error_of, incomplete
from .request import Json
from .sse import SseReader, TooLongError

_COMPLETED: Final = "response.completed"
_UNHAPPY: Final = frozenset({"response.incomplete", "response.failed", "error"})
#: With the first of these an answer has begun.
SIGNS: Final = frozenset(
    {
        "response.output_item.added",
        "response.output_item.done",
        "response.output_text.delta",
        _COMPLETED,
    }
)
_MAX_ERROR: Final = 16_384  # bytes of an error that are read
_LONG: Final = 1024 * 1024  # bytes of a request
_MAX_WHOLE: Final = 64 * 1024 * 1024  # bytes of an answer in one piece


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait; s."""

    connect: float = 5.0
    #: from the question to the first sign of an answer
    first: float = 12.0
    #: between two events of an answer
    between: float = 30.0
    #: for what is not an answer
    whole: float = 10.0
    #: for the end of a stream whose last event has come
    farewell: float = 1.0


class Wire:
    """Sends one request at a time, and tries nothing twice."""

    def __init__(self, session: ClientSession, key: str, base_url: str, limits: Limits) -> None:
        self._session = session
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._base_url = base_url
        self._limits = limits
        #: when a connection was last given back; s, the event loop's clock
        self.used_at = float("-inf")
        self._reading: set[ClientResponse] = set()

    def close(self) -> None:
        """Break off what is being read: aiohttp wakes nobody when a session is closed."""
        for response in tuple(self._reading):
            response.close()

    @contextmanager
    def _read_from(self, response: ClientResponse) -> Iterator[None]:
        self._reading.add(response)
        try:
            yield
        finally:
            self._reading.discard(response)

    async def async_get(self, path: str) -> Json:
        """Return what is told at a path; raises GrokError."""
        return await self._ask("GET", path, None)

    async def async_post(self, path: str, body: Json) -> Json:
        """Return what is answered in one piece; raises GrokError."""
        return await self._ask("POST", path, _written(body))

    async def _ask(self, method: str, path: str, data: bytes | BytesIO | None) -> Json:
        timeout = ClientTimeout(total=self._limits.whole, sock_connect=self._limits.connect)
        try:
            async with self._session.request(
                method,
                f"{self._base_url}/{path}",
                data=data,
                headers=self._headers,
                timeout=timeout,
                # Nobody else is to get the key, nor what was said.
                allow_redirects=False,
            ) as response:
                with self._read_from(response):
                    await _check(response, "application/json")
                    told = json.loads(await _whole(response))
                self.used_at = asyncio.get_running_loop().time()
        except TimeoutError as err:
            raise GrokError(Kind.TIMEOUT) from err
        except (ClientError, RecursionError, ValueError) as err:
            raise GrokError(Kind.CONNECTION) from err
        except RuntimeError as err:
            raise self._closed(err, Kind.CONNECTION) from err
        if not isinstance(told, dict):
            raise GrokError(Kind.WRONG_ADDRESS)
        return told

    async def async_events(self, body: Json) -> AsyncGenerator[Json]:
        """Yield the events of an answer, the last of them ``response.completed``.

        Raises GrokError for an answer that ends in any other way, after the event that says so.
        """
        deadline = asyncio.get_running_loop().time() + self._limits.first
        has_answered = False
        try:
            async with asyncio.timeout_at(deadline):
                response = await self._post("responses", body)
            async with response:
                with self._read_from(response):
                    async with asyncio.timeout_at(deadline):
                        await _check(response, "text/event-stream")
                    has_answered = True
                    async with aclosing(self._read(response, deadline)) as events:
                        async for event in events:
                            yield event
        except TimeoutError as err:
            raise GrokError(Kind.TIMEOUT) from err
        except ClientError as err:
            raise GrokError(Kind.CUT if has_answered else Kind.CONNECTION) from err
        except TooLongError as err:
            raise GrokError(Kind.FAILED) from err
        except RuntimeError as err:
            raise self._closed(err, Kind.CUT if has_answered else Kind.CONNECTION) from err

    def _closed(self, err: RuntimeError, kind: Kind) -> Exception:
        """Tell what an error means: so aiohttp calls it when a session is closed in mid-sentence.

        An account may be reloaded in the middle of a turn.
        """
        return GrokError(kind) if self._session.closed else err

    async def _post(self, path: str, body: Json) -> ClientResponse:
        return await self._session.post(
            f"{self._base_url}/{path}",
            data=_written(body),
            headers=self._headers,
            timeout=ClientTimeout(total=None, sock_connect=self._limits.connect),
            allow_redirects=False,
        )

    async def _read(self, response: ClientResponse, deadline: float) -> AsyncGenerator[Json]:
        loop, reader = asyncio.get_running_loop(), SseReader()
        has_begun, limit = False, deadline
        while True:
            async with asyncio.timeout_at(limit):
                chunk = await response.content.readany()
            if not chunk:
                raise GrokError(Kind.CUT)
            for event in _parsed(reader.feed(chunk)):
                has_begun = has_begun or event["type"] in SIGNS
                yield event
                if event["type"] in _UNHAPPY:
                    await self._farewell(response)
                    raise _unhappy(event)
                if event["type"] == _COMPLETED:
                    await self._farewell(response)
                    return
                if has_begun:
                    # Only after an event: comments keep a connection alive, and nobody in talk.
                    limit = loop.time() + self._limits.between

    async def _farewell(self, response: ClientResponse) -> None:
        """Read what little is left, so that the connection can be used again."""
        self.used_at = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._limits.farewell):
                await response.read()
        except ClientError, TimeoutError:
            return


def _written(body: Json) -> bytes | BytesIO:
    """Return a body as it is sent; in one piece, a long one would hold up everything else."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    # Half of a surrogate pair can be written in JSON, but is no text.
    data = text.encode(errors="replace")
    return BytesIO(data) if len(data) > _LONG else data


async def _whole(response: ClientResponse) -> bytes:
    """Return an answer; raises GrokError for one without an end."""
    told = await _beginning(response, _MAX_WHOLE + 1)
    if len(told) > _MAX_WHOLE:
        raise GrokError(Kind.FAILED)
    return told


async def _beginning(response: ClientResponse, most: int) -> bytes:
    """Return up to so many bytes of an answer, which may come in any pieces."""
    told = bytearray()
    async for chunk in response.content.iter_any():
        told += chunk
        if len(told) >= most:
            break
    return bytes(told[:most])


async def _check(response: ClientResponse, wanted: str) -> None:
    """Raise GrokError for any answer but the kind that is wanted; some proxies say 200 in HTML."""
    if response.status == 200 and response.content_type == wanted:
        return
    if response.status == 200:
        raise GrokError(Kind.SERVER, response.status)
    text = (await _beginning(response, _MAX_ERROR)).decode(errors="replace")
    raise error_of(response.status, text, response.headers)


def _parsed(texts: Iterator[str]) -> Iterator[Json]:
    """Yield what is an event; ``[DONE]`` and what nobody can read is none."""
    for text in texts:
        try:
            event = json.loads(text)
        except RecursionError, ValueError:
            continue
        if isinstance(event, dict) and isinstance(event.get("type"), str):
            yield event


def _unhappy(event: Json) -> GrokError:
    response = event.get("response")
    details = response.get("incomplete_details") if isinstance(response, Mapping) else None
    if event["type"] == "response.incomplete":
        return incomplete(details.get("reason") if isinstance(details, Mapping) else None)
    return GrokError(Kind.FAILED)
