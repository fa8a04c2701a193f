"""The account in Home Assistant, a voice assistant that asks it, and what it costs."""

from dataclasses import dataclass
from typing import Final, cast

from ..home_assistant import HomeAssistantError, Json, Rest, Socket
from ..house import entries
from ..house.build import pipeline_id
from .service import Service

PIPELINE: Final = "Grok"
_PIPELINES: Final = "assist_pipeline/pipeline"


#: Sensors of the agent, by their keys.
_SPENT: Final = "spent_today"
_CACHED: Final = "cached_share"


type Rows = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Assistant:
    """What there is of Grok in Home Assistant, by id."""

    entry: str
    device: str
    pipeline: str


async def set_up(rest: Rest, socket: Socket, service: Service) -> Assistant:
    """Add the account and its assistant as a user would, unless they are there."""
    answers: dict[str, Json] = {
        "user": {"next_step_id": "grok"},
        "grok": {"api_key": service.key, "advanced": {"url": service.url}},
    }
    await entries.ensure(rest, socket, entries.Entry("alicia", service.title, answers))
    entry = (await entries.titles(rest, "alicia"))[service.title]
    for row in cast(Rows, await socket.call("config/entity_registry/list")):
        if row["config_entry_id"] == entry and row["entity_id"].startswith("conversation."):
            return Assistant(entry, row["device_id"], await _pipeline(socket, row["entity_id"]))
    raise HomeAssistantError("the account has no agent")


async def bill(socket: Socket, assistant: Assistant) -> str:
    """Tell what the agent has cost today, as its sensors have it."""
    states = {row["entity_id"]: row["state"] for row in cast(Rows, await socket.call("get_states"))}
    told = {
        row["translation_key"]: states[row["entity_id"]]
        for row in cast(Rows, await socket.call("config/entity_registry/list"))
        if row["device_id"] == assistant.device and row["translation_key"] in (_SPENT, _CACHED)
    }
    spent, cached = float(told[_SPENT]), float(told[_CACHED])
    return f"${spent:.4f} today; {cached:.0f} % of what it read was cached"


async def _pipeline(socket: Socket, agent: str) -> str:
    """Return a pipeline like Alicia's own whose words all go to the agent."""
    listed = cast(dict[str, list[dict[str, object]]], await socket.call(f"{_PIPELINES}/list"))
    by_name = {row["name"]: row for row in listed["pipelines"]}
    if found := by_name.get(PIPELINE):
        return cast(str, found["id"])
    alicia = await pipeline_id(socket)
    own = next(row for row in listed["pipelines"] if row["id"] == alicia)
    wanted = {name: value for name, value in own.items() if name != "id"}
    wanted |= {"name": PIPELINE, "conversation_engine": agent, "prefer_local_intents": False}
    made = cast(dict[str, str], await socket.call(f"{_PIPELINES}/create", **wanted))
    return made["id"]
