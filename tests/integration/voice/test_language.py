"""Pipelines in another language than their own."""

from homeassistant.components.assist_pipeline import Pipeline, async_update_pipeline
from homeassistant.components.assist_pipeline.pipeline import async_get_pipeline
from homeassistant.core import HomeAssistant
import pytest

from custom_components.alicia.bus.errors import CommandError, ErrorCode
from custom_components.alicia.voice.language import in_language


async def test_each_part_speaks_it_and_the_chosen_voice_does_not(
    hass: HomeAssistant, pipeline: Pipeline
) -> None:
    await async_update_pipeline(hass, pipeline, tts_voice="amy")
    found = in_language(hass, async_get_pipeline(hass), "de", with_stt=True)
    assert (found.conversation_language, found.stt_language) == ("de", "de")
    assert (found.tts_language, found.tts_voice) == ("de", None)
    assert found.id == pipeline.id


@pytest.mark.parametrize("language", ["en", "en-GB", "en_US"])
async def test_its_own_language_changes_nothing(
    hass: HomeAssistant, pipeline: Pipeline, language: str
) -> None:
    assert in_language(hass, pipeline, language, with_stt=True) is pipeline


async def test_an_agent_that_knows_all_languages_and_no_speech(
    hass: HomeAssistant, agent_pipeline: Pipeline
) -> None:
    await async_update_pipeline(
        hass, agent_pipeline, stt_engine=None, stt_language=None, tts_engine=None, tts_language=None
    )
    found = in_language(hass, async_get_pipeline(hass), "tlh", with_stt=False)
    assert (found.language, found.conversation_language) == ("tlh", "*")


@pytest.mark.parametrize(
    ("engines", "part"),
    [
        ({}, "speech-to-text"),
        (
            {
                "conversation_engine": "conversation.gone",
                "stt_engine": None,
                "stt_language": None,
                "tts_engine": None,
                "tts_language": None,
            },
            "conversation agent",
        ),
        (
            {
                "conversation_engine": "conversation.scripted",
                "stt_engine": None,
                "stt_language": None,
                "tts_engine": "tts.gone",
            },
            "text-to-speech",
        ),
    ],
)
async def test_the_part_that_does_not_know_it_is_named(
    hass: HomeAssistant, pipeline: Pipeline, engines: dict[str, str | None], part: str
) -> None:
    await async_update_pipeline(hass, pipeline, **engines)
    with pytest.raises(CommandError, match=part) as caught:
        in_language(hass, async_get_pipeline(hass), "tlh", with_stt=True)
    assert caught.value.code is ErrorCode.UNSUPPORTED_LANGUAGE
