"""A component for Home Assistant: a house of 300 things, and a socket to speak to it."""

import asyncio
import os

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.helpers.discovery import async_load_platform
from homeassistant.helpers.typing import ConfigType

from .socket import Socket
from .things import ROOMS, THINGS

DOMAIN = "bench_house"


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Build the house."""
    for domain in sorted({thing.domain for thing in THINGS}):
        await async_load_platform(hass, domain, DOMAIN, {}, config)

    async def furnish(_event: Event) -> None:
        areas, entities = ar.async_get(hass), er.async_get(hass)
        rooms = {room: areas.async_get_or_create(room).id for room in ROOMS}
        for thing in THINGS:
            entities.async_update_entity(thing.entity_id, area_id=rooms[thing.room])
            async_expose_entity(hass, "conversation", thing.entity_id, should_expose=True)
        satellites = _place_satellites(hass, rooms)
        await asyncio.start_unix_server(Socket(hass, satellites).serve, os.environ["HOUSE_SOCKET"])

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STARTED, furnish)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Set up the entry that the satellites belong to."""
    return True


def _place_satellites(hass: HomeAssistant, rooms: dict[str, str]) -> dict[str, str]:
    """Put a satellite into each room; returns their devices' ids by room."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    devices, found = dr.async_get(hass), {}
    for room, area_id in rooms.items():
        device = devices.async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={(DOMAIN, room)}, name=f"{room} satellite"
        )
        devices.async_update_device(device.id, area_id=area_id)
        found[room] = device.id
    return found
