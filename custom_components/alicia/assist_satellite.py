"""Devices on the bus that somebody can talk to."""

import asyncio
from typing import Any, Final, override
import uuid

from homeassistant.components.assist_pipeline import PipelineEvent, PipelineNotFound
from homeassistant.components.assist_satellite import (
    AssistSatelliteAnnouncement,
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
    AssistSatelliteEntityFeature,
)
from homeassistant.const import STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bus.errors import CommandError, ErrorCode
from .bus.registry import Entry
from .const import DOMAIN
from .coordinator import AliciaConfigEntry, AliciaCoordinator
from .entity import AliciaDeviceEntity
from .select import unique_id_prefix
from .voice import VoiceRouter
from .voice.media import async_samples
from .voice.microphones import async_follow_microphones
from .voice.origin import Way, conversation_id
from .voice.pipeline import TTS_OPTIONS
from .voice.session import Session
from .voice.stream import MicrophoneStream

PARALLEL_UPDATES = 0

#: How long a device that was asked to listen may take to open its microphone.
LISTEN_SECONDS: Final = 10.0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up a satellite for each device with a microphone."""
    data = entry.runtime_data

    @callback
    def add(device: Entry) -> None:
        async_add_entities([Satellite(data.coordinator, data.router, device.device_id)])

    entry.async_on_unload(async_follow_microphones(data.coordinator, add))


class Satellite(AliciaDeviceEntity, AssistSatelliteEntity):
    """A device that streams what it hears, and plays what it is sent."""

    _attr_name = None
    _attr_supported_features = (
        AssistSatelliteEntityFeature.ANNOUNCE | AssistSatelliteEntityFeature.START_CONVERSATION
    )
    _attr_tts_options: dict[str, Any] | None = TTS_OPTIONS

    def __init__(self, coordinator: AliciaCoordinator, router: VoiceRouter, device_id: str) -> None:
        super().__init__(coordinator, device_id, "satellite")
        self._router = router
        self._session: Session | None = None
        #: The session that the device was asked to begin, and whether it has.
        self._asked_for: str | None = None
        self._began = asyncio.Event()

    @override
    async def async_added_to_hass(self) -> None:
        """Take the device's streams."""
        await super().async_added_to_hass()
        self.async_on_remove(self._router.async_add_satellite(self.device_id, self))

    @override
    async def async_will_remove_from_hass(self) -> None:
        """End what runs."""
        self._router.player.stop(self.device_id)
        await self._cancel_running_pipeline()
        await super().async_will_remove_from_hass()

    async def async_listen(self, stream: MicrophoneStream, session: Session) -> None:
        """Run the device's pipeline on a stream, telling the session of it."""
        self._session = session
        if session.meta.session_id != self._asked_for:
            self._conversation_id = conversation_id(
                self.coordinator.topics.base, Way.STREAM, self.device_id, session.meta
            )
        self._began.set()
        try:
            await self.async_accept_pipeline_from_satellite(
                stream.chunks(), wake_word_phrase=stream.start.wake_word
            )
        except PipelineNotFound as err:
            raise CommandError(ErrorCode.UNAVAILABLE, err.message) from err
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            # Home Assistant ends a pipeline to announce something.
            raise CommandError(ErrorCode.CANCELLED, "Home Assistant interrupted") from None
        finally:
            self._session = None
            question = self._ask_question_future
            if question is not None and not question.done():
                question.set_result(None)

    @callback
    def async_answered(self) -> None:
        """Take note that the answer, if any, was played."""
        if not self._is_announcing:
            self.tts_response_finished()

    @callback
    @override
    def on_pipeline_event(self, event: PipelineEvent) -> None:
        """Tell the session what the pipeline does."""
        if self._session is not None:
            self._session.on_event(event.type, event.data)

    @override
    async def async_announce(self, announcement: AssistSatelliteAnnouncement) -> None:
        """Return when the device has played an announcement."""
        await self._async_say(announcement, uuid.uuid4().hex)

    @override
    async def async_start_conversation(
        self, start_announcement: AssistSatelliteAnnouncement
    ) -> None:
        """Return when the device has played an announcement and listens."""
        session_id = self._asked_for = uuid.uuid4().hex
        await self._async_say(start_announcement, session_id)
        self._began.clear()
        self._router.player.listen(self.device_id, session_id)
        try:
            async with asyncio.timeout(LISTEN_SECONDS):
                await self._began.wait()
        except TimeoutError as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="did_not_listen",
                translation_placeholders={"device": self.device_id},
            ) from err

    @callback
    @override
    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        """Return that wake words are the device's own business."""
        return AssistSatelliteConfiguration(
            available_wake_words=[], active_wake_words=[], max_active_wake_words=0
        )

    @override
    async def async_set_configuration(self, config: AssistSatelliteConfiguration) -> None:
        """Change nothing: there are no wake words to choose from."""

    @property
    @override
    def pipeline_entity_id(self) -> str | None:
        """The setting of the pipeline, where the user has not disabled it."""
        return self._setting("pipeline")

    @property
    @override
    def vad_sensitivity_entity_id(self) -> str | None:
        """The setting of the silence, where the user has not disabled it."""
        return self._setting("vad_sensitivity")

    @callback
    @override
    def _resolve_pipeline(self) -> str | None:
        return super()._resolve_pipeline() or self.coordinator.options.pipeline_id

    def _setting(self, key: str) -> str | None:
        unique_id = f"{unique_id_prefix(self.coordinator, self.device_id)}-{key}"
        registry = er.async_get(self.hass)
        entity_id = registry.async_get_entity_id(Platform.SELECT, DOMAIN, unique_id)
        state = self.hass.states.get(entity_id) if entity_id else None
        return entity_id if state and state.state != STATE_UNAVAILABLE else None

    async def _async_say(self, announcement: AssistSatelliteAnnouncement, session_id: str) -> None:
        samples = await async_samples(self.hass, announcement)
        await self._router.player.async_play(self.device_id, session_id, samples)
