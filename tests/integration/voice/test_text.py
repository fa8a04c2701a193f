"""Text commands from the bus, through Home Assistant's own agent."""

from types import SimpleNamespace

from homeassistant.core import HomeAssistant

from .conftest import VoiceBus, ScriptedTts


async def test_a_text_command_is_done_and_answered(
    hass: HomeAssistant, bus: VoiceBus, scripted_tts: ScriptedTts
) -> None:
    answer = await bus.command(
        text="turn on the kitchen light", request_id="r-1", session_id="s-1"
    )
    assert hass.states.get("light.kitchen").state == "on"
    assert answer["outcome"] == "done"
    assert "error" not in answer
    assert (answer["request_id"], answer["session_id"]) == ("r-1", "s-1")
    assert answer["text"] == "turn on the kitchen light"
    assert answer["response_text"] == scripted_tts.spoken[0]
    assert answer["audio_url"].startswith("http://127.0.0.1:8123/api/tts_proxy/")
    assert "audio_data" not in answer
    stages = [(each["stage"], each["outcome"]) for each in answer["stages"]]
    assert stages == [("queued", "ok"), ("intent", "ok"), ("tts", "ok")]
    assert bus.events() == [*stages, ("done", "done")]
    assert all("text" not in event for event in bus.answers("command/event"))
