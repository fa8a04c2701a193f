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


@dataclass(slots=True)
class _Made:
    source: Source
    entity: Entity | None = None


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

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self._coordinator = coordinator
        self._platforms: dict[str, tuple[EntityPlatform, Builder]] = {}
        self._made: dict[str, dict[str, _Made]] = {}
        #: Entities to add; and those to take away before.
        self._queue: deque[tuple[_Made, Entity | None]] = deque()
        #: Gauges, which are few people's concern and have time.
        self._later: deque[tuple[_Made, Entity | None]] = deque()
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
        for made in self._made.values():
            for each in made.values():
                if each.source.kind.platform == platform.domain:
                    self._enqueue(each, None)
        self._async_work()

    @callback
    def _on_change(self, change: Change) -> None:
        if change.kind is ChangeKind.REMOVED:
            # Home Assistant removes the entities of a device with it.
            self._made.pop(change.entry.device_id, None)
        else:
            self._async_reconcile(change.entry)

    @callback
    def _async_reconcile(self, entry: Entry) -> None:
        wanted = {source.capability: source for source in sources(entry)}
        made = self._made.setdefault(entry.device_id, {})
        for name in [name for name in made if name not in wanted]:
            del made[name]
        for name, source in wanted.items():
            before = made.get(name)
            if before is not None and before.source == source:
                continue
            made[name] = _Made(source)
            if source.kind.platform in self._platforms:
                is_same = before and before.source.kind.platform == source.kind.platform
                self._enqueue(made[name], before.entity if before and is_same else None)
        self._async_drop_gone(entry.device_id, made)
        self._async_work()

    @callback
    def _async_drop_gone(self, device_id: str, made: Mapping[str, _Made]) -> None:
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
            if name not in made or made[name].source.kind.platform != entity.domain:
                registry.async_remove(entity.entity_id)

    def _device(self, device_id: str) -> dr.DeviceEntry | None:
        entry = self._coordinator.entry
        return dr.async_get(self._coordinator.hass).async_get_device_by_identifier(
            device_identifier(entry, device_id), entry.entry_id
        )

    def _enqueue(self, made: _Made, old: Entity | None) -> None:
        queue = self._later if made.source.kind in GAUGES else self._queue
        queue.append((made, old))

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
        finally:
            self._worker = None

    def _take(self, queue: deque[tuple[_Made, Entity | None]]) -> list[tuple[_Made, Entity | None]]:
        """Take some that are of one platform and still wanted."""
        taken: list[tuple[_Made, Entity | None]] = []
        while queue and len(taken) < BATCH:
            made, old = queue[0]
            platform = made.source.kind.platform
            if taken and taken[0][0].source.kind.platform != platform:
                break
            queue.popleft()
            if self._is_wanted(made) and not self._is_disabled(made.source):
                taken.append((made, old))
        return taken

    def _is_wanted(self, made: _Made) -> bool:
        source = made.source
        return self._made.get(source.device_id, {}).get(source.capability) is made

    def _is_disabled(self, source: Source) -> bool:
        """Tell whether the user, or a default, has an entity disabled that is known already."""
        registry = er.async_get(self._coordinator.hass)
        entity_id = registry.async_get_entity_id(
            str(source.kind.platform), DOMAIN, f"{self._coordinator.entry.entry_id}_{source.key}"
        )
        entity = registry.async_get(entity_id) if entity_id else None
        return entity is not None and entity.disabled

    async def _async_add(self, batch: list[tuple[_Made, Entity | None]]) -> None:
        if not batch:
            return
        platform, builder = self._platforms[str(batch[0][0].source.kind.platform)]
        entities = []
        for made, old in batch:
            if old is not None and old.registry_entry is not None and old.hass is not None:
                await old.async_remove(force_remove=True)
            made.entity = builder(made.source)
            # With the device at hand, Home Assistant needs not look for it once for each entity.
            made.entity.device_entry = self._device(made.source.device_id)
            entities.append(made.entity)
        await platform.async_add_entities(entities)
        self._limit.async_check(platform.domain, entities)
        for made, _ in batch:
            if made.entity is not None and made.entity.hass is None:
                made.entity = None  # disabled, or one too many
