"""Words for an agent, through Home Assistant's own pipeline, and when what came back."""

import asyncio
from collections.abc import Mapping
import time
from typing import Any, TypeAlias

from aiohttp import ClientSession, TCPConnector
from homeassistant.components import conversation
from homeassistant.components.assist_pipeline import (
    AudioSettings,
    Pipeline,
    PipelineEvent,
    PipelineStage,
)
from homeassistant.components.assist_pipeline.run import PipelineInput, PipelineRun
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import chat_session, llm
from homeassistant.util import ssl as ssl_util

Json: TypeAlias = dict[str, Any]

#: For its voice activity detection, Home Assistant 2026.10 keeps 11 KiB of each run for good.
_NO_AUDIO = AudioSettings(is_vad_enabled=False)


class Speech:
    """Says what it is told to say."""

    def __init__(self, hass: HomeAssistant, satellites: Mapping[str, str]) -> None:
        self._hass = hass
        self._satellites = satellites
        self._session: ClientSession | None = None

    async def say(
        self,
        agent: str,
        text: str,
        room: str = "Kitchen",
        conversation_id: str | None = None,
        *,
        local: bool = False,
    ) -> Json:
        """Say something in a room; returns the answer, and when its first and last word came."""
        heard = _Heard()
        pipeline = Pipeline(
            conversation_engine=agent, conversation_language="en", language="en", name="bench",
            stt_engine=None, stt_language=None, tts_engine=None, tts_language=None, tts_voice=None,
            wake_word_entity=None, wake_word_id=None, prefer_local_intents=local, id="bench",
        )  # fmt: skip
        with chat_session.async_get_chat_session(self._hass, conversation_id) as session:
            run = PipelineRun(
                self._hass, Context(), pipeline, PipelineStage.INTENT, PipelineStage.INTENT,
                event_callback=heard.hear, audio_settings=_NO_AUDIO,
            )  # fmt: skip
            words = PipelineInput(
                run=run, session=session, intent_input=text, device_id=self._satellites[room]
            )
            heard.began = time.perf_counter()
            await words.execute(validate=True)
            whole = time.perf_counter() - heard.began
        return {"first": heard.first, "whole": whole, "conversation": session.conversation_id,
                **heard.result}  # fmt: skip

    async def prepare(self, text: str, prompt: str, room: str = "Kitchen") -> float:
        """Let Home Assistant alone prepare what a model is told; returns how long that takes."""
        asked = conversation.ConversationInput(
            text=text, context=Context(), conversation_id=None, language="en",
            device_id=self._satellites[room], satellite_id=None, agent_id="bench",
        )  # fmt: skip
        with (
            chat_session.async_get_chat_session(self._hass) as session,
            conversation.async_get_chat_log(self._hass, session, asked) as chat_log,
        ):
            began = time.perf_counter()
            await chat_log.async_provide_llm_data(
                asked.as_llm_context("bench_house"), [llm.LLM_API_ASSIST], prompt
            )
            return time.perf_counter() - began

    async def read(self, url: str, key: str, body: str) -> float:
        """Ask without an agent; returns when the first word came."""
        if self._session is None:
            context = ssl_util.client_context(
                ssl_util.SSLCipherList.PYTHON_DEFAULT, ssl_util.SSL_ALPN_HTTP11
            )
            self._session = ClientSession(
                connector=TCPConnector(ssl=context, keepalive_timeout=300)
            )
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        began, first = time.perf_counter(), 0.0
        async with self._session.post(url, data=body.encode(), headers=headers) as response:
            async for line in response.content:
                if not first and b"response.output_text.delta" in line:
                    first = time.perf_counter() - began
        return first

    async def listen(self, seconds: float, room: str = "Kitchen") -> None:
        """Have a satellite hear somebody speak."""
        entity_id = f"assist_satellite.{room.lower().replace(' ', '_')}"
        self._hass.states.async_set(entity_id, "listening")
        await asyncio.sleep(seconds)
        self._hass.states.async_set(entity_id, "processing")


class _Heard:
    """What a pipeline told."""

    def __init__(self) -> None:
        self.began = 0.0
        self.first: float | None = None
        self.result: Json = {}

    def hear(self, event: PipelineEvent) -> None:
        """Take an event."""
        data = event.data or {}
        if event.type == "intent-progress" and self.first is None:
            if (data.get("chat_log_delta") or {}).get("content"):
                self.first = time.perf_counter() - self.began
        elif event.type == "intent-end":
            response = data["intent_output"]["response"]
            self.result = {
                "answer": response["speech"].get("plain", {}).get("speech", ""),
                "kind": response["response_type"],
                "local": data["processed_locally"],
            }
        elif event.type == "error":
            self.result = {"answer": data["message"], "kind": "error", "local": False}
