"""What the frontend and other clients of the websocket may ask of a bus."""

from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.components.websocket_api.decorators import require_admin, websocket_command
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
import probatio as vol

from .bus.messages import Query
from .const import DOMAIN
from .entries import async_get_bus

TYPE: Final = f"{DOMAIN}/devices"


@callback
def async_setup_websocket_api(hass: HomeAssistant) -> None:
    """Register the commands."""
    websocket_api.async_register_command(hass, _devices)


@require_admin
@websocket_command(
    {
        vol.Required("type"): TYPE,
        vol.Optional("config_entry_id"): str,
        vol.Optional("capability"): str,
        vol.Optional("device_type"): str,
        vol.Optional("device_id"): str,
        vol.Optional("area"): str,
    }
)
@callback
def _devices(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Send the devices that match; all of them where nothing is asked for."""
    try:
        entry = async_get_bus(hass, msg.get("config_entry_id"))
    except ServiceValidationError as err:
        connection.send_error(msg["id"], ERR_NOT_FOUND, str(err))
        return
    presence = entry.runtime_data.coordinator.presence
    query = Query(
        capability=msg.get("capability"),
        device_type=msg.get("device_type"),
        device_id=msg.get("device_id"),
        area=msg.get("area"),
    )
    devices = [presence.describe(each) for each in presence.registry.find(query)]
    connection.send_result(msg["id"], {"devices": devices, "total": len(devices)})
