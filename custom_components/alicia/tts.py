"""Text to speech by all the servers of the house."""

from collections.abc import AsyncGenerator
from typing import Any, Final, override

from homeassistant.components import tts
from homeassistant.components.tts.entity import TTSAudioRequest, TTSAudioResponse
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import AliciaConfigEntry
from .speech.abilities import Service, Voice, match
from .speech.attempts import NoServerError
from .speech.entity import SpeechEntity, async_add_when_served
from .speech.servers import conversation_key
from .speech.speaking import Speech, Wanted

#: As Home Assistant's Wyoming integration calls it.
ATTR_SPEAKER: Final = "speaker"

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the entity, once there is a server."""
    async_add_when_served(hass, entry, AliciaTextToSpeech, Service.TTS, async_add_entities)


class AliciaTextToSpeech(SpeechEntity, tts.TextToSpeechEntity):
    """Speaks, by whichever server is there."""

    _attr_translation_key = "text_to_speech"
    service = Service.TTS

    @override
    def _update(self) -> None:
        self._attr_supported_options = [tts.ATTR_VOICE, ATTR_SPEAKER]
        languages = sorted({tag for voice in self._voices for tag in voice.languages})
        own = self.coordinator.hass.config.language
        self._attr_supported_languages = languages
        self._attr_default_language = match(own, languages) or next(iter(languages), own)

    @callback
    @override
    def async_get_supported_voices(self, language: str) -> list[tts.Voice] | None:
        """Every voice of a language that a server has."""
        labels: dict[str, str] = {}
        for voice in self._voices:
            if language in voice.languages:
                labels.setdefault(voice.name, voice.label)
        found = [tts.Voice(name, label) for name, label in labels.items()]
        return sorted(found, key=lambda each: each.name) or None

    @override
    async def async_stream_tts_audio(self, request: TTSAudioRequest) -> TTSAudioResponse:
        """Speak a text while it is being written."""
        options = request.options
        wanted = Wanted(request.language, options.get(tts.ATTR_VOICE), options.get(ATTR_SPEAKER))
        speech = Speech(self.servers.pool, wanted, conversation_key())
        return TTSAudioResponse("wav", _spoken(speech, request.message_gen))

    @override
    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> tts.TtsAudioType:
        """Speak a text that is there already."""

        async def texts() -> AsyncGenerator[str]:
            yield message

        request = TTSAudioRequest(language, options, texts())
        response = await self.async_stream_tts_audio(request)
        return "wav", b"".join([data async for data in response.data_gen])

    @property
    def _voices(self) -> list[Voice]:
        serving = self.servers.pool.serving(self.service)
        return [voice for each in serving if each.abilities for voice in each.abilities.voices]


async def _spoken(speech: Speech, texts: AsyncGenerator[str]) -> AsyncGenerator[bytes]:
    try:
        async for data in speech.wav(texts):
            yield data
    except NoServerError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="no_tts_server"
        ) from err
