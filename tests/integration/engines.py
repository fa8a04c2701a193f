"""Speech engines that are there, and say what they speak; no test has them work."""

from collections.abc import AsyncIterable

from homeassistant.components import stt, tts
from homeassistant.config_entries import ConfigFlow
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_config_flow,
    mock_integration,
    mock_platform,
    setup_test_component_platform,
)

PLATFORMS = [Platform.STT, Platform.TTS]


class SilentStt(stt.SpeechToTextEntity):
    """Hears nothing."""

    _attr_name = "Ears"
    _attr_unique_id = "ears"
    supported_languages = None  # each has its own
    supported_formats = tuple(stt.AudioFormats)
    supported_codecs = tuple(stt.AudioCodecs)
    supported_bit_rates = tuple(stt.AudioBitRates)
    supported_sample_rates = tuple(stt.AudioSampleRates)
    supported_channels = tuple(stt.AudioChannels)

    def __init__(self, languages: list[str]) -> None:
        self.supported_languages = languages

    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        raise NotImplementedError


class SilentTts(tts.TextToSpeechEntity):
    """Says nothing."""

    _attr_name = "Mouth"
    _attr_unique_id = "mouth"
    _attr_default_language = "en"
    _attr_supported_languages = ("en",)


async def async_setup_engines(hass: HomeAssistant, languages: list[str]) -> None:
    """Give Home Assistant a speech to text and a text to speech engine."""
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)

    async def setup_entry(hass: HomeAssistant, entry: MockConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        return True

    async def unload_entry(hass: HomeAssistant, entry: MockConfigEntry) -> bool:
        return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)

    mock_integration(
        hass, MockModule("test", async_setup_entry=setup_entry, async_unload_entry=unload_entry)
    )
    mock_platform(hass, "test.config_flow")
    setup_test_component_platform(hass, stt.DOMAIN, [SilentStt(languages)], from_config_entry=True)
    setup_test_component_platform(hass, tts.DOMAIN, [SilentTts()], from_config_entry=True)
    with mock_config_flow("test", ConfigFlow):
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
