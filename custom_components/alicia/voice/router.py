"""Voice commands from the bus, through the Assist pipeline, and back."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
import uuid

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback

from ..bus.errors import BusError
from ..bus.hub import reply_meta
from ..bus.messages import (
    AiRequest,
    AiResponse,
    AudioCancel,
    AudioIn,
    AudioStart,
    CommandResponse,
    Meta,
    RouteCommand,
    SttResponse,
)
from ..bus.topics import Kind
from ..bus.values import ErrorInfo
from ..coordinator import AliciaCoordinator
from ..lanes import Job, Lanes
from ..listeners import Listeners
from .agent import STAGE, as_request, async_answer, continues
from .deadline import Deadline
from .origin import BusContext, Origin, Way
from .playback import Player
from .runs import Runs, Satellite
from .session import Session
from .stream import MicrophoneStreams


class VoiceRouter:
    """Answers the voice commands of one bus."""

    def __init__(self, hass: HomeAssistant, coordinator: AliciaCoordinator) -> None:
        self.player = Player(coordinator.hub, hass.loop.time)
        self._hass = hass
        self._coordinator = coordinator
        self._hub = coordinator.hub
        self._timeout = coordinator.options.timeout
        self._runs = Runs(hass, coordinator, self.player)
        spawn = partial(coordinator.entry.async_create_background_task, hass)
        self._lanes = Lanes(spawn, coordinator.options.queue_length)
        #: An agent may take long: who asks it over the bus keeps nobody from being heard.
        self._agent_lanes = Lanes(spawn, coordinator.options.queue_length)
        self._streams = MicrophoneStreams(self._hub.counters)
        self._satellites: dict[str, Satellite] = {}
        self._outcomes = Listeners[CommandResponse]()

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Listen to the bus; returns what stops it, and everything under way."""
        unsubscribes = (
            self.player.start(),
            self._hub.on(RouteCommand, self._on_command),
            self._hub.on(AiRequest, self._on_ai_request),
            self._hub.on(SttResponse, self._on_transcript),
            self._hub.on(AudioStart, self._on_start),
            self._hub.on(AudioIn, self._streams.feed),
            self._hub.on(AudioCancel, self._on_cancel),
        )

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()
            self._lanes.close()
            self._agent_lanes.close()

        return stop

    @callback
    def on_outcome(self, listener: Callable[[CommandResponse], None]) -> CALLBACK_TYPE:
        """Tell a listener what became of each voice command; returns the unsubscribe."""
        return self._outcomes.add(listener)

    @callback
    def async_add_satellite(self, device_id: str, satellite: Satellite) -> CALLBACK_TYPE:
        """Have a satellite handle its device's streams; returns what ends that."""
        self._satellites[device_id] = satellite

        @callback
        def remove() -> None:
            if self._satellites.get(device_id) is satellite:
                del self._satellites[device_id]

        return remove

    async def async_process(self, command: RouteCommand, context: Context) -> CommandResponse:
        """Run a command that did not come over the bus; its answer doesn't go there."""
        session = self._session(command.meta)
        origin = Origin(Way.ACTION, context)
        run = partial(self._runs.async_command, command, session, Deadline(self._timeout), origin)
        try:
            response = await self._lanes.submit(_lane(command, session), run)
        except BusError as err:
            response = self._refusal(session, err)
        self._outcomes.notify(response)
        return response

    @callback
    def _on_command(self, command: RouteCommand) -> None:
        session = self._session(command.meta)
        deadline = Deadline(self._timeout)
        origin = Origin(Way.COMMAND, BusContext())

        async def run() -> None:
            self._respond(await self._runs.async_command(command, session, deadline, origin))

        self._submit(self._lanes, _lane(command, session), run, partial(self._refuse, session))

    @callback
    def _on_start(self, message: AudioStart) -> None:
        session = self._session(message.meta)
        self.player.stop(message.device_id)
        try:
            stream, end = self._streams.open(message, self._timeout)
        except BusError as err:
            self._refuse(session, err)
            return
        session.on_heard = stream.close

        async def run() -> None:
            satellite = self._satellites.get(message.device_id)
            try:
                await self._runs.async_stream(stream, session, satellite, self._respond)
            finally:
                end()

        def refuse(error: BusError) -> None:
            end()
            self._refuse(session, error)

        self._submit(self._lanes, f"device {message.device_id}", run, refuse)

    @callback
    def _on_cancel(self, message: AudioCancel) -> None:
        self._streams.cancel(message)
        self.player.stop(message.device_id)

    @callback
    def _on_transcript(self, message: SttResponse) -> None:
        request_id = message.meta.request_id
        if continues(message) and request_id and self._hub.claim(Kind.AI_REQUEST, request_id):
            self._on_ai_request(as_request(message))

    @callback
    def _on_ai_request(self, request: AiRequest) -> None:
        async def run() -> None:
            self._hub.send(await async_answer(self._hass, self._coordinator, request))

        def refuse(err: BusError) -> None:
            self._hub.counters[err.code.value] += 1
            error = ErrorInfo(err.code.value, err.message)
            self._hub.send(AiResponse(meta=reply_meta(request.meta, STAGE), error=error))

        lane = f"ai {request.meta.session_id or request.meta.request_id}"
        self._submit(self._agent_lanes, lane, run, refuse)

    def _submit(
        self, lanes: Lanes, lane: str, run: Job[None], refuse: Callable[[BusError], None]
    ) -> None:
        """Queue a run; whoever it was for is told when there is no place, or no time left."""

        @callback
        def check(done: asyncio.Future[None]) -> None:
            if isinstance(error := done.exception(), BusError):
                refuse(error)

        try:
            lanes.submit(lane, run).add_done_callback(check)
        except BusError as err:
            refuse(err)

    @callback
    def _respond(self, response: CommandResponse) -> None:
        self._hub.send(response)
        self._outcomes.notify(response)

    @callback
    def _refuse(self, session: Session, error: BusError) -> None:
        if not session.finished:
            self._respond(self._refusal(session, error))

    def _refusal(self, session: Session, error: BusError) -> CommandResponse:
        self._hub.counters[error.code.value] += 1
        session.fail(error)
        return session.finish()

    def _session(self, meta: Meta) -> Session:
        meta = replace(meta, session_id=meta.session_id or uuid.uuid4().hex)
        return Session(
            meta,
            self._hass.loop.time,
            self._hub.send,
            include_text=self._coordinator.options.include_text,
        )


def _lane(command: RouteCommand, session: Session) -> str:
    """Return the lane in which a device's or a session's commands keep their order."""
    if command.device_id is not None:
        return f"device {command.device_id}"
    return f"session {session.meta.session_id}"
