"""Makes the running Home Assistant the demo's house, with Alicia; what is done stays done."""

from dataclasses import dataclass
from typing import Final, cast

from ..home_assistant import HomeAssistantError, Json, Rest, Socket
from ..places import Places
from ..ports import Ports
from ..progress import step
from . import entries
from .dashboard import hang_up
from .furnish import furnish, set_the_scene
from .onboarding import log_in, login_file

_START_SECONDS: Final = 120.0
_AGENT: Final = "conversation.home_assistant"
PIPELINE: Final = "Alicia"


@dataclass(frozen=True, slots=True)
class House:
    """How to get in."""

    password: str
    token: str


async def build(rest: Rest, places: Places, ports: Ports) -> House:
    """Set the house up, step by step."""
    is_new = not login_file(places).exists()
    with step("Account"):
        password = await log_in(rest, places)
        await rest.wait_until_running(_START_SECONDS)
    socket = await Socket.open(rest)
    try:
        with step("Areas and what Assist may use"):
            await furnish(socket)
            if is_new:
                await set_the_scene(socket)
        with step("MQTT, Wyoming and Alicia"):
            await _set_up(rest, socket, places, ports)
        with step("Dashboard"):
            await hang_up(socket)
    finally:
        await socket.close()
    return House(password, cast(str, rest.token))


async def _set_up(rest: Rest, socket: Socket, places: Places, ports: Ports) -> None:
    await entries.ensure(rest, socket, entries.mqtt(places, ports))
    for title, port in ((entries.STT_TITLE, ports.stt), (entries.TTS_TITLE, ports.tts)):
        await entries.ensure(rest, socket, entries.wyoming(title, port))
    engines = {kind: await _engine(socket, kind) for kind in ("stt", "tts")}
    answers: dict[str, Json] = {
        "user": {"next_step_id": "bus"},
        "bus": {"base_topic": "alicia", "create_pipeline": True},
        "pipeline": {
            "stt_engine": engines["stt"],
            "tts_engine": engines["tts"],
            "conversation_engine": _AGENT,
        },
    }
    if await entries.ensure(rest, socket, entries.Entry("alicia", None, answers)):
        # Nobody lives here: the dashboard may show what was said.
        await entries.change_options(rest, "alicia", {"include_text": True})
    await _prefer(socket, await pipeline_id(socket))


async def _engine(socket: Socket, kind: str) -> str:
    """Return the entity that Home Assistant's Wyoming integration made of a sidecar."""
    registry = cast(list[dict[str, str]], await socket.call("config/entity_registry/list"))
    for row in registry:
        if row["platform"] == "wyoming" and row["entity_id"].startswith(f"{kind}."):
            return row["entity_id"]
    raise HomeAssistantError(f"its Wyoming integration has made no {kind} entity")


async def pipeline_id(socket: Socket) -> str:
    """Return the id of the Alicia pipeline."""
    listed = cast(
        dict[str, list[dict[str, str]]], await socket.call("assist_pipeline/pipeline/list")
    )
    for pipeline in listed["pipelines"]:
        if pipeline["name"] == PIPELINE:
            return pipeline["id"]
    raise HomeAssistantError(f"there is no pipeline named {PIPELINE}")


async def _prefer(socket: Socket, pipeline: str) -> None:
    await socket.call("assist_pipeline/pipeline/set_preferred", pipeline_id=pipeline)
