"""Events: what came of each voice command, and what happens at devices."""

from typing import Any, Final, override

from homeassistant.components.event import EventEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters
from .bus.messages import CommandResponse, DeviceEvent
from .coordinator import AliciaConfigEntry, AliciaCoordinator
from .devices.parameters import event_class, texts
from .entity import AliciaEntity, CapabilityEntity
from .voice import VoiceRouter

PARALLEL_UPDATES = 0

OUTCOMES: Final = ["done", "no_match", "no_text", "error"]


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the voice commands of the bus, and have events made as devices bring them."""
    data = entry.runtime_data
    async_add_entities([VoiceCommand(data.coordinator, data.router)])
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(),
        lambda source: DeviceHappening(data, source),
    )


class VoiceCommand(AliciaEntity, EventEntity):
    """Fires when a voice command is over."""

    _attr_event_types = OUTCOMES
    _attr_translation_key = "voice_command"
    # What was said is nobody's business tomorrow, even where it may be seen today.
    _unrecorded_attributes = frozenset({"text", "response_text"})

    def __init__(self, coordinator: AliciaCoordinator, router: VoiceRouter) -> None:
        super().__init__(coordinator, "voice_command")
        self._router = router

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to what the router has done."""
        await super().async_added_to_hass()
        self.async_on_remove(self._router.on_outcome(self._on_outcome))

    @callback
    def _on_outcome(self, response: CommandResponse) -> None:
        outcome = response.outcome if response.outcome in OUTCOMES else "error"
        attributes: dict[str, Any] = {
            "error_code": response.error.code if response.error else None,
            "duration_ms": response.duration_ms,
            "stages": {stage.stage: stage.duration_ms for stage in response.stages},
            "language": response.language,
        }
        if self.coordinator.options.include_text:
            attributes |= {"text": response.text, "response_text": response.response_text}
        self._trigger_event(outcome, attributes)
        self.async_write_ha_state()


class DeviceHappening(CapabilityEntity, EventEntity):
    """Fires when something happens at a device."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        self._attr_device_class = event_class(parameters)
        self._attr_event_types = texts(parameters.get("events"))

    @override
    @callback
    def async_take_event(self, event: DeviceEvent) -> None:
        """Fire; what its registration didn't name is none that an automation could wait for."""
        if event.event in self.event_types:
            self._trigger_event(event.event, dict(event.data))
            self.async_write_ha_state()
