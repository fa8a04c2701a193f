"""What helps to find a fault, without what anybody said."""

from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from .bus.messages import CONTRACT
from .bus.registry import Entry
from .coordinator import AliciaConfigEntry, AliciaCoordinator
from .devices.parameters import problems
from .devices.records import described
from .devices.registry import device_id_of
from .entries import is_account
from .grok.report import describe_account
from .speech.report import describe

#: Parts of a device's own words that could be secret or tell where it can be reached.
TO_REDACT: Final = frozenset(
    {"api_key", "endpoints", "host", "ip", "key", "mac", "password", "secret", "token", "url"}
)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: AliciaConfigEntry
) -> dict[str, Any]:
    """Return the state of a bus, or of an account."""
    if is_account(entry):
        return describe_account(entry)
    coordinator = entry.runtime_data.coordinator
    return {
        "base_topic": coordinator.topics.base,
        "connected": coordinator.connected,
        "contract": CONTRACT,
        "counters": dict(sorted(coordinator.hub.counters.items())),
        "guard": entry.runtime_data.guard.as_dict(),
        "devices": [_device(coordinator, each) for each in coordinator.registry],
        "options": dict(entry.options),
        "speech_servers": describe(entry.runtime_data.speech.pool),
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: AliciaConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return what the bus knows of one device; an agent is in its account's own."""
    if is_account(entry):
        return {}
    coordinator = entry.runtime_data.coordinator
    known = coordinator.registry.get(device_id_of(entry, device) or "")
    if known is None:
        return {}
    devices = entry.runtime_data.devices
    record = devices.records.get(known.device_id)
    more = {
        "state": devices.states.of(known.device_id),
        "problems": list(problems(known)),
        "messages": record.messages,
        "messages_per_minute": record.rate,
        "errors": record.errors,
        "last_messages": [described(message) for message in record.last],
    }
    return _device(coordinator, known) | async_redact_data(more, TO_REDACT)


def _device(coordinator: AliciaCoordinator, entry: Entry) -> dict[str, Any]:
    return async_redact_data(entry.as_dict(), TO_REDACT) | {
        "online": coordinator.liveness.is_online(entry.device_id),
        "last_seen": coordinator.liveness.last_seen(entry.device_id),
    }
