"""Audio on the bus, as one request: ``alicia/voice/command/route``."""

import asyncio
import base64
from collections.abc import Mapping
import json
from typing import Final, cast
from uuid import uuid4

from alicia_bus.audio import SAMPLE_RATE
from alicia_bus.topics import Kind, Topics

from ..bus import Bus, Received
from .reply import Reply, Stage

TOPICS: Final = Topics()
_SECONDS: Final = 60.0
_PROBE_SECONDS: Final = 1.0


async def ready(bus: Bus) -> bool:
    """Tell whether Home Assistant listens on the bus yet: it answers for the registry."""
    request = uuid4().hex
    async with bus.listen(TOPICS.build(Kind.QUERY_RESPONSE)) as responses:
        bus.publish(
            TOPICS.build(Kind.QUERY), {"request_id": request, "capability": "speech_to_text"}
        )
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                while json.loads((await responses.get())[1]).get("request_id") != request:
                    pass
        except TimeoutError:
            return False
    return True


async def knows_names(bus: Bus, count: int) -> bool:
    """Tell whether the recogniser knows so many of the house's names; one without a list does."""
    async with bus.listen(TOPICS.build(Kind.REGISTER)) as registrations:
        bus.publish(TOPICS.build(Kind.QUERY), {})
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                while True:
                    for each in json.loads((await registrations.get())[1])["capabilities"]:
                        if isinstance(each, dict) and each["name"] == "speech_to_text":
                            return int(each.get("names", count)) >= count
        except TimeoutError:
            return False


async def speak(bus: Bus, samples: bytes) -> Reply:
    """Send 16 kHz samples as a command, and return the reply."""
    session = uuid4().hex
    request = {
        "session_id": session,
        "request_id": session,
        "source": "demo",
        "audio_data": base64.b64encode(samples).decode(),
        "sample_rate": SAMPLE_RATE,
        "language": "en",
    }
    async with bus.listen(TOPICS.build(Kind.COMMAND_RESPONSE)) as responses:
        bus.publish(TOPICS.build(Kind.COMMAND_ROUTE), request)
        return await wait_for_reply(responses, session)


async def wait_for_reply(responses: asyncio.Queue[Received], session: str) -> Reply:
    """Return the reply of a session, or an error when none comes."""
    try:
        async with asyncio.timeout(_SECONDS):
            while True:
                _, payload = await responses.get()
                response = json.loads(payload)
                if response.get("session_id") == session:
                    return _reply(response)
    except TimeoutError:
        return Reply("error", error=f"no response within {_SECONDS:.0f} s")


def _reply(response: Mapping[str, object]) -> Reply:
    error = cast(Mapping[str, str] | None, response.get("error"))
    stages = cast(list[Mapping[str, object]], response.get("stages") or [])
    return Reply(
        outcome=cast(str, response.get("outcome") or "error"),
        heard=cast(str, response.get("text") or ""),
        answer=cast(str, response.get("response_text") or ""),
        audio_url=cast(str | None, response.get("audio_url")),
        stages=tuple(
            Stage(cast(str, each["stage"]), cast(float, each["duration_ms"])) for each in stages
        ),
        error=f"{error['code']}: {error['message']}" if error else None,
    )
