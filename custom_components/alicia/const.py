"""Names that more than one module of the integration needs."""

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "alicia"
NAME: Final = "Alicia"

CONF_BASE_TOPIC: Final = "base_topic"

PLATFORMS: Final = (
    Platform.ASSIST_SATELLITE,
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.COVER,
    Platform.EVENT,
    Platform.LIGHT,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
)
