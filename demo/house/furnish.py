"""Puts the things into their areas and lets Assist use them, and nothing else."""

from collections.abc import Mapping
from typing import Final, cast

from ..home_assistant import Socket
from .things import AREAS, THINGS, things

type Rows = list[dict[str, object]]


async def furnish(socket: Socket) -> None:
    """Bring areas and exposure to what the list of things says."""
    areas = await _areas(socket)
    registry = cast(Rows, await socket.call("config/entity_registry/list"))
    now = {row["entity_id"]: row["area_id"] for row in registry}
    for thing in THINGS:
        area = areas[thing.area] if thing.area else None
        if now[thing.entity_id] != area:
            await socket.call(
                "config/entity_registry/update", entity_id=thing.entity_id, area_id=area
            )
    await _expose(socket)


async def _areas(socket: Socket) -> dict[str, str]:
    found = cast(Rows, await socket.call("config/area_registry/list"))
    areas = {cast(str, row["name"]): cast(str, row["area_id"]) for row in found}
    for name, icon in AREAS.items():
        if name not in areas:
            made = await socket.call("config/area_registry/create", name=name, icon=icon)
            areas[name] = cast(dict[str, str], made)["area_id"]
    return areas


async def _expose(socket: Socket) -> None:
    """Let Assist see the things and nothing else, also not what is added later."""
    await socket.call(
        "homeassistant/expose_new_entities/set", assistant="conversation", expose_new=False
    )
    listed = cast(
        dict[str, dict[str, dict[str, bool]]],
        await socket.call("homeassistant/expose_entity/list"),
    )
    exposed = {
        entity
        for entity, assistants in listed["exposed_entities"].items()
        if assistants.get("conversation")
    }
    wanted = {thing.entity_id for thing in THINGS}
    for entities, should in ((wanted - exposed, True), (exposed - wanted, False)):
        if entities:
            await socket.call(
                "homeassistant/expose_entity",
                assistants=["conversation"],
                entity_ids=sorted(entities),
                should_expose=should,
            )


_LIT: Final = {"level": 204, "hue": 32, "saturation": 38}

#: How the house is when nobody has spoken to it yet.
_FIRST: Final[tuple[tuple[str, str, Mapping[str, object]], ...]] = (
    ("light.turn_on", "light.kitchen_light", {"brightness_pct": 80}),
    ("light.turn_on", "light.floor_lamp", {"brightness_pct": 60}),
    ("lock.lock", "lock.front_door", {}),
    ("cover.open_cover", "cover.living_room_blinds", {}),
    ("climate.set_hvac_mode", "climate.thermostat", {"hvac_mode": "heat"}),
    ("media_player.volume_set", "media_player.kitchen_speaker", {"volume_level": 0.4}),
    ("media_player.media_play", "media_player.kitchen_speaker", {}),
)


async def act(socket: Socket, service: str, entity: str, data: Mapping[str, object]) -> None:
    """Call an action of Home Assistant on one entity."""
    domain, _, name = service.partition(".")
    await socket.call(
        "call_service",
        domain=domain,
        service=name,
        service_data=dict(data),
        target={"entity_id": entity},
    )


async def set_the_scene(socket: Socket) -> None:
    """Give a new house its first states."""
    for thing in things("light"):
        # What a light is switched on with, until somebody says otherwise.
        for part, value in _LIT.items():
            entity = f"input_number.{thing.slug}_{part}"
            await act(socket, "input_number.set_value", entity, {"value": value})
    for service, entity, data in _FIRST:
        await act(socket, service, entity, data)
