"""A question and its answer through Home Assistant's own pipeline, from a satellite."""

from typing import Any

from homeassistant.components.assist_pipeline import (
    PipelineEvent,
    PipelineEventType,
    async_get_pipeline,
    async_update_pipeline,
)
from homeassistant.components.assist_pipeline.pipeline import (
    PipelineInput,
    PipelineRun,
    PipelineStage,
)
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.helpers.chat_session import async_get_chat_session
from homeassistant.setup import async_setup_component
import pytest

from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Turn

from ..conftest import AGENT, Home
from .conftest import QUESTION, SATELLITE, UNLOCK, sent


class Speaker:
    """Speaks to the satellite, and hears what the pipeline makes of it."""

    def __init__(self, hass: HomeAssistant, satellite: str) -> None:
        self._hass = hass
        self._satellite = satellite

    async def say(self, text: str) -> dict[str, Any]:
        """Return how the pipeline's stage of intents ended."""
        ends: list[dict[str, Any]] = []

        def on_event(event: PipelineEvent) -> None:
            if event.type is PipelineEventType.INTENT_END:
                ends.append(event.data or {})

        with async_get_chat_session(self._hass, "the conversation") as session:
            run = PipelineRun(
                self._hass,
                context=Context(),
                pipeline=async_get_pipeline(self._hass),
                start_stage=PipelineStage.INTENT,
                end_stage=PipelineStage.INTENT,
                event_callback=on_event,
            )
            await PipelineInput(
                run=run,
                session=session,
                intent_input=text,
                device_id=self._satellite,
                satellite_id=SATELLITE,
            ).execute(validate=True)
        (end,) = ends
        return end


@pytest.fixture
async def speaker(hass: HomeAssistant, home: Home) -> Speaker:
    assert await async_setup_component(hass, "assist_pipeline", {})
    pipeline = async_get_pipeline(hass)
    await async_update_pipeline(
        hass, pipeline, conversation_engine=AGENT, prefer_local_intents=True
    )
    return Speaker(hass, home.satellite)


def speech(end: dict[str, Any]) -> str:
    return str(end["intent_output"]["response"]["speech"]["plain"]["speech"])


async def test_the_satellite_listens_for_the_answer(
    speaker: Speaker, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(text="At once!", calls=(UNLOCK,)))
    asked = await speaker.say("Please be so kind and let me in")
    assert speech(asked) == QUESTION
    assert asked["intent_output"]["continue_conversation"]
    assert opened == []
    done = await speaker.say("Yes")
    assert speech(done) == "Done."
    assert not done["processed_locally"]
    assert len(opened) == 1


@pytest.mark.parametrize("account_options", [{"pin": "1234"}])
async def test_a_pin_is_kept_from_later_turns(
    speaker: Speaker, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    xai.will(Turn(calls=(UNLOCK,)), Turn(text="Gladly."))
    await speaker.say("Please be so kind and let me in")
    assert speech(await speaker.say("1 2 3 4")) == "Done."
    assert speech(await speaker.say("How very kind of you")) == "Gladly."
    assert "(PIN)" in sent(xai)
    assert "1 2 3 4" not in sent(xai)
