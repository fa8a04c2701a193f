"""An agent or a task as a device."""

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_MODEL
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from ..const import DOMAIN
from .models import DEFAULT_MODEL


def describe_device(subentry: ConfigSubentry) -> DeviceInfo:
    """Return the device that all entities of a subentry belong to."""
    return DeviceInfo(
        identifiers={(DOMAIN, subentry.subentry_id)},
        name=subentry.title,
        manufacturer="xAI",
        model=subentry.data.get(CONF_MODEL, DEFAULT_MODEL),
        entry_type=DeviceEntryType.SERVICE,
    )
