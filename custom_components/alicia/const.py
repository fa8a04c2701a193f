"""Names that more than one module of the integration needs."""

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "alicia"
NAME: Final = "Alicia"

CONF_BASE_TOPIC: Final = "base_topic"
#: A Wyoming server that the user added.
SUBENTRY_SERVER: Final = "wyoming_server"

PLATFORMS: Final = (
    Platform.ASSIST_SATELLITE,
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CLIMATE,
    Platform.COVER,
    Platform.EVENT,
    Platform.FAN,
    Platform.LIGHT,
    Platform.LOCK,
    Platform.MEDIA_PLAYER,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SIREN,
    Platform.STT,
    Platform.SWITCH,
    Platform.TEXT,
    Platform.TTS,
    Platform.UPDATE,
)
