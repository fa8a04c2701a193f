"""Speech to text by all the servers of the house."""

from collections.abc import AsyncIterable
import logging
from typing import Final, override

from homeassistant.components import stt
from homeassistant.components.stt.models import SpeechAudioProcessing
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AliciaConfigEntry
from .speech.abilities import Abilities, Service
from .speech.attempts import NoServerError
from .speech.entity import SpeechEntity, async_add_when_served
from .speech.hearing import async_hear
from .speech.servers import conversation_key
from .speech.tape import TooLongError

_LOGGER: Final = logging.getLogger(__name__)
_FAILED: Final = stt.SpeechResult(None, stt.SpeechResultState.ERROR)

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the entity, once there is a server."""
    async_add_when_served(hass, entry, AliciaSpeechToText, Service.STT, async_add_entities)


class AliciaSpeechToText(SpeechEntity, stt.SpeechToTextEntity):
    """Hears what is said, by whichever server is there."""

    _attr_translation_key = "speech_to_text"
    service = Service.STT

    @property
    @override
    def supported_languages(self) -> list[str]:
        """Every language that a server has."""
        return sorted({tag for each in self._abilities for tag in each.languages})

    @property
    @override
    def supported_formats(self) -> list[stt.AudioFormats]:
        """What the pipeline gives."""
        return [stt.AudioFormats.WAV]

    @property
    @override
    def supported_codecs(self) -> list[stt.AudioCodecs]:
        """What the pipeline gives."""
        return [stt.AudioCodecs.PCM]

    @property
    @override
    def supported_bit_rates(self) -> list[stt.AudioBitRates]:
        """What the pipeline gives."""
        return [stt.AudioBitRates.BITRATE_16]

    @property
    @override
    def supported_sample_rates(self) -> list[stt.AudioSampleRates]:
        """What the pipeline gives."""
        return [stt.AudioSampleRates.SAMPLERATE_16000]

    @property
    @override
    def supported_channels(self) -> list[stt.AudioChannels]:
        """What the pipeline gives."""
        return [stt.AudioChannels.CHANNEL_MONO]

    @property
    @override
    def audio_processing(self) -> SpeechAudioProcessing:
        """What the most demanding of the servers needs, for any may be asked."""
        all_of_them = self._abilities
        return SpeechAudioProcessing(
            requires_external_vad=not all_of_them or any(each.needs_vad for each in all_of_them),
            prefers_auto_gain_enabled=all(each.prefers_gain for each in all_of_them),
            prefers_noise_reduction_enabled=all(
                each.prefers_noise_reduction for each in all_of_them
            ),
        )

    @override
    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        """Return what is said."""
        pool = self.servers.pool
        try:
            text = await async_hear(pool, stream, metadata.language, conversation_key())
        except NoServerError:
            _LOGGER.warning("No server could hear what was said in %s", metadata.language)
            return _FAILED
        except TooLongError:
            _LOGGER.warning("More was said than is kept")
            return _FAILED
        return stt.SpeechResult(text, stt.SpeechResultState.SUCCESS)

    @property
    def _abilities(self) -> list[Abilities]:
        serving = self.servers.pool.serving(self.service)
        return [each.abilities for each in serving if each.abilities]
