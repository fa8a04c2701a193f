"""Tools that tell which services there are on the bus, and how all are."""

from collections.abc import Iterator, Mapping
from typing import override

import probatio as vol

from ..bus.registry import Entry
from ..coordinator import AliciaConfigEntry
from ..entries import async_loaded_buses
from .base import READS, BusTool, Call


class ListServices(BusTool):
    """Tells all that is known of the services."""

    name = "list_services"
    title = "List the services on the bus"
    description = (
        "List the services on the Alicia bus, such as speech servers: what each can do, its "
        "version, its load and whether it is online."
    )
    parameters = vol.Schema({})
    annotations = READS

    @override
    async def async_do(self, call: Call) -> Mapping[str, object]:
        """Return the services of all buses."""
        return {
            "services": [
                _described(bus, service)
                for bus in async_loaded_buses(call.hass)
                for service in bus.runtime_data.caretaker.services
            ]
        }


class Health(BusTool):
    """Tells whether the buses and who is on them are well."""

    name = "bus_health"
    title = "Health of the bus"
    description = (
        "Tell whether the Alicia bus is connected, how many of its devices are online, and whether "
        "its speech servers work."
    )
    parameters = vol.Schema({})
    annotations = READS

    @override
    async def async_do(self, call: Call) -> Mapping[str, object]:
        """Return the health of all buses."""
        return {"buses": [_health(bus) for bus in async_loaded_buses(call.hass)]}


def _health(bus: AliciaConfigEntry) -> dict[str, object]:
    coordinator = bus.runtime_data.coordinator
    services = bus.runtime_data.caretaker.services
    devices = [each.device_id for each in coordinator.registry if each not in services]
    return {
        "base_topic": coordinator.topics.base,
        "connected": coordinator.connected,
        "devices": len(devices),
        "devices_online": sum(map(coordinator.liveness.is_online, devices)),
        "services": dict(_statuses(bus, services)),
    }


def _statuses(bus: AliciaConfigEntry, services: tuple[Entry, ...]) -> Iterator[tuple[str, str]]:
    for service in services:
        yield service.device_id, _status(bus, service)


def _status(bus: AliciaConfigEntry, service: Entry) -> str:
    """Return whether it works: one that is online may still lack its model."""
    data = bus.runtime_data
    status = data.coordinator.presence.status(service.device_id)
    heartbeat = data.caretaker.heartbeat(service.device_id)
    return heartbeat.status if heartbeat and status == "online" else status


def _described(bus: AliciaConfigEntry, service: Entry) -> dict[str, object]:
    data = bus.runtime_data
    heartbeat = data.caretaker.heartbeat(service.device_id)
    return {
        "service": service.device_id,
        "name": data.coordinator.registry.placement(service.device_id).name or service.name,
        "bus": data.coordinator.topics.base,
        "capabilities": list(service.capabilities),
        "version": service.text("version"),
        "detail": service.text("detail"),
        "status": _status(bus, service),
        "last_seen": data.coordinator.liveness.last_seen(service.device_id),
        "uptime": heartbeat.uptime if heartbeat else None,
        "load": heartbeat.load if heartbeat else None,
    }
