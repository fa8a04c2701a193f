"""Makes, changes and removes the entities of devices as their capabilities come and go."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import EntityPlatform

from ..bus.capabilities import Capability, Parameters
from ..bus.registry import Change, ChangeKind, Entry
from ..const import DOMAIN
from ..coordinator import AliciaCoordinator
from .limit import EntityLimit
from .registry import device_identifier
from .shown import ShownEntities

#: Entities that are added at a time; the event loop is free for others in between.
BATCH: Final = 10


@dataclass(frozen=True, slots=True)
class Source:
    """A capability of a device, for the entity that shows it."""

    device_id: str
    capability: str
    kind: Capability
    #: What holds for it: the registration's word, or else the type's default.
    parameters: Parameters

    @property
    def key(self) -> str:
        """What tells this entity from others of its bus; no other key has a colon."""
        return f"{self.device_id}:{self.capability}"


Builder = Callable[[Source], Entity]

#: What is known of every device beside its capabilities; no capability begins with an @.
GAUGES: Final = tuple(
    Capability(
        name=f"@{name}",
        platform="sensor",
        defaults={"category": "diagnostic", "enabled": False},
    )
    for name in ("last_seen", "message_rate", "errors")
)


def sources(entry: Entry) -> Iterator[Source]:
    """Return the capabilities of a device that Home Assistant can show."""
    for name, kind in entry.types.items():
        if kind.platform is not None:
            given = entry.capabilities[name]
            parameters = {**kind.defaults, **given} if given else kind.defaults
            yield Source(entry.device_id, name, kind, parameters)
    for gauge in GAUGES:
        yield Source(entry.device_id, gauge.name, gauge, gauge.defaults)


class EntityFactory:
    """Keeps an entity for each capability of each device; each platform says how to build one."""

    def __init__(self, coordinator: AliciaCoordinator, shown: ShownEntities) -> None:
        self._coordinator = coordinator
        self._shown = shown
        self._platforms: dict[str, tuple[EntityPlatform, Builder]] = {}
        self._wanted: dict[str, dict[str, Source]] = {}
        #: What entities are to be made of.
        self._queue: deque[Source] = deque()
        #: Gauges, which are few people's concern and have time.
        self._later: deque[Source] = deque()
        self._limit = EntityLimit(coordinator)
        self._worker: asyncio.Task[None] | None = None

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the devices; returns what stops it."""
        for entry in self._coordinator.registry:
            self._async_reconcile(entry)
        return self._coordinator.async_add_device_listener(self._on_change)

    @callback
    def async_add_platform(self, platform: EntityPlatform, builder: Builder) -> None:
        """Have the entities of a platform built from now on, and those that wait for it."""
        self._platforms[platform.domain] = (platform, builder)
        for wanted in self._wanted.values():
            for source in wanted.values():
                if source.kind.platform == platform.domain:
                    self._enqueue(source)
        self._async_work()

    @callback
    def _on_change(self, change: Change) -> None:
        if change.kind is ChangeKind.REMOVED:
            # Home Assistant removes the entities of a device with it.
            self._wanted.pop(change.entry.device_id, None)
        else:
            self._async_reconcile(change.entry)

    @callback
    def _async_reconcile(self, entry: Entry) -> None:
        before = self._wanted.get(entry.device_id, {})
        wanted = {source.capability: source for source in sources(entry)}
        for name, source in wanted.items():
            if (known := before.get(name)) == source:
                wanted[name] = known
            elif source.kind.platform in self._platforms:
                self._enqueue(source)
        self._wanted[entry.device_id] = wanted
        self._async_drop_gone(entry.device_id, wanted)
        self._async_work()

    @callback
    def _async_drop_gone(self, device_id: str, wanted: Mapping[str, Source]) -> None:
        """Remove the entities of capabilities that are gone, with all that the user set on them.

        They may be of an earlier run, or disabled.
        """
        device = self._device(device_id)
        if device is None:
            return
        registry = er.async_get(self._coordinator.hass)
        prefix = f"{self._coordinator.entry.entry_id}_{device_id}:"
        for entity in er.async_entries_for_device(registry, device.id, True):
            name = entity.unique_id.removeprefix(prefix)
            if name == entity.unique_id:
                continue
            if name not in wanted or wanted[name].kind.platform != entity.domain:
                registry.async_remove(entity.entity_id)

    def _device(self, device_id: str) -> dr.DeviceEntry | None:
        entry = self._coordinator.entry
        return dr.async_get(self._coordinator.hass).async_get_device_by_identifier(
            device_identifier(entry, device_id), entry.entry_id
        )

    def _enqueue(self, source: Source) -> None:
        queue = self._later if source.kind in GAUGES else self._queue
        queue.append(source)

    @callback
    def _async_work(self) -> None:
        if (self._queue or self._later) and self._worker is None:
            self._worker = self._coordinator.entry.async_create_background_task(
                self._coordinator.hass, self._async_drain(), "alicia entities"
            )

    async def _async_drain(self) -> None:
        try:
            while queue := self._queue or self._later:
                await self._async_add(self._take(queue))
                await asyncio.sleep(0)
            self._limit.async_check()  # with what others added meanwhile
        finally:
            self._worker = None

    def _take(self, queue: deque[Source]) -> list[Source]:
        """Take some that are of one platform and still wanted."""
        taken: list[Source] = []
        while queue and len(taken) < BATCH:
            if taken and taken[0].kind.platform != queue[0].kind.platform:
                break
            source = queue.popleft()
            if self._is_wanted(source) and not self._is_disabled(source):
                taken.append(source)
        return taken

    def _is_wanted(self, source: Source) -> bool:
        return self._wanted.get(source.device_id, {}).get(source.capability) is source

    def _is_disabled(self, source: Source) -> bool:
        """Tell whether the user, or a default, has an entity disabled that is known already."""
        registry = er.async_get(self._coordinator.hass)
        entity_id = registry.async_get_entity_id(
            str(source.kind.platform), DOMAIN, f"{self._coordinator.entry.entry_id}_{source.key}"
        )
        entity = registry.async_get(entity_id) if entity_id else None
        return entity is not None and entity.disabled

    async def _async_add(self, batch: list[Source]) -> None:
        if not batch:
            return
        platform, builder = self._platforms[str(batch[0].kind.platform)]
        entities = []
        for source in batch:
            if old := self._shown.get(source.device_id, source.capability):
                await old.async_remove(force_remove=True)
            entity = builder(source)
            # With the device at hand, Home Assistant needs not look for it once for each entity.
            entity.device_entry = self._device(source.device_id)
            entities.append(entity)
        await platform.async_add_entities(entities)
        self._limit.async_check(platform.domain, entities)
