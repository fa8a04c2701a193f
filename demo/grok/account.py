"""The account in Home Assistant, and a voice assistant that asks it."""

from typing import Final, cast

from ..home_assistant import HomeAssistantError, Json, Rest, Socket
from ..house import entries
from ..house.build import pipeline_id
from .service import Service

PIPELINE: Final = "Grok"
_PIPELINES: Final = "assist_pipeline/pipeline"


async def set_up(rest: Rest, socket: Socket, service: Service) -> str:
    """Add the account as a user would, unless it is there; returns its pipeline's id."""
    answers: dict[str, Json] = {
        "user": {"next_step_id": "grok"},
        "grok": {"api_key": service.key, "advanced": {"url": service.url}},
    }
    await entries.ensure(rest, socket, entries.Entry("alicia", service.title, answers))
    entry_id = (await entries.titles(rest, "alicia"))[service.title]
    return await _pipeline(socket, await _agent(socket, entry_id))


async def _agent(socket: Socket, entry_id: str) -> str:
    registry = cast(list[dict[str, str]], await socket.call("config/entity_registry/list"))
    for row in registry:
        if row["config_entry_id"] == entry_id and row["entity_id"].startswith("conversation."):
            return row["entity_id"]
    raise HomeAssistantError("the account has no agent")


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
