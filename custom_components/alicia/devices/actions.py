"""Actions on the devices of a bus: find them, and tell them what no entity can express."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from homeassistant.const import (
    ATTR_AREA_ID,
    ATTR_CONFIG_ENTRY_ID,
    ATTR_DEVICE_ID,
    ATTR_LABEL_ID,
)
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    config_validation as cv,
    device_registry as dr,
)
import probatio as vol

from ..bus.messages import DeviceResponse, Query
from ..const import DOMAIN
from ..coordinator import AliciaConfigEntry
from .command_errors import DeviceCommandError
from .group_outcome import told_of
from .registry import device_id_of

ATTR_CAPABILITY: Final = "capability"
ATTR_COMMAND: Final = "command"
ATTR_DEVICE_TYPE: Final = "device_type"
ATTR_PARAMETERS: Final = "parameters"
ATTR_TIMEOUT: Final = "timeout"

FIND_DEVICES_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
        vol.Optional(ATTR_CAPABILITY): cv.string,
        vol.Optional(ATTR_DEVICE_TYPE): cv.string,
        vol.Optional(ATTR_AREA_ID): cv.string,
    }
)
SEND_COMMAND_SCHEMA: Final = vol.All(
    vol.Schema(
        {
            vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
            vol.Optional(ATTR_DEVICE_ID): vol.All(cv.ensure_list, [cv.string]),
            vol.Optional(ATTR_AREA_ID): vol.All(cv.ensure_list, [cv.string]),
            vol.Optional(ATTR_LABEL_ID): vol.All(cv.ensure_list, [cv.string]),
            vol.Required(ATTR_COMMAND): cv.string,
            vol.Optional(ATTR_CAPABILITY): cv.string,
            vol.Optional(ATTR_PARAMETERS, default=dict): dict,
            vol.Optional(ATTR_TIMEOUT): vol.All(vol.Coerce(float), vol.Range(0.1, 60)),
        }
    ),
    cv.has_at_least_one_key(ATTR_DEVICE_ID, ATTR_AREA_ID, ATTR_LABEL_ID),
)


async def async_find_devices(entry: AliciaConfigEntry, call: ServiceCall) -> ServiceResponse:
    """Return the devices that match all that is asked for; all of them where nothing is."""
    presence = entry.runtime_data.coordinator.presence
    query = Query(
        capability=call.data.get(ATTR_CAPABILITY),
        device_type=call.data.get(ATTR_DEVICE_TYPE),
        area=_area_name(call),
    )
    devices: list[Any] = [presence.describe(each) for each in presence.registry.find(query)]
    return {"devices": devices, "total": len(devices)}


def _area_name(call: ServiceCall) -> str | None:
    area_id = call.data.get(ATTR_AREA_ID)
    area = ar.async_get(call.hass).async_get_area(area_id) if area_id else None
    return area.name if area else area_id


async def async_send_command(entry: AliciaConfigEntry, call: ServiceCall) -> ServiceResponse:
    """Have devices do something; the response has each one's result or error, by its id.

    Raises HomeAssistantError for the first that failed, unless the response is asked for.
    """
    ids = list(_targets(entry, call))
    if not ids:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_devices")
    results = await asyncio.gather(*(_async_one(entry, call, each) for each in ids))
    failures = [each for each in results if isinstance(each, DeviceCommandError)]
    if failures and (len(ids) == 1 or not call.return_response):
        raise failures[0].translated()
    told: dict[str, Any] = {
        each: told_of(result) for each, result in zip(ids, results, strict=True)
    }
    return {"devices": told, "failed": len(failures)}


def _targets(entry: AliciaConfigEntry, call: ServiceCall) -> Iterator[str]:
    """Return the ids on the bus of the devices that are meant, each once."""
    registry = dr.async_get(call.hass)
    devices = [registry.async_get(each) for each in call.data.get(ATTR_DEVICE_ID, ())]
    for area_id in call.data.get(ATTR_AREA_ID, ()):
        devices += dr.async_entries_for_area(registry, area_id)
    for label_id in call.data.get(ATTR_LABEL_ID, ()):
        devices += dr.async_entries_for_label(registry, label_id)
    found = (device_id_of(entry, device) for device in devices if device is not None)
    yield from dict.fromkeys(each for each in found if each is not None)


async def _async_one(
    entry: AliciaConfigEntry, call: ServiceCall, device_id: str
) -> DeviceResponse | DeviceCommandError:
    data = call.data
    try:
        return await entry.runtime_data.devices.commander.async_request(
            device_id,
            data.get(ATTR_CAPABILITY),
            data[ATTR_COMMAND],
            data[ATTR_PARAMETERS],
            data.get(ATTR_TIMEOUT),
        )
    except DeviceCommandError as err:
        return err
