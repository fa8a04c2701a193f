"""Text from the bus, answered by the pipeline's conversation agent."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from homeassistant.components import conversation
from homeassistant.components.assist_pipeline import Pipeline
from homeassistant.const import MATCH_ALL
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import intent

from ..bus.errors import BusError, CommandError, ErrorCode
from ..bus.hub import reply_meta
from ..bus.messages import AiRequest, AiResponse, Meta, SttResponse
from ..bus.values import ErrorInfo
from ..coordinator import AliciaCoordinator
from .deadline import Deadline, attempt
from .language import agent_language
from .origin import conversation_id, find_device_id
from .pipeline import async_find_pipeline

STAGE: Final = "ai"


def continues(message: SttResponse) -> bool:
    """Tell whether a transcript's routing slip sends it to the agent."""
    return message.meta.route[:1] == (STAGE,) and message.error is None and bool(message.text)


def as_request(message: SttResponse) -> AiRequest:
    """Return a transcript as the request that follows it."""
    return AiRequest(meta=message.meta, text=message.text or "", language=message.language)


async def async_answer(
    hass: HomeAssistant, coordinator: AliciaCoordinator, request: AiRequest
) -> AiResponse:
    """Return the agent's answer to a request, or the error in its place."""
    meta = reply_meta(request.meta, STAGE)
    deadline = Deadline(coordinator.options.timeout)
    started = hass.loop.time()
    try:
        result = await attempt(deadline, partial(_async_converse, hass, coordinator, request))
    except BusError as err:
        return AiResponse(meta=meta, error=ErrorInfo(err.code.value, err.message))
    took = round((hass.loop.time() - started) * 1000, 1)
    return _response(meta, result, took)


async def _async_converse(
    hass: HomeAssistant, coordinator: AliciaCoordinator, request: AiRequest
) -> conversation.ConversationResult:
    if not request.text.strip():
        raise CommandError(ErrorCode.NO_TEXT, "there is no text to answer")
    pipeline = async_find_pipeline(hass, coordinator.options.pipeline_id)
    agent = pipeline.conversation_engine
    if conversation.async_get_agent_info(hass, agent) is None:
        raise CommandError(ErrorCode.UNAVAILABLE, f"the conversation agent {agent} is gone")
    device_id = _text(request.context, "device_id")
    area = _text(request.context, "area")
    return await conversation.async_converse(
        hass,
        request.text,
        conversation_id(coordinator.topics.base, device_id, request.meta),
        Context(),
        language=_language(hass, pipeline, request.language),
        agent_id=agent,
        device_id=find_device_id(hass, coordinator.entry, device_id),
        extra_system_prompt=f"The user is in this area: {area}" if area else None,
    )


def _language(hass: HomeAssistant, pipeline: Pipeline, wanted: str | None) -> str:
    """Return the language for the agent; raises CommandError for one that it doesn't know."""
    if wanted:
        known = agent_language(hass, pipeline, wanted)
        return wanted if known == MATCH_ALL else known
    language = pipeline.conversation_language
    return pipeline.language if language == MATCH_ALL else language


def _text(context: Mapping[str, object], key: str) -> str | None:
    value = context.get(key)
    return value if isinstance(value, str) else None


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
