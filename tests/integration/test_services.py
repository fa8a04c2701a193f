"""The two actions."""

import base64
from typing import Any

from homeassistant.components.mqtt.const import MQTT_CONNECTION_STATE
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_send
import probatio as vol
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.messages import CommandResponse, RouteCommand
from custom_components.alicia.bus.topics import Kind
from custom_components.alicia.bus.values import ErrorInfo
from custom_components.alicia.const import DOMAIN


async def process(hass: HomeAssistant, **data: Any) -> dict[str, Any]:
    response = await hass.services.async_call(
        DOMAIN, "process_command", data, blocking=True, return_response=True
    )
    assert response is not None
    return response


async def publish(hass: HomeAssistant, **data: Any) -> None:
    await hass.services.async_call(DOMAIN, "publish", data, blocking=True)


@pytest.fixture
def commands(entry: MockConfigEntry, bus: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the router is asked to do; it answers everything with the time."""
    asked: list[RouteCommand] = []

    async def process(command: RouteCommand, _context: Context) -> CommandResponse:
        asked.append(command)
        return CommandResponse(outcome="done", response_text="3 pm", audio=b"RIFF")

    monkeypatch.setattr(entry.runtime_data.router, "async_process", process)
    return asked


async def test_text_command(hass: HomeAssistant, bus: Any) -> None:
    result = await process(hass, text="what time is it", session_id="s-1")
    assert result["outcome"] == "done"
    assert result["session_id"] == "s-1"
    assert result["text"] == "what time is it"
    assert [each["stage"] for each in result["stages"]][:2] == ["queued", "intent"]
    assert not bus.heard(Kind.COMMAND_RESPONSE), "the caller alone is answered"


async def test_command_is_passed_on(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    bus: Any,
    commands: list[Any],
    sidecar: dict[str, Any],
) -> None:
    await bus.say(Kind.REGISTER, sidecar)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    (ears,) = (each for each in devices if each.name == "Kitchen ears")
    result = await process(
        hass,
        audio_data=base64.b64encode(b"\1\2").decode(),
        sample_rate=8000,
        language="de",
        device_id=ears.id,
        reply_audio=True,
    )
    (command,) = commands
    assert (command.audio, command.sample_rate, command.language) == (b"\1\2", 8000, "de")
    assert command.device_id == "stt-kitchen-1a2b"
    assert command.reply_audio
    assert result == {
        "outcome": "done",
        "response_text": "3 pm",
        "continue_conversation": False,
        "audio_data": base64.b64encode(b"RIFF").decode(),
    }


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"text": ""},
        {"text": "x" * 8193},
        {"text": "a", "audio_data": "AAAA"},
        {"audio_data": "AAAA", "sample_rate": 4000},
        {"text": "a", "session_id": "with space"},
    ],
)
async def test_command_out_of_shape(
    hass: HomeAssistant, commands: list[Any], data: dict[str, Any]
) -> None:
    with pytest.raises(vol.Invalid):
        await process(hass, **data)
    assert not commands


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"audio_data": "%%"}, "audio_not_base64"),
        ({"audio_data": "A" * (4 * 1024 * 1024 + 1)}, "audio_too_large"),
        ({"text": "a", "device_id": "nobody"}, "not_on_the_bus"),
    ],
)
async def test_command_refused(
    hass: HomeAssistant, commands: list[Any], data: dict[str, Any], key: str
) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await process(hass, **data)
    assert caught.value.translation_key == key
    assert not commands


@pytest.mark.parametrize(
    ("code", "error"),
    [("unsupported_audio", ServiceValidationError), ("timeout", HomeAssistantError)],
)
async def test_failed_command_raises(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    bus: Any,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    error: type[HomeAssistantError],
) -> None:
    async def fail(command: RouteCommand, _context: Context) -> CommandResponse:
        return CommandResponse(outcome="error", error=ErrorInfo(code, "no luck"))

    monkeypatch.setattr(entry.runtime_data.router, "async_process", fail)
    with pytest.raises(HomeAssistantError) as caught:
        await process(hass, text="a")
    assert type(caught.value) is error
    assert caught.value.translation_placeholders == {"code": code, "message": "no luck"}


@pytest.mark.parametrize(
    ("topic", "payload", "sent"),
    [
        ("voice/tts/request", {"text": "hi"}, ("alicia/voice/tts/request", b'{"text":"hi"}')),
        ("alicia/voice/tts/request", "plain", ("alicia/voice/tts/request", b"plain")),
        ("capability:text_to_speech", [1], ("capability:text_to_speech", b"[1]")),
        ("devices/lamp/wish", None, ("alicia/devices/lamp/wish", b"")),
    ],
)
async def test_publish(
    hass: HomeAssistant, bus: Any, topic: str, payload: Any, sent: tuple[str, bytes]
) -> None:
    await publish(hass, topic=topic, **({} if payload is None else {"payload": payload}))
    assert bus.published[-1] == sent


async def test_publish_retained(hass: HomeAssistant, bus: Any, broker: Any) -> None:
    await publish(hass, topic="a", payload="b", retain=True, qos=2)
    assert broker.async_publish.call_args.args == ("alicia/a", b"b", 2, True)


@pytest.mark.parametrize(
    "topic",
    ["", "/", "a//b", "a/", "a/#", "+/a", "a\nb", "capability:", "capability:A b", "alicia/"],
)
async def test_publish_to_an_invalid_topic(hass: HomeAssistant, bus: Any, topic: str) -> None:
    before = len(bus.published)
    with pytest.raises(ServiceValidationError) as caught:
        await publish(hass, topic=topic)
    assert caught.value.translation_key == "invalid_topic"
    assert len(bus.published) == before


async def test_publish_too_much(hass: HomeAssistant, bus: Any) -> None:
    with pytest.raises(ServiceValidationError) as caught:
        await publish(hass, topic="a", payload="x" * (4 * 1024 * 1024 + 1))
    assert caught.value.translation_key == "payload_too_large"


async def test_publish_while_disconnected(hass: HomeAssistant, bus: Any) -> None:
    async_dispatcher_send(hass, MQTT_CONNECTION_STATE, False)
    with pytest.raises(HomeAssistantError) as caught:
        await publish(hass, topic="a")
    assert caught.value.translation_key == "not_connected"


async def test_actions_outlive_the_entry(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry
) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    for action, data in (("process_command", {"text": "a"}), ("publish", {"topic": "a"})):
        with pytest.raises(ServiceValidationError):
            await hass.services.async_call(DOMAIN, action, data, blocking=True)
        with pytest.raises(ServiceValidationError):
            await hass.services.async_call(
                DOMAIN, action, data | {"config_entry_id": entry.entry_id}, blocking=True
            )
