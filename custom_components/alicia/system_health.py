"""The bus on Home Assistant's system health page."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .bus.messages import CONTRACT
from .entries import async_loaded_buses


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register what is told there."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    buses = [entry.runtime_data.coordinator for entry in async_loaded_buses(hass)]
    online = [
        entry.device_id
        for bus in buses
        for entry in bus.registry
        if bus.liveness.is_online(entry.device_id)
    ]
    return {
        "contract": CONTRACT,
        "buses": len(buses),
        "connected": sum(bus.connected for bus in buses),
        "devices": sum(len(bus.registry) for bus in buses),
        "online": len(online),
    }
