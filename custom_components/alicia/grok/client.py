"""What an account at xAI is asked: for an answer, and for what costs nothing."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Final

from aiohttp import ClientSession

from .catalogue import ModelInfo, read_image_models, read_models
from .errors import GrokError
from .request import Json
from .retries import Retries
from .wire import SIGNS, Limits, Wire

BASE_URL: Final = "https://api.x.ai/v1"

#: s after which the server may have closed a connection
FRESH: Final = 10.0


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What a key is."""

    #: whose it is; empty if the server doesn't say
    team_id: str
    is_usable: bool


class GrokClient:
    """Talks to one account."""

    def __init__(
        self,
        session: ClientSession,
        key: str,
        base_url: str = BASE_URL,
        limits: Limits | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._wire = Wire(session, key, base_url, limits or Limits())
        self._pause = pause
        #: by model: the fields that it was found not to take
        self._refused: dict[str, set[str]] = {}
        self._models: list[ModelInfo] = []

    def close(self) -> None:
        """Break off what is being answered."""
        self._wire.close()

    async def async_key(self) -> KeyInfo:
        """Return what the key is, which costs nothing; raises GrokError."""
        told = await self._wire.async_get("api-key")
        flags = ("api_key_blocked", "api_key_disabled", "team_blocked")
        return KeyInfo(
            team_id=str(told.get("team_id") or told.get("api_key_id") or ""),
            is_usable=not any(told.get(flag) for flag in flags),
        )

    async def async_models(self) -> list[ModelInfo]:
        """Return the models that talk, the newest name first; raises GrokError."""
        self._models = read_models(await self._wire.async_get("language-models"))
        return self._models

    async def async_image_models(self) -> list[str]:
        """Return the names of the models that draw; raises GrokError."""
        return read_image_models(await self._wire.async_get("models"))

    async def async_sees(self, name: str) -> bool:
        """Tell whether a model can be shown pictures; one that nobody knows may well be."""
        if not self._models:
            with suppress(GrokError):
                await self.async_models()
        return all(each.sees for each in self._models if name in {each.name, *each.aliases})

    async def async_warm(self) -> None:
        """See to it that a connection is open, so that the next words don't wait for one."""
        if asyncio.get_running_loop().time() - self._wire.used_at > FRESH:
            with suppress(GrokError):
                await self.async_key()

    async def async_post(self, path: str, body: Json) -> Json:
        """Return what is answered in one piece; raises GrokError. Tried once more if that helps."""
        retries = Retries(body, self._refused.setdefault(str(body["model"]), set()))
        while True:
            try:
                return await self._wire.async_post(path, retries.body)
            except GrokError as err:
                if (wait := retries.wait_after(err)) is None:
                    raise
            await self._pause(wait)

    async def async_stream(self, body: Json) -> AsyncGenerator[Json]:
        """Yield the events of an answer, the last of them ``response.completed``.

        Raises GrokError. What can be mended before the first sign of an answer is tried once more.
        """
        retries = Retries(body, self._refused.setdefault(str(body["model"]), set()))
        while True:
            has_begun = False
            try:
                async with aclosing(self._wire.async_events(retries.body)) as events:
                    async for event in events:
                        has_begun = has_begun or event["type"] in SIGNS
                        yield event
                return
            except GrokError as err:
                if has_begun or (wait := retries.wait_after(err)) is None:
                    raise
            await self._pause(wait)
