"""Sensors of devices, and of Grok's agents."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, override

from homeassistant.components.sensor import SensorEntity
from homeassistant.components.sensor.const import SensorDeviceClass, SensorStateClass
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .bus.capabilities import Parameters, State
from .coordinator import AliciaConfigEntry, AliciaRuntimeData
from .devices.factory import Source
from .devices.parameters import sensor_class, state_class_of, texts, unit_of
from .entity import CapabilityEntity
from .entries import is_account
from .grok.sensors import async_add_usage

PARALLEL_UPDATES = 0
MAX_STATE = 255  # characters that Home Assistant takes


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have sensors made as devices bring them; those of an account are there at once."""
    if is_account(entry):
        async_add_usage(entry, async_add_entities)
        return
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(),
        lambda source: GAUGES.get(source.kind.name, DeviceSensor)(data, source),
    )


class DeviceSensor(CapabilityEntity, SensorEntity):
    """Something that a device measures."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        self._attr_device_class = sensor_class(parameters)
        self._attr_native_unit_of_measurement = unit_of(parameters)
        self._attr_state_class = state_class_of(parameters)
        precision = parameters.get("precision")
        if isinstance(precision, int) and 0 <= precision <= 10:
            self._attr_suggested_display_precision = precision
        if self._attr_device_class is SensorDeviceClass.ENUM:
            self._attr_options = texts(parameters.get("options"))

    @override
    def _update(self, state: State) -> None:
        self._attr_native_value = self._value(state.get("value"))

    def _value(self, value: object) -> StateType | date | datetime:
        """Return a value as Home Assistant can show it; None for one that it can't."""
        if read := READERS.get(self._attr_device_class):
            return read(value)
        if self._attr_device_class is SensorDeviceClass.ENUM:
            return value if isinstance(value, str) and value in (self.options or ()) else None
        if isinstance(value, int | float):
            return value
        # A word where a number belongs would be an exception for each status.
        is_word = isinstance(value, str) and not self._numeric_state_expected
        return str(value)[:MAX_STATE] if is_word else None


def _moment(value: object) -> datetime | None:
    if isinstance(value, str):
        moment = dt_util.parse_datetime(value)
        return dt_util.as_utc(moment) if moment else None
    try:
        return dt_util.utc_from_timestamp(value) if isinstance(value, int | float) else None
    except OSError, OverflowError, ValueError:
        return None


def _day(value: object) -> date | None:
    return dt_util.parse_date(value) if isinstance(value, str) else None


READERS: Final[Mapping[SensorDeviceClass | None, Callable[[object], date | None]]] = {
    SensorDeviceClass.TIMESTAMP: _moment,
    SensorDeviceClass.DATE: _day,
}


class DeviceGauge(CapabilityEntity, SensorEntity):
    """Something that is counted of a device; there while the bus is, online or not."""

    @property
    @override
    def available(self) -> bool:
        """Known as long as the bus is there."""
        return self.coordinator.connected

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the counts, which change all the time, now and then."""
        await super().async_added_to_hass()
        self.async_on_remove(self._devices.records.async_add_listener(self._on_tick))

    @callback
    def _on_tick(self, _: None) -> None:
        self.async_write_ha_state()


class LastSeen(DeviceGauge):
    """When a device was heard of last."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP
    _attr_translation_key = "last_seen"

    @property
    @override
    def native_value(self) -> datetime | None:
        """The moment, or None where it was not heard of yet."""
        seen = self.coordinator.liveness.last_seen(self._source.device_id)
        return dt_util.utc_from_timestamp(seen) if seen else None


class MessageRate(DeviceGauge):
    """How many messages come from a device."""

    _attr_native_unit_of_measurement = "messages/min"
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_translation_key = "message_rate"

    @property
    @override
    def native_value(self) -> float:
        """The messages a minute."""
        return self._devices.records.get(self._source.device_id).rate


class Errors(DeviceGauge):
    """How much a device said that is not understood."""

    _attr_state_class = SensorStateClass.TOTAL_INCREASING
    _attr_translation_key = "errors"

    @property
    @override
    def native_value(self) -> int:
        """The errors since the start."""
        return self._devices.records.get(self._source.device_id).errors


GAUGES: Final[Mapping[str, Callable[[AliciaRuntimeData, Source], Entity]]] = {
    "@last_seen": LastSeen,
    "@message_rate": MessageRate,
    "@errors": Errors,
}
