"""Names that more than one module of the integration needs."""

from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "alicia"
NAME: Final = "Alicia"

CONF_BASE_TOPIC: Final = "base_topic"
#: Which kind of entry it is; a bus has none.
CONF_KIND: Final = "kind"
KIND_GROK: Final = "grok"
#: A Wyoming server that the user added.
SUBENTRY_SERVER: Final = "wyoming_server"
#: An agent of a Grok account.
SUBENTRY_AGENT: Final = "conversation"
#: A task of a Grok account.
SUBENTRY_TASK: Final = "ai_task_data"

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
