"""Home Assistant's limit to the entities of one integration, told before it is reached."""

from collections.abc import Iterable
from typing import Final

from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY

from ..const import DOMAIN
from ..coordinator import AliciaCoordinator

LIMIT: Final = MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY
WARN_AT: Final = LIMIT * 95 // 100
MAX_NAMED: Final = 10


class EntityLimit:
    """Raises an issue when few entities are left, and names what was left out."""

    def __init__(self, coordinator: AliciaCoordinator) -> None:
        self._coordinator = coordinator
        self._registry = er.async_get(coordinator.hass)
        self._left_out: dict[str, None] = {}
        self._told = 0

    @callback
    def async_check(self, domain: str, added: Iterable[Entity]) -> None:
        """Look at how many there are, after some were added."""
        entry_id = self._coordinator.entry.entry_id
        count = self._registry.entities.get_enabled_count_for_config_entry_id(entry_id)
        if count < WARN_AT:
            if self._told:
                self._told = 0
                ir.async_delete_issue(self._coordinator.hass, DOMAIN, f"many_entities_{entry_id}")
            return
        for entity in added:
            unique_id = entity.unique_id or ""
            if self._registry.async_get_entity_id(domain, DOMAIN, unique_id) is None:
                self._left_out[unique_id.removeprefix(f"{entry_id}_")] = None
        # Told anew at each hundred, not at each entity.
        if not self._told or count - self._told >= 100 or self._left_out:
            self._tell(count)

    def _tell(self, count: int) -> None:
        self._told = count
        entry_id = self._coordinator.entry.entry_id
        names = list(self._left_out)
        ir.async_create_issue(
            self._coordinator.hass,
            DOMAIN,
            f"many_entities_{entry_id}",
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR if names else ir.IssueSeverity.WARNING,
            translation_key="too_many_entities" if names else "many_entities",
            translation_placeholders={
                "count": str(count),
                "limit": str(LIMIT),
                "left_out": str(len(names)),
                "names": ", ".join(names[:MAX_NAMED]),
            },
        )
