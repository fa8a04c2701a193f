"""A device on the bus with one capability, as Home Assistant shows and commands it."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.alicia.bus.topics import Kind


class Gadget:
    """The device."""

    def __init__(self, hass: HomeAssistant, bus: Any) -> None:
        self._hass = hass
        self._bus = bus
        self._capability = ""
        self._entity_id = ""

    async def join(self, kind: str, **parameters: object) -> None:
        """Register with a capability of a type."""
        self._capability, self._entity_id = kind, f"{kind}.gadget"
        await self._bus.say(
            Kind.REGISTER,
            {
                "device_id": "gadget",
                "device_type": "gadget",
                "capabilities": [{"name": kind, **parameters}],
                "metadata": {"name": "Gadget"},
                "status": "online",
            },
        )

    async def shows(self, value: object) -> dict[str, Any]:
        """Tell a state; returns what Home Assistant makes of it."""
        await self._bus.say(
            Kind.DEVICE_STATUS, {"state": {self._capability: value}}, device_id="gadget"
        )
        return self.seen

    @property
    def seen(self) -> dict[str, Any]:
        """What Home Assistant shows."""
        found = self._hass.states.get(self._entity_id)
        assert found is not None
        return {"state": found.state, **found.attributes}

    async def told(self, action: str, **data: object) -> tuple[str, dict[str, object]]:
        """Have Home Assistant perform an action, and do as told; returns what that was."""
        domain, _, name = action.partition(".")
        before = len(self._commands)
        calling = asyncio.create_task(
            self._hass.services.async_call(
                domain, name, {"entity_id": self._entity_id, **data}, blocking=True
            )
        )
        # The broker that pretends sets no event.
        while len(self._commands) == before and not calling.done():  # noqa: ASYNC110
            await asyncio.sleep(0)
        if calling.done():
            await calling
        command = self._commands[-1]
        assert command["capability"] == self._capability
        answer = {"request_id": command["request_id"], "source": "gadget"}
        await self._bus.say(Kind.DEVICE_RESPONSE, answer, device_id="gadget")
        await calling
        return command["command"], command.get("parameters", {})

    @property
    def _commands(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._bus.heard(Kind.DEVICE_COMMAND, device_id="gadget")
        return found


@pytest.fixture
def gadget(hass: HomeAssistant, bus: Any) -> Gadget:
    """Return a device that has not joined yet."""
    return Gadget(hass, bus)
