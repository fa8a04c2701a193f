"""Which devices of the bus have a microphone."""

from collections.abc import Callable
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback

from ..bus.registry import Change, ChangeKind, Entry
from ..coordinator import AliciaCoordinator

CAPABILITY: Final = "microphone"


@callback
def async_follow_microphones(
    coordinator: AliciaCoordinator, on_new: Callable[[Entry], None]
) -> CALLBACK_TYPE:
    """Call back once for each device with a microphone, now and as they come."""
    known: set[str] = set()

    @callback
    def add(entry: Entry) -> None:
        if CAPABILITY in entry.capabilities and entry.device_id not in known:
            known.add(entry.device_id)
            on_new(entry)

    @callback
    def on_change(change: Change) -> None:
        if change.kind is ChangeKind.REMOVED:
            known.discard(change.entry.device_id)
        else:
            add(change.entry)

    for entry in coordinator.registry:
        add(entry)
    return coordinator.async_add_device_listener(on_change)
