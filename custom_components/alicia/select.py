"""How a voice device's commands are run."""

from typing import override

from homeassistant.components.assist_pipeline import AssistPipelineSelect, VadSensitivitySelect
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.registry import Entry
from .const import DOMAIN
from .coordinator import AliciaConfigEntry, AliciaCoordinator
from .entity import AliciaDeviceEntity
from .voice.microphones import async_follow_microphones

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the settings of each device with a microphone."""
    coordinator = entry.runtime_data.coordinator

    @callback
    def add(device: Entry) -> None:
        async_add_entities(
            [
                PipelineSelect(hass, coordinator, device.device_id),
                SensitivitySelect(hass, coordinator, device.device_id),
            ]
        )

    entry.async_on_unload(async_follow_microphones(coordinator, add))


class PipelineSelect(AliciaDeviceEntity, AssistPipelineSelect):
    """The pipeline that a device uses; "preferred" is the one in the bus's options."""

    _attr_translation_key = "pipeline"

    def __init__(self, hass: HomeAssistant, coordinator: AliciaCoordinator, device_id: str) -> None:
        AliciaDeviceEntity.__init__(self, coordinator, device_id, "pipeline")
        AssistPipelineSelect.__init__(self, hass, DOMAIN, unique_id_prefix(coordinator, device_id))

    @property
    @override
    def available(self) -> bool:
        """A setting is there even while its device is not."""
        return True


class SensitivitySelect(AliciaDeviceEntity, VadSensitivitySelect):
    """How long a silence ends a command."""

    _attr_translation_key = "vad_sensitivity"

    def __init__(self, hass: HomeAssistant, coordinator: AliciaCoordinator, device_id: str) -> None:
        AliciaDeviceEntity.__init__(self, coordinator, device_id, "vad_sensitivity")
        VadSensitivitySelect.__init__(self, hass, unique_id_prefix(coordinator, device_id))

    @property
    @override
    def available(self) -> bool:
        """A setting is there even while its device is not."""
        return True


def unique_id_prefix(coordinator: AliciaCoordinator, device_id: str) -> str:
    """Return what the unique ids of a device's settings begin with."""
    return f"{coordinator.entry.entry_id}_{device_id}"
