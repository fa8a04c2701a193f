"""What an agent takes of tokens, money and time, as sensors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.components.sensor.const import SensorDeviceClass, SensorStateClass
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfTime
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .account import GrokConfigEntry
from .device import describe_device
from .meter import Meter

_TOKENS: Final = "tokens"
_USD: Final = "USD"


@dataclass(frozen=True, kw_only=True)
class UsageEntityDescription(SensorEntityDescription):
    """A row of the table below."""

    value: Callable[[Meter], StateType]
    #: from when on it is counted, where it can begin anew
    begun: Callable[[Meter], datetime | None] = lambda _: None


def _counter(
    key: str, value: Callable[[Meter], StateType], unit: str | None = None
) -> UsageEntityDescription:
    return UsageEntityDescription(
        key=key,
        translation_key=key,
        value=value,
        native_unit_of_measurement=unit,
        state_class=SensorStateClass.TOTAL_INCREASING,
        entity_registry_enabled_default=False,
    )


def _bill(
    key: str, value: Callable[[Meter], float], begun: Callable[[Meter], datetime]
) -> UsageEntityDescription:
    return UsageEntityDescription(
        key=key,
        translation_key=key,
        value=value,
        begun=begun,
        device_class=SensorDeviceClass.MONETARY,
        native_unit_of_measurement=_USD,
        state_class=SensorStateClass.TOTAL,
        suggested_display_precision=4,
    )


SENSORS: Final = (
    _bill("spent", lambda meter: meter.total.usd, lambda meter: meter.since),
    _bill("spent_today", lambda meter: meter.today.usd, lambda _: dt_util.start_of_local_day()),
    UsageEntityDescription(
        key="cached_share",
        translation_key="cached_share",
        value=lambda meter: _times(meter.today.cached_share, 100),
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    ),
    UsageEntityDescription(
        key="first_word",
        translation_key="first_word",
        value=lambda meter: _times(meter.latency, 1000),
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
    ),
    _counter("input_tokens", lambda meter: meter.total.input, _TOKENS),
    _counter("cached_tokens", lambda meter: meter.total.cached, _TOKENS),
    _counter("output_tokens", lambda meter: meter.total.output, _TOKENS),
    _counter("answers", lambda meter: meter.answers),
    _counter("failures", lambda meter: meter.failures),
)


@callback
def async_add_usage(
    entry: GrokConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of an account's agents and tasks."""
    meters = entry.runtime_data.meters
    for subentry in entry.subentries.values():
        meter = meters.of(subentry.subentry_id)
        async_add_entities(
            [UsageSensor(subentry, meter, description) for description in SENSORS],
            config_subentry_id=subentry.subentry_id,
        )


class UsageSensor(SensorEntity):
    """Something that is counted of an agent."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_has_entity_name = True
    _attr_should_poll = False
    entity_description: UsageEntityDescription

    def __init__(
        self, subentry: ConfigSubentry, meter: Meter, description: UsageEntityDescription
    ) -> None:
        self.entity_description = description
        self._meter = meter
        self._attr_unique_id = f"{subentry.subentry_id}_{description.key}"
        self._attr_device_info = describe_device(subentry)

    @property
    @override
    def native_value(self) -> StateType:
        """What is counted."""
        return self.entity_description.value(self._meter)

    @property
    @override
    def last_reset(self) -> datetime | None:
        """From when on it is counted."""
        return self.entity_description.begun(self._meter)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the meter."""
        self.async_on_remove(self._meter.changes.add(self._on_change))

    @callback
    def _on_change(self, _: None) -> None:
        self.async_write_ha_state()


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
