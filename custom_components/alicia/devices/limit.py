"""Home Assistant's limit to the entities of one integration, told before it is reached."""

from collections import Counter
from collections.abc import Iterable
import logging
from typing import Final

from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, Event, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY

from ..const import DOMAIN
from ..coordinator import AliciaCoordinator

_LOGGER: Final = logging.getLogger(__name__)

LIMIT: Final = MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY
WARN_AT: Final = LIMIT * 95 // 100
MAX_NAMED: Final = 10  # devices
TELL_EVERY: Final = 5.0  # s

#: An entity's domain and unique id.
Key = tuple[str, str]


class EntityLimit:
    """Raises an issue when few entities are left, and names what was left out."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self._coordinator = coordinator
        self._registry = er.async_get(coordinator.hass)
        self._prefix = f"{coordinator.entry.entry_id}_"
        self._issue = f"many_entities_{coordinator.entry.entry_id}"
        #: What Home Assistant did not take, and the device that it is of.
        self._left_out: dict[Key, str] = {}
        self._unfollow: CALLBACK_TYPE | None = None
        # Thousands may come in a minute; each change of the issue goes to every browser.
        self._telling = Debouncer(
            coordinator.hass, _LOGGER, cooldown=TELL_EVERY, immediate=True, function=self._tell
        )
        coordinator.entry.async_on_unload(self._stop)

    @callback
    def async_check(self, domain: str = "", added: Iterable[Entity] = ()) -> None:
        """Look at how many there are, after entities of capabilities were added."""
        count = self._count
        if count < WARN_AT and not self._left_out:
            return
        for entity in added:
            unique_id = entity.unique_id or ""
            device_id = unique_id.removeprefix(self._prefix).partition(":")[0]
            self._note((domain, unique_id), device_id)
            if count >= LIMIT:
                # It is added by itself, and the one that every device has.
                presence = f"{self._prefix}{device_id}_presence"
                self._note((Platform.BINARY_SENSOR, presence), device_id)
        if self._unfollow is None:
            self._unfollow = self._coordinator.hass.bus.async_listen(
                er.EVENT_ENTITY_REGISTRY_UPDATED, self._on_registry
            )
        self._telling.async_schedule_call()

    @property
    def _count(self) -> int:
        entry_id = self._coordinator.entry.entry_id
        return self._registry.entities.get_enabled_count_for_config_entry_id(entry_id)

    def _note(self, key: Key, device_id: str) -> None:
        if self._is_missed(key, device_id):
            self._left_out[key] = device_id

    def _is_missed(self, key: Key, device_id: str) -> bool:
        """Tell whether an entity is not there, though its device is, and the user wants it."""
        registry, (domain, unique_id) = self._coordinator.registry, key
        return (
            self._registry.async_get_entity_id(domain, DOMAIN, unique_id) is None
            and registry.get(device_id) is not None
            and not registry.placement(device_id).disabled
        )

    @callback
    def _on_registry(self, event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        """Look again when one was removed or disabled."""
        if event.data["action"] != "create":
            self._telling.async_schedule_call()

    @callback
    def _tell(self) -> None:
        self._left_out = {
            key: device_id
            for key, device_id in self._left_out.items()
            if self._is_missed(key, device_id)
        }
        if (count := self._count) < WARN_AT and not self._left_out:
            self._settle()
            return
        ir.async_create_issue(
            self._coordinator.hass,
            DOMAIN,
            self._issue,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR if self._left_out else ir.IssueSeverity.WARNING,
            translation_key="too_many_entities" if self._left_out else "many_entities",
            translation_placeholders={
                "count": str(count),
                "limit": str(LIMIT),
                "left_out": str(len(self._left_out)),
                "names": ", ".join(self._names()),
            },
        )

    def _names(self) -> list[str]:
        """Return the devices that miss entities, as the user calls them, and how many."""
        registry = self._coordinator.registry
        named = []
        for device_id, missed in Counter(self._left_out.values()).items():
            entry = registry.get(device_id)
            name = registry.placement(device_id).name or (entry.name if entry else device_id)
            named.append(f"{name} ({missed})")
        return named[:MAX_NAMED] + ["…"] * (len(named) > MAX_NAMED)

    @callback
    def _settle(self) -> None:
        if self._unfollow is not None:
            self._unfollow()
            self._unfollow = None
        ir.async_delete_issue(self._coordinator.hass, DOMAIN, self._issue)

    @callback
    def _stop(self) -> None:
        self._telling.async_shutdown()
        self._settle()
