"""A pipeline in another language than its own."""

from collections.abc import Iterable
from dataclasses import replace
import re
from typing import Final

from homeassistant.components import conversation, stt
from homeassistant.components.assist_pipeline import Pipeline
from homeassistant.components.tts.helper import get_engine_instance
from homeassistant.const import MATCH_ALL
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import language as language_util

from ..bus.errors import CommandError, ErrorCode

_MAX_TAG: Final = 35  # characters; RFC 5646 asks for room for so many
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*\Z")


@callback
def in_language(
    hass: HomeAssistant, pipeline: Pipeline, language: str, *, with_stt: bool
) -> Pipeline:
    """Return a pipeline as it would be in another language; raises CommandError."""
    if _matches(language, [pipeline.language]):
        return pipeline
    stt_language, tts_language = pipeline.stt_language, pipeline.tts_language
    if with_stt and pipeline.stt_engine is not None:
        engine = stt.async_get_speech_to_text_engine(hass, pipeline.stt_engine)
        heard = engine.supported_languages if engine else []
        stt_language = _best("speech-to-text", language, heard)
    if pipeline.tts_engine is not None:
        voice = get_engine_instance(hass, pipeline.tts_engine)
        spoken = voice.supported_languages if voice else []
        tts_language = _best("text-to-speech", language, spoken)
    return replace(
        pipeline,
        language=language,
        conversation_language=agent_language(hass, pipeline, language),
        stt_language=stt_language,
        tts_language=tts_language,
        tts_voice=None,  # the chosen one speaks the pipeline's own language
    )


@callback
def agent_language(hass: HomeAssistant, pipeline: Pipeline, language: str) -> str:
    """Return a language as a pipeline's agent knows it; raises CommandError."""
    known = _agent_languages(hass, pipeline.conversation_engine)
    return _best("conversation agent", language, known)


def _agent_languages(hass: HomeAssistant, engine: str) -> Iterable[str]:
    try:
        return conversation.async_get_conversation_languages(hass, engine)
    except ValueError:  # there is no such agent
        return []


def _matches(language: str, supported: Iterable[str]) -> list[str]:
    return language_util.matches(language, supported) if _is_tag(language) else []


def _is_tag(language: str) -> bool:
    return len(language) <= _MAX_TAG and _TAG.match(language) is not None


def _best(part: str, language: str, supported: Iterable[str]) -> str:
    # Who knows any language takes it for one, and may look for a file of its name.
    if supported == MATCH_ALL and _is_tag(language):
        return MATCH_ALL
    if supported != MATCH_ALL and (found := _matches(language, supported)):
        return found[0]
    raise CommandError(
        ErrorCode.UNSUPPORTED_LANGUAGE,
        f"the pipeline's {part} does not know {language[:_MAX_TAG]!r}",
    )
