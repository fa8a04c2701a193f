"""A house with a pipeline of scripted speech engines, and somebody on its bus."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
import json
import subprocess
from types import SimpleNamespace
from typing import Any, ClassVar
from unittest.mock import Mock

from homeassistant.components import conversation, mqtt, stt, tts
from homeassistant.components.assist_pipeline import Pipeline, async_update_pipeline
from homeassistant.components.assist_pipeline.pipeline import (
    KEY_ASSIST_PIPELINE,
    async_get_pipeline,
)
from homeassistant.config_entries import ConfigFlow
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    async_fire_mqtt_message,
    mock_config_flow,
    mock_integration,
    mock_platform,
    setup_test_component_platform,
)

from alicia_bus.audio import Pcm, decode_audio, encode_wav, to_speech

PLATFORMS = [Platform.CONVERSATION, Platform.STT, Platform.TTS]
SPEECH = Pcm(b"\x10\x27\xf0\xd8" * 8_000)  # 1 s of a loud 8 kHz tone


class ScriptedStt(stt.SpeechToTextEntity):
    """Hears what the test says it does, once all audio is there."""

    _attr_name = "Scripted"
    _attr_unique_id = "scripted_stt"
    supported_languages: ClassVar = ["en", "de"]
    supported_formats: ClassVar = list(stt.AudioFormats)
    supported_codecs: ClassVar = list(stt.AudioCodecs)
    supported_bit_rates: ClassVar = list(stt.AudioBitRates)
    supported_sample_rates: ClassVar = list(stt.AudioSampleRates)
    supported_channels: ClassVar = list(stt.AudioChannels)

    def __init__(self) -> None:
        self.text: str | None = "turn on the kitchen light"
        self.heard: list[bytes] = []
        self.processing = stt.SpeechAudioProcessing(
            requires_external_vad=True,
            prefers_auto_gain_enabled=True,
            prefers_noise_reduction_enabled=True,
        )
        self.languages: list[str] = []
        self.listening = 0
        #: Called when the audio is complete; may stall or raise.
        self.before_answer: Callable[[], Any] | None = None

    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        self.languages.append(metadata.language)
        self.listening += 1
        self.heard.append(b"".join([chunk async for chunk in stream]))
        if self.before_answer is not None:
            await self.before_answer()
        return stt.SpeechResult(self.text, stt.SpeechResultState.SUCCESS)

    @property
    def audio_processing(self) -> stt.SpeechAudioProcessing:
        return self.processing


class ScriptedTts(tts.TextToSpeechEntity):
    """Speaks a tone, one tenth of a second for each text."""

    _attr_name = "Scripted"
    _attr_unique_id = "scripted_tts"
    _attr_default_language = "en"
    _attr_supported_languages: ClassVar = ["en", "de"]

    def __init__(self) -> None:
        self.spoken: list[str] = []
        self.audio = Pcm(b"\x00\x10\x00\xf0" * 1_102, rate=22_050)
        self.before_answer: Callable[[], Any] | None = None

    async def async_get_tts_audio(
        self, message: str, language: str, options: dict[str, Any]
    ) -> tts.TtsAudioType:
        self.spoken.append(message)
        if self.before_answer is not None:
            await self.before_answer()
        return "wav", encode_wav(self.audio)


class ScriptedAgent(conversation.ConversationEntity):
    """Answers everything the same way, and notes what it was told."""

    _attr_name = "Scripted"
    _attr_unique_id = "scripted_agent"

    def __init__(self) -> None:
        self.inputs: list[conversation.ConversationInput] = []
        self.lengths: list[int] = []
        self.answer = "Which room?"
        #: Whether it answers with all that the user has said in the conversation.
        self.echoes = False
        self.before_answer: Callable[[], Any] | None = None
        #: What it streams in place of the answer: deltas, and what it waits for between them.
        self.stream: list[dict[str, Any] | Callable[[], Awaitable[Any]]] = []

    @property
    def supported_languages(self) -> str:
        return "*"

    async def _deltas(self) -> AsyncGenerator[dict[str, Any]]:
        for each in self.stream:
            if isinstance(each, dict):
                yield each
            else:
                await each()

    async def _async_handle_message(
        self, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> conversation.ConversationResult:
        self.inputs.append(user_input)
        self.lengths.append(len(chat_log.content))
        if self.before_answer is not None:
            await self.before_answer()
        if self.echoes:
            said = [each.content for each in chat_log.content if each.role == "user"]
            self.answer = "; ".join(map(str, said))
        if self.stream:
            async for _ in chat_log.async_add_delta_content_stream(self.entity_id, self._deltas()):
                pass
        else:
            chat_log.async_add_assistant_content_without_tools(
                conversation.AssistantContent(agent_id=self.entity_id, content=self.answer)
            )
        return conversation.async_get_result_from_chat_log(user_input, chat_log)


class VoiceBus:
    """Somebody on the bus: sends, and keeps what Home Assistant publishes."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.topics: list[str] = []
        self.payloads: list[bytes] = []
        self._came = asyncio.Event()

    @callback
    def on_message(self, message: mqtt.ReceiveMessage) -> None:
        assert isinstance(message.payload, bytes)
        self.topics.append(message.topic.removeprefix("alicia/voice/"))
        self.payloads.append(message.payload)
        self._came.set()

    def send(self, path: str, payload: dict[str, Any] | bytes, *, retain: bool = False) -> None:
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        topic = path if path.startswith("capability:") else f"alicia/{path}"
        async_fire_mqtt_message(self.hass, topic, data, 1, retain)

    async def ask(self, path: str, payload: dict[str, Any] | bytes, answer: str) -> dict[str, Any]:
        """Send a request, and return the next answer on a topic."""
        known = len(self.answers(answer))
        self.send(path, payload)
        await self.hass.async_block_till_done(wait_background_tasks=True)
        (found,) = self.answers(answer)[known:]
        return found

    async def until(self, is_there: Callable[[], Any]) -> None:
        """Wait for something to be true after a message."""
        while not is_there():
            self._came.clear()
            await self._came.wait()

    async def next(self, topic: str) -> dict[str, Any]:
        """Wait for the first message on a topic."""
        await self.until(lambda: self.raw(topic))
        return self.answers(topic)[0]

    async def command(self, **fields: Any) -> dict[str, Any]:
        return await self.ask("voice/command/route", fields, "command/response")

    def raw(self, topic: str) -> list[bytes]:
        return [p for t, p in zip(self.topics, self.payloads, strict=True) if t == topic]

    def answers(self, topic: str) -> list[dict[str, Any]]:
        return [json.loads(payload) for payload in self.raw(topic)]

    def events(self) -> list[tuple[str, str]]:
        return [(each["stage"], each["outcome"]) for each in self.answers("command/event")]


@pytest.fixture(scope="session")
def speech() -> bytes:
    """A spoken sentence, which voice activity detection takes for one."""
    wav = subprocess.run(
        ["espeak-ng", "--stdout", "turn on the kitchen light please"],
        check=True,
        capture_output=True,
    ).stdout
    return to_speech(decode_audio(wav)).data


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Keep what is spoken in a folder of the test's own."""
    return hass_tmp_config_dir


@pytest.fixture
def scripted_stt() -> ScriptedStt:
    return ScriptedStt()


@pytest.fixture
def scripted_tts() -> ScriptedTts:
    return ScriptedTts()


@pytest.fixture
def scripted_agent() -> ScriptedAgent:
    return ScriptedAgent()


@pytest.fixture
async def house(hass: HomeAssistant) -> SimpleNamespace:
    """Two lights and a lock, which do as they are told."""
    # Else the bus's own lights would bring their actions over ours.
    assert await async_setup_component(hass, "light", {})
    hass.states.async_set("light.kitchen", "off", {"friendly_name": "Kitchen light"})
    hass.states.async_set("light.hall", "off", {"friendly_name": "Hall light"})
    calls: list[ServiceCall] = []

    async def switch(call: ServiceCall) -> None:
        calls.append(call)
        for entity_id in call.data["entity_id"]:
            old = hass.states.get(entity_id)
            assert old is not None
            hass.states.async_set(entity_id, call.service.removeprefix("turn_"), old.attributes)

    for action in ("turn_on", "turn_off"):
        hass.services.async_register("light", action, switch)
    return SimpleNamespace(calls=calls)


@pytest.fixture
async def pipeline(
    hass: HomeAssistant,
    house: SimpleNamespace,
    scripted_stt: ScriptedStt,
    scripted_tts: ScriptedTts,
    scripted_agent: ScriptedAgent,
) -> Pipeline:
    """The preferred pipeline, with the scripted engines and the default agent."""
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)

    async def setup_entry(hass: HomeAssistant, entry: MockConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
        return True

    mock_integration(hass, MockModule("test", async_setup_entry=setup_entry))
    mock_platform(hass, "test.config_flow")
    setup_test_component_platform(hass, stt.DOMAIN, [scripted_stt], from_config_entry=True)
    setup_test_component_platform(hass, tts.DOMAIN, [scripted_tts], from_config_entry=True)
    setup_test_component_platform(
        hass, conversation.DOMAIN, [scripted_agent], from_config_entry=True
    )
    assert await async_setup_component(hass, "assist_pipeline", {})
    with mock_config_flow("test", ConfigFlow):
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
    store = hass.data[KEY_ASSIST_PIPELINE].pipeline_store
    settings = {
        "name": "Test",
        "language": "en",
        "conversation_engine": "conversation.home_assistant",
        "conversation_language": "en",
        "stt_engine": scripted_stt.entity_id,
        "stt_language": "en",
        "tts_engine": scripted_tts.entity_id,
        "tts_language": "en",
        "tts_voice": None,
        "wake_word_entity": None,
        "wake_word_id": None,
    }
    item: Pipeline = await store.async_create_item(settings)
    store.async_set_preferred_item(item.id)
    return item


@pytest.fixture
async def agent_pipeline(
    hass: HomeAssistant, pipeline: Pipeline, scripted_agent: ScriptedAgent
) -> Pipeline:
    """The preferred pipeline, with the scripted agent."""
    await async_update_pipeline(
        hass, pipeline, conversation_engine=scripted_agent.entity_id, conversation_language="*"
    )
    return async_get_pipeline(hass, pipeline.id)


@pytest.fixture
def options() -> dict[str, Any]:
    return {}


@pytest.fixture
async def entry(
    hass: HomeAssistant,
    pipeline: Pipeline,
    mqtt_mock: Any,
    mqtt_client_mock: Any,
    options: dict[str, Any],
) -> AsyncGenerator[MockConfigEntry]:
    """Alicia, on its bus."""
    hass.config.internal_url = "http://127.0.0.1:8123"
    entry = MockConfigEntry(
        domain="alicia", title="Alicia", data={"base_topic": "alicia"}, options=options
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    yield entry
    # The pretended client never closes its socket, which is what stops its timer.
    mqtt_client_mock.on_socket_close(mqtt_client_mock, None, Mock(fileno=lambda: -1))


@pytest.fixture
async def bus(hass: HomeAssistant, entry: MockConfigEntry) -> VoiceBus:
    bus = VoiceBus(hass)
    for topic in (
        "alicia/voice/+/response",
        "alicia/voice/+/event",
        "alicia/voice/+/partial",
        "alicia/voice/audio/+/out",
        "alicia/voice/audio/+/listen",
    ):
        await mqtt.async_subscribe(hass, topic, bus.on_message, encoding=None)
    await hass.async_block_till_done()
    return bus
