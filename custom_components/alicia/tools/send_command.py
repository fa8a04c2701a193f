"""A tool that has a device do what no entity can express."""

from collections.abc import Mapping
from typing import override

from homeassistant.core import callback
import probatio as vol

from ..bridge.targets import async_target
from ..bus.errors import CommandError, ErrorCode
from ..devices.group_outcome import told_of
from .base import ACTS, WORD, BusTool, Call
from .devices import Place, async_place_of, unknown


class SendCommand(BusTool):
    """Sends a command to what an exposed entity stands for, and tells what came of it.

    It takes an entity, so that who guards the calls of a model can tell what is meant.
    """

    name = "send_command"
    title = "Command a device on the bus"
    description = (
        "Have a device on the Alicia bus do something that no other tool can; find_devices tells "
        "the commands of each entity, and their parameters. Locks, alarms, valves, garages, gates "
        "and doors are refused. Only an answer without an error means that it is done."
    )
    parameters = vol.Schema(
        {
            vol.Required("entity_id", description="From find_devices"): WORD,
            vol.Required("command"): WORD,
            vol.Optional("parameters"): dict,
        }
    )
    annotations = ACTS

    @override
    async def async_do(self, call: Call) -> Mapping[str, object]:
        """Return the device's answer."""
        place = _async_checked(call)
        response = await place.bus.runtime_data.devices.commander.async_request(
            place.device_id,
            place.capability,
            call.arguments["command"],
            call.arguments.get("parameters"),
        )
        return told_of(response)


@callback
def _async_checked(call: Call) -> Place:
    """Return what an entity stands for; raises CommandError for what is not to be touched."""
    entity_id = call.arguments["entity_id"]
    place = async_place_of(call.hass, entity_id)
    target = async_target(call.hass, call.asker.assistant, entity_id)
    # Also an administrator's model commands nothing that isn't exposed.
    if not target.is_exposed:
        raise unknown(entity_id)
    if target.guards:
        raise CommandError(
            ErrorCode.NOT_ALLOWED,
            f"{entity_id} opens or guards the house, and is not commanded like this",
        )
    return place
