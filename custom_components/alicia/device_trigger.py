"""Device triggers: an automation begins with an event of a device."""

from typing import Any, Final

from homeassistant.components.device_automation import DEVICE_TRIGGER_BASE_SCHEMA
from homeassistant.components.device_automation.exceptions import InvalidDeviceAutomationConfig
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_DEVICE_ID, CONF_DOMAIN, CONF_PLATFORM, CONF_TYPE
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.trigger import TriggerActionType, TriggerInfo
from homeassistant.helpers.typing import ConfigType
import probatio as vol

from .bus.messages import DeviceEvent
from .bus.registry import Entry
from .const import DOMAIN
from .coordinator import AliciaConfigEntry
from .devices import device_id_of
from .devices.triggers import declared_events, event_listeners
from .entries import is_account

CONF_SUBTYPE: Final = "subtype"

#: The event's name is the type, its capability the subtype.
TRIGGER_SCHEMA = DEVICE_TRIGGER_BASE_SCHEMA.extend(
    {vol.Required(CONF_TYPE): cv.string, vol.Required(CONF_SUBTYPE): cv.string}
)


async def async_get_triggers(hass: HomeAssistant, device_id: str) -> list[dict[str, Any]]:
    """Return a trigger for each event that the device has declared."""
    found = _find(hass, device_id)
    registered = _registered(*found) if found else None
    return [
        {
            CONF_PLATFORM: "device",
            CONF_DOMAIN: DOMAIN,
            CONF_DEVICE_ID: device_id,
            CONF_TYPE: event,
            CONF_SUBTYPE: capability,
        }
        for capability, event in (declared_events(registered) if registered else ())
    ]


async def async_validate_trigger_config(hass: HomeAssistant, config: ConfigType) -> ConfigType:
    """Return a trigger that can fire; raises InvalidDeviceAutomationConfig for any other.

    A device that has not registered yet has said nothing of its events; any may come.
    """
    checked: ConfigType = TRIGGER_SCHEMA(config)
    device_id, capability, event = (
        checked[key] for key in (CONF_DEVICE_ID, CONF_SUBTYPE, CONF_TYPE)
    )
    registered = _registered(*_on_the_bus(hass, device_id))
    if registered is not None and (capability, event) not in declared_events(registered):
        raise _invalid("no_such_event", hass, device_id, capability=capability, event=event)
    return checked


async def async_attach_trigger(
    hass: HomeAssistant,
    config: ConfigType,
    action: TriggerActionType,
    trigger_info: TriggerInfo,
) -> CALLBACK_TYPE:
    """Run an action whenever the event comes, whether the bus is loaded yet or not."""
    entry, device_id = _on_the_bus(hass, config[CONF_DEVICE_ID])
    capability, event = config[CONF_SUBTYPE], config[CONF_TYPE]
    job = HassJob(action)
    told = {
        **trigger_info["trigger_data"],
        CONF_PLATFORM: "device",
        CONF_DOMAIN: DOMAIN,
        CONF_DEVICE_ID: config[CONF_DEVICE_ID],
        CONF_TYPE: event,
        CONF_SUBTYPE: capability,
        "description": f"{event} of {capability} at {_name(hass, config[CONF_DEVICE_ID])}",
    }

    @callback
    def on_event(message: DeviceEvent) -> None:
        hass.async_run_hass_job(job, {"trigger": {**told, "event": dict(message.data)}})

    return event_listeners(hass).add((entry.entry_id, device_id, capability, event), on_event)


def _find(hass: HomeAssistant, device_id: str) -> tuple[AliciaConfigEntry, str] | None:
    """Return a device's bus and its id there."""
    device, entry = dr.async_get_device_and_config_entry_for_domain(
        hass, device_id, domain=DOMAIN, include_child_devices=False
    )
    if device is None or entry is None or is_account(entry):
        return None
    found = device_id_of(entry, device)
    return (entry, found) if found is not None else None


def _on_the_bus(hass: HomeAssistant, device_id: str) -> tuple[AliciaConfigEntry, str]:
    """Return what _find does; raises InvalidDeviceAutomationConfig."""
    if (found := _find(hass, device_id)) is None:
        raise _invalid("not_on_the_bus", hass, device_id)
    return found


def _registered(entry: AliciaConfigEntry, device_id: str) -> Entry | None:
    """Return what a device registered with, if its bus knows."""
    if entry.state is not ConfigEntryState.LOADED:
        return None
    return entry.runtime_data.coordinator.registry.get(device_id)


def _invalid(
    key: str, hass: HomeAssistant, device_id: str, **placeholders: str
) -> InvalidDeviceAutomationConfig:
    return InvalidDeviceAutomationConfig(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"device": _name(hass, device_id), **placeholders},
    )


def _name(hass: HomeAssistant, device_id: str) -> str:
    device = dr.async_get(hass).async_get(device_id)
    return (device and (device.name_by_user or device.name)) or device_id
