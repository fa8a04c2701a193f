"""Text from the bus, answered by the pipeline's conversation agent."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from homeassistant.components import conversation
from homeassistant.components.assist_pipeline import Pipeline
from homeassistant.const import MATCH_ALL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import intent
from homeassistant.helpers.chat_session import async_get_chat_session
from homeassistant.util import dt as dt_util

from ..bus.errors import BusError, CommandError, ErrorCode
from ..bus.fields import MAX_TEXT
from ..bus.freshness import check_fresh
from ..bus.hub import reply_meta
from ..bus.messages import AiRequest, AiResponse, Meta, SttResponse
from ..bus.values import ErrorInfo
from ..coordinator import AliciaCoordinator
from .deadline import Deadline, attempt
from .language import agent_language
from .origin import (
    BusContext,
    Way,
    area_hint,
    conversation_id,
    find_device_id,
    plain,
    text_of,
)
from .partials import Partials
from .pipeline import async_find_pipeline

STAGE: Final = "ai"


def continues(message: SttResponse) -> bool:
    """Tell whether a transcript's routing slip sends it to the agent."""
    return message.meta.route[:1] == (STAGE,) and message.error is None and bool(message.text)


def as_request(message: SttResponse) -> AiRequest:
    """Return a transcript as the request that follows it.

    Its source is whichever server transcribed it, and no part of who speaks.
    """
    meta = replace(message.meta, source=None)
    return AiRequest(meta=meta, text=message.text or "", language=message.language)


async def async_answer(
    hass: HomeAssistant, coordinator: AliciaCoordinator, request: AiRequest
) -> AiResponse:
    """Return the agent's answer to a request, or the error in its place."""
    meta = reply_meta(request.meta, STAGE)
    deadline = Deadline(coordinator.options.timeout)
    started = hass.loop.time()
    partials = Partials(meta, coordinator.hub.send)
    run = partial(_async_converse, hass, coordinator, request, partials)
    try:
        # It may have waited for its turn.
        check_fresh(request.meta, dt_util.utcnow().timestamp())
        result = await attempt(deadline, run)
    except BusError as err:
        return AiResponse(meta=meta, error=ErrorInfo(err.code.value, err.message))
    finally:
        partials.close()
    took = round((hass.loop.time() - started) * 1000, 1)
    return _response(meta, result, took)


async def _async_converse(
    hass: HomeAssistant, coordinator: AliciaCoordinator, request: AiRequest, partials: Partials
) -> conversation.ConversationResult:
    asked = _input(hass, coordinator, request)
    with (
        async_get_chat_session(hass, asked.conversation_id) as session,
        # The agent finds this chat log open, whatever agent it is, and tells it what it says.
        conversation.async_get_chat_log(
            hass, session, asked, chat_log_delta_listener=partials.hear
        ),
    ):
        return await conversation.async_converse(
            hass,
            asked.text,
            session.conversation_id,
            asked.context,
            language=asked.language,
            agent_id=asked.agent_id,
            device_id=asked.device_id,
            extra_system_prompt=asked.extra_system_prompt,
        )


@callback
def _input(
    hass: HomeAssistant, coordinator: AliciaCoordinator, request: AiRequest
) -> conversation.ConversationInput:
    """Return what the agent is asked; raises CommandError."""
    text = plain(request.text, MAX_TEXT)
    if not text:
        raise CommandError(ErrorCode.NO_TEXT, "there is no text to answer")
    pipeline = async_find_pipeline(hass, coordinator.options.pipeline_id)
    agent = pipeline.conversation_engine
    if conversation.async_get_agent_info(hass, agent) is None:
        raise CommandError(ErrorCode.UNAVAILABLE, f"the conversation agent {agent} is gone")
    device_id = text_of(request.context, "device_id")
    return conversation.ConversationInput(
        text=text,
        context=BusContext(),
        conversation_id=conversation_id(
            coordinator.topics.base, Way.AGENT, device_id, request.meta
        ),
        device_id=find_device_id(hass, coordinator.entry, device_id),
        satellite_id=None,
        language=_language(hass, pipeline, request.language),
        agent_id=agent,
        extra_system_prompt=area_hint(hass, request.context),
    )


def _language(hass: HomeAssistant, pipeline: Pipeline, wanted: str | None) -> str:
    """Return the language for the agent; raises CommandError for one that it doesn't know."""
    if wanted:
        known = agent_language(hass, pipeline, wanted)
        return wanted if known == MATCH_ALL else known
    language = pipeline.conversation_language
    return pipeline.language if language == MATCH_ALL else language


@callback
def _response(meta: Meta, result: conversation.ConversationResult, took: float) -> AiResponse:
    response = result.response
    text: str = response.speech.get("plain", {}).get("speech", "")
    failed = response.error_code in (
        intent.IntentResponseErrorCode.FAILED_TO_HANDLE,
        intent.IntentResponseErrorCode.UNKNOWN,
    )
    return AiResponse(
        meta=meta,
        error=ErrorInfo(ErrorCode.FAILED.value, text or "the agent failed") if failed else None,
        text=text,
        continue_conversation=result.continue_conversation,
        actions=(
            *(_action(target, success=True) for target in response.success_results),
            *(_action(target, success=False) for target in response.failed_results),
        ),
        duration_ms=took,
    )


def _action(target: intent.IntentResponseTarget, *, success: bool) -> Mapping[str, object]:
    key = f"{target.type.value}_id"
    return {"type": target.type.value, key: target.id, "name": target.name, "success": success}
