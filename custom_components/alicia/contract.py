"""Tells the user of a device or service that speaks another version of the contract."""

from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .bus.messages import CONTRACT
from .bus.registry import Change, ChangeKind
from .const import DOMAIN
from .coordinator import AliciaCoordinator

#: The versions understood here: this one, and the one before it.
OLDEST: Final = CONTRACT - 1


@callback
def async_watch_contracts(coordinator: AliciaCoordinator) -> None:
    """Raise an issue for each that is too new or too old, and drop it once it isn't."""
    hass, entry = coordinator.hass, coordinator.entry
    raised: set[str] = set()

    @callback
    def on_change(change: Change) -> None:
        issue_id = f"contract_{entry.entry_id}_{change.entry.device_id}"
        theirs = change.entry.contract
        if change.kind is not ChangeKind.REMOVED and not OLDEST <= theirs <= CONTRACT:
            raised.add(issue_id)
            key = "contract_newer" if theirs > CONTRACT else "contract_older"
            _raise(hass, issue_id, key, {"name": change.entry.name, "theirs": str(theirs)})
        elif issue_id in raised:
            raised.remove(issue_id)
            ir.async_delete_issue(hass, DOMAIN, issue_id)

    @callback
    def forget() -> None:
        for issue_id in raised:
            ir.async_delete_issue(hass, DOMAIN, issue_id)

    entry.async_on_unload(coordinator.async_add_device_listener(on_change))
    entry.async_on_unload(forget)


def _raise(hass: HomeAssistant, issue_id: str, key: str, placeholders: dict[str, str]) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders=placeholders | {"ours": str(CONTRACT)},
    )
