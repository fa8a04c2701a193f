"""The event entity of voice commands."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.messages import CommandResponse
from custom_components.alicia.bus.topics import Kind
from custom_components.alicia.bus.values import ErrorInfo, Stage

ENTITY = "event.alicia_voice_command"


def attributes(hass: HomeAssistant) -> dict[str, Any]:
    state = hass.states.get(ENTITY)
    assert state is not None
    return dict(state.attributes)


async def test_command_fires(hass: HomeAssistant, bus: Any) -> None:
    await bus.say(Kind.COMMAND_ROUTE, {"text": "what time is it"})
    found = attributes(hass)
    assert found["event_type"] == "done"
    assert found["error_code"] is None
    assert set(found["stages"]) >= {"queued", "intent"}
    assert found["duration_ms"] >= found["stages"]["intent"]
    assert "text" not in found
    assert "response_text" not in found


async def test_not_understood(hass: HomeAssistant, bus: Any) -> None:
    await bus.say(Kind.COMMAND_ROUTE, {"text": "flurble the grommet"})
    assert attributes(hass)["event_type"] == "no_match"


@pytest.mark.parametrize("options", [{"include_text": True}])
async def test_text_is_told_where_the_user_wants_it(
    hass: HomeAssistant, entry: MockConfigEntry, bus: Any, options: dict[str, Any]
) -> None:
    await bus.say(Kind.COMMAND_ROUTE, {"text": "what time is it"})
    found = attributes(hass)
    assert found["text"] == "what time is it"
    assert found["response_text"]


async def test_error(hass: HomeAssistant, entry: MockConfigEntry, bus: Any) -> None:
    entry.runtime_data.router._outcomes.notify(
        CommandResponse(
            outcome="an outcome of tomorrow",
            error=ErrorInfo("timeout", "took too long"),
            stages=(Stage("stt", "timeout", 30_000),),
            duration_ms=30_001,
        )
    )
    found = attributes(hass)
    assert (found["event_type"], found["error_code"]) == ("error", "timeout")
    assert found["stages"] == {"stt": 30_000}
