"""Why a command failed, for the bus and for the user."""

from enum import Enum
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.translation import async_get_cached_translations

from ..bus.errors import CommandError, ErrorCode
from ..const import DOMAIN


class Failure(Enum):
    """A way to fail: the code on the bus, and the translation that tells the user."""

    UNKNOWN = (ErrorCode.NOT_FOUND, "not_on_the_bus")
    DISABLED = (ErrorCode.NOT_ALLOWED, "device_disabled")
    UNSUPPORTED = (ErrorCode.UNSUPPORTED, "device_command_unsupported")
    INVALID = (ErrorCode.INVALID_FIELD, "device_command_invalid")
    MEMBERS = (ErrorCode.INVALID_FIELD, "group_unusable")
    OFFLINE = (ErrorCode.UNAVAILABLE, "device_offline")
    WENT_OFFLINE = (ErrorCode.UNAVAILABLE, "device_went_offline")
    NOT_CONNECTED = (ErrorCode.UNAVAILABLE, "not_connected")
    LOST = (ErrorCode.UNAVAILABLE, "device_connection_lost")
    STOPPED = (ErrorCode.UNAVAILABLE, "bus_stopped")
    BUSY = (ErrorCode.BUSY, "device_busy")
    NO_ANSWER = (ErrorCode.TIMEOUT, "device_no_answer")
    REFUSED = (ErrorCode.FAILED, "device_refused")
    PARTLY = (ErrorCode.FAILED, "group_did_in_part")
    NOBODY = (ErrorCode.FAILED, "group_did_not")

    def __init__(self, code: ErrorCode, key: str) -> None:
        self.code = code
        self.key = key


MAX_SHOWN: Final = 256  # characters
#: What the caller can mend.
CALLERS_FAULT: Final = frozenset(
    {Failure.UNKNOWN, Failure.DISABLED, Failure.UNSUPPORTED, Failure.INVALID, Failure.MEMBERS}
)
_WORDS: Final = {
    Failure.UNKNOWN: "nobody has registered under this id",
    Failure.DISABLED: "the device is disabled",
    Failure.OFFLINE: "the device is offline",
    Failure.WENT_OFFLINE: "the device went offline",
    Failure.NOT_CONNECTED: "there is no connection to the broker",
    Failure.LOST: "the connection to the broker was lost",
    Failure.STOPPED: "Home Assistant left the bus",
    Failure.BUSY: "too many commands wait for the device",
    Failure.NO_ANSWER: "the device did not answer in time",
}


class DeviceCommandError(CommandError):
    """A command that a device was not sent, or did not do."""

    def __init__(
        self,
        failure: Failure,
        device: str,
        reason: str | None = None,
        code: str | None = None,
        **placeholders: str,
    ) -> None:
        words = (reason or _WORDS[failure])[:MAX_SHOWN]
        super().__init__(code if isinstance(code, ErrorCode) else failure.code, words)
        self.failure = failure
        #: The code that a response gives: the device's own, if it gave one.
        self.told = str(code or failure.code)[:MAX_SHOWN]
        self._placeholders = {
            "device": device,
            "reason": self.message,
            "code": self.told,
            **placeholders,
        }

    def translated(self) -> HomeAssistantError:
        """Return the error as a user is told it."""
        error = ServiceValidationError if self.failure in CALLERS_FAULT else HomeAssistantError
        return error(
            translation_domain=DOMAIN,
            translation_key=self.failure.key,
            translation_placeholders=self._placeholders,
        )

    def sentence(self, hass: HomeAssistant) -> str:
        """Return the error in Home Assistant's own language, to stand in another's text.

        The reader's language is the frontend's to know, and it takes placeholders as they are.
        """
        texts = async_get_cached_translations(hass, hass.config.language, "exceptions", DOMAIN)
        text = texts.get(f"component.{DOMAIN}.exceptions.{self.failure.key}.message")
        said = text.format(**self._placeholders) if text else str(self.translated())
        return said if said.endswith((".", "!", "?")) else f"{said}."
