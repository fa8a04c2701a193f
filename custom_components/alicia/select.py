"""Choices: how a voice device's commands are run, and those of other devices."""

from typing import override

from homeassistant.components.assist_pipeline import AssistPipelineSelect, VadSensitivitySelect
from homeassistant.components.select import SelectEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.capabilities import Parameters, State
from .bus.registry import Entry
from .const import DOMAIN
from .coordinator import AliciaConfigEntry, AliciaCoordinator
from .devices.parameters import texts
from .entity import AliciaDeviceEntity, CapabilityEntity
from .voice.microphones import async_follow_microphones

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the settings of each device with a microphone, and the choices of devices."""
    data = entry.runtime_data
    coordinator = data.coordinator
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DeviceSelect(data, source)
    )

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


class DeviceSelect(CapabilityEntity, SelectEntity):
    """One of several words."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        self._attr_options = texts(parameters.get("options"))

    @override
    def _update(self, state: State) -> None:
        option = state.get("option")
        known = isinstance(option, str) and option in self._attr_options
        self._attr_current_option = str(option) if known else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose another."""
        await self.async_command("set", option=option)
