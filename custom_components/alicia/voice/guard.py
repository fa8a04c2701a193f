"""Requests to sidecars, watched over while Home Assistant runs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HassJob, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..bus.codec import CAPABILITIES, MAX_JSON, Outgoing, encode_payload, error_answer, read_meta
from ..bus.errors import CommandError, DecodeError
from ..bus.guard import Guard
from ..bus.hub import reply_meta
from ..bus.messages import Heartbeat, Meta, Register, Taken, TtsRequest
from ..bus.registry import Change, ChangeKind, Entry
from ..bus.topics import Address, Kind
from ..bus.watch import PATIENCE, span
from ..coordinator import SOURCE, AliciaCoordinator

#: What is watched over, by the capability that it needs.
GUARDED: Final[Mapping[str, Kind]] = {
    name: kind for name, kind in CAPABILITIES.items() if kind in PATIENCE
}
#: The requests that answers end.
ENDS: Final[Mapping[Kind, Kind]] = {
    Kind.STT_RESPONSE: Kind.STT_REQUEST,
    Kind.TTS_RESPONSE: Kind.TTS_REQUEST,
}
READY: Final = "online"
SPEECH: Final = "tts"  # as a routing slip names it


class RequestGuard:
    """Tells the guard what is heard on the bus, and sends what it wants sent."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self._coordinator = coordinator
        self._hass = coordinator.hass
        self._hub = coordinator.hub
        self._guard = Guard(coordinator.hass.loop.time, self._send, self._give_up)
        self._job = HassJob(self._on_time, "alicia guard", cancel_on_shutdown=True)
        self._stop_timer: CALLBACK_TYPE | None = None

    def as_dict(self) -> dict[str, int]:
        """Return how many requests are watched over, and what became of the others."""
        now = {"watched_now": len(self._guard), "bytes_now": self._guard.size}
        return dict(sorted(self._guard.counters.items())) | now

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the bus; returns what stops it."""
        for entry in self._coordinator.registry:
            self._know(entry)
        unsubscribes = (
            *(self._hub.tap(kind, self._on_request) for kind in (*PATIENCE, Kind.CAPABILITY)),
            *(self._hub.tap(kind, self._on_answer) for kind in (*ENDS, Kind.AI_RESPONSE)),
            self._hub.tap(Kind.SERVICE_REQUEST, self._on_addressed),
            self._hub.on(Taken, self._on_taken),
            self._hub.on(Register, self._on_register),
            self._hub.on(Heartbeat, self._on_heartbeat),
            self._coordinator.async_add_device_listener(self._on_change),
            self._coordinator.async_add_any_presence_listener(self._on_presence),
            self._coordinator.async_add_connection_listener(self._on_connection),
        )

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()
            self._cancel_timer()

        return stop

    @callback
    def _on_request(self, address: Address, payload: bytes) -> None:
        name = address.params.get("capability")
        kind = GUARDED.get(name) if name is not None else address.kind
        if kind is not None and (meta := _read(payload)) is not None:
            self._guard.watch(kind, meta, payload, span(meta, _now()))
            self._proceed()

    @callback
    def _on_addressed(self, address: Address, payload: bytes) -> None:
        """A capability stands in an instance's place: one is to be chosen."""
        kind = GUARDED.get(address.params["instance"])
        if kind is not None and (meta := _read(payload)) is not None:
            self._guard.address(kind, meta, payload, span(meta, _now()))
            self._proceed()

    @callback
    def _on_answer(self, address: Address, payload: bytes) -> None:
        if (meta := _read(payload)) is None or meta.request_id is None:
            return
        failed = meta.extra.get("error") is not None
        ended = ENDS.get(address.kind)
        if ended is not None and meta.source != SOURCE:
            self._guard.answered(ended, meta.request_id, failed=failed)
        if not failed and meta.route[:1] == (SPEECH,) and address.kind is not Kind.TTS_RESPONSE:
            self._continue(meta)
        self._proceed()

    def _continue(self, meta: Meta) -> None:
        """An answer whose slip goes on is a request to the next stage."""
        text, language = meta.extra.get("text"), meta.extra.get("language")
        if isinstance(text, str):
            request = TtsRequest(
                meta=replace(meta, extra={}),
                text=text,
                language=language if isinstance(language, str) else None,
            )
            limit = span(meta, _now())
            self._guard.watch(Kind.TTS_REQUEST, meta, encode_payload(request), limit)

    @callback
    def _on_taken(self, message: Taken) -> None:
        request_id = message.meta.request_id
        if request_id is None or message.retained:
            return
        if message.error is None:
            self._guard.taken(message.instance, request_id, message.every)
        else:
            self._guard.refused(message.instance, request_id)
        self._proceed()

    @callback
    def _on_register(self, message: Register) -> None:
        self._guard.heard(message.device_id, ready=message.status == READY)
        self._proceed()

    @callback
    def _on_heartbeat(self, message: Heartbeat) -> None:
        ready = message.status == READY
        self._guard.heard(message.device_id, ready=ready, load=message.load)
        self._proceed()

    @callback
    def _on_change(self, change: Change) -> None:
        if change.kind is ChangeKind.REMOVED:
            self._guard.forget(change.entry.device_id)
        else:
            self._know(change.entry)
        self._proceed()

    def _know(self, entry: Entry) -> None:
        kinds = {kind for name, kind in GUARDED.items() if name in entry.capabilities}
        if kinds:
            self._guard.know(entry.device_id, kinds)

    @callback
    def _on_presence(self, device_id: str) -> None:
        if not self._coordinator.liveness.is_online(device_id):
            self._guard.gone(device_id)
            self._proceed()

    @callback
    def _on_connection(self, connected: bool) -> None:  # noqa: FBT001 - the coordinator's signature
        if not connected:
            self._guard.lose_sight()
            self._proceed()

    @callback
    def _on_time(self, _now: datetime) -> None:
        self._stop_timer = None
        self._proceed()

    @callback
    def _proceed(self) -> None:
        """Do what is due, and come back when more is."""
        self._guard.sweep()
        self._cancel_timer()
        if (due := self._guard.due) is not None:
            delay = max(due - self._hass.loop.time(), 0)
            self._stop_timer = async_call_later(self._hass, delay, self._job)

    @callback
    def _cancel_timer(self) -> None:
        if self._stop_timer is not None:
            self._stop_timer()
            self._stop_timer = None

    @callback
    def _send(self, name: str, payload: bytes) -> None:
        topic = self._coordinator.topics.build(Kind.SERVICE_REQUEST, instance=name)
        self._coordinator.async_forward(Outgoing(topic, payload))

    @callback
    def _give_up(self, kind: Kind, meta: Meta, error: CommandError) -> None:
        if (answer := error_answer(kind, {}, reply_meta(meta), error)) is not None:
            self._hub.send(answer)


def _now() -> float:
    return dt_util.utcnow().timestamp()


def _read(payload: bytes) -> Meta | None:
    """Return a message's reserved fields; None for what its receiver refuses."""
    if len(payload) > MAX_JSON:
        return None
    try:
        meta = read_meta(payload)
    except DecodeError:
        return None
    return replace(meta, request_id=meta.request_id or meta.message_id)
