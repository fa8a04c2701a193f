"""Says on the bus that a service is there, what it can do, and how it is."""

import asyncio
from collections.abc import Callable, Mapping
import time
from typing import Final

from alicia_bus.codec import Outgoing, encode
from alicia_bus.hub import Hub
from alicia_bus.messages import Announcement, HealthCheck, Heartbeat, Meta, Query, Register
from alicia_bus.topics import DEFAULT_BASE, Kind, Topics

from . import VERSION
from .service import Profile, State

_INTERVAL: Final = 30.0
_LOOK: Final = 1.0  # s; one who chooses the least busy wants to know when the load changes
OFFLINE: Final = "offline"


def last_will(topics: Topics, instance: str) -> Outgoing:
    """Return what the broker says of a service that vanished."""
    return encode(topics, Heartbeat(device_id=instance, status=OFFLINE))


class Presence:
    """Registers, and sends a heartbeat now and then and whenever it is asked."""

    def __init__(
        self,
        hub: Hub,
        instance: str,
        profile: Profile,
        endpoint: Callable[[], str | None],
        state: Callable[[], State],
        vitals: Callable[[], tuple[float, Mapping[str, object]]],
    ) -> None:
        self._hub = hub
        self._instance = instance
        self._profile = profile
        self._endpoint = endpoint
        self._state = state
        self._vitals = vitals
        self._started = time.monotonic()
        self._beat_at = self._started
        self._load = 0.0

    def listen(self) -> tuple[str, ...]:
        """Answer those who ask who is there; returns the topics to subscribe to."""
        self._hub.on(Query, self._on_query)
        self._hub.on(HealthCheck, lambda _: self.announce())
        return tuple(self._hub.topics.build(kind) for kind in (Kind.QUERY, Kind.HEALTH_CHECK))

    def announce(self) -> None:
        """Register, and send a heartbeat."""
        self._register()
        self._beat(self._status())

    def offer(self) -> Outgoing | None:
        """Return what makes Home Assistant offer Alicia.

        It has no timestamp: each new payload there is a new discovery.
        """
        topics = self._hub.topics
        if topics.base != DEFAULT_BASE:
            return None
        meta = Meta(source=self._instance)
        offer = Announcement(
            instance=self._instance, base_topic=topics.base, version=VERSION, meta=meta
        )
        return encode(topics, offer)

    async def run(self) -> None:
        """Send heartbeats until cancelled."""
        while True:
            await asyncio.sleep(_LOOK)
            is_old = time.monotonic() - self._beat_at >= _INTERVAL
            if is_old or self._vitals()[0] != self._load:
                self._beat(self._status())

    def leave(self) -> None:
        """Say that it is off until it comes back."""
        self._beat(OFFLINE)

    def _on_query(self, query: Query) -> None:
        """The registry answers what is asked of some; all are asked to register again."""
        if query.asks_everyone:
            self._register()

    def _status(self) -> str:
        return "online" if self._state().ready else "unavailable"

    def _register(self) -> None:
        state, profile, endpoint = self._state(), self._profile, self._endpoint()
        self._hub.send(
            Register(
                device_id=self._instance,
                device_type="service",
                capabilities={profile.capability: dict(state.parameters)},
                endpoints={"wyoming": endpoint} if endpoint else {},
                metadata={
                    "name": f"{profile.title} ({self._instance})",
                    "manufacturer": "Alicia",
                    "model": state.parameters.get("engine", profile.title),
                    "version": VERSION,
                    "detail": state.detail,
                },
                status=self._status(),
            )
        )

    def _beat(self, status: str) -> None:
        load, counters = self._vitals()
        self._load, self._beat_at = load, time.monotonic()
        self._hub.send(
            Heartbeat(
                device_id=self._instance,
                status=status,
                uptime=round(time.monotonic() - self._started, 1),
                load=load,
                counters=counters,
            )
        )
