"""The registry on disk, so that a restart finds the devices as they were."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import batched
import logging
from typing import Any, Final

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.storage import Store

from ..bus.codec import decode_stored
from ..bus.errors import BusError
from ..bus.messages import Register
from ..const import DOMAIN
from ..presence import Presence

_LOGGER: Final = logging.getLogger(__name__)

VERSION: Final = 1
SAVE_DELAY: Final = 10.0  # s after a change
COPY_DELAY: Final = 300.0  # s; the copy is of a state that was good for a while
REFRESH: Final = timedelta(hours=1)  # of when each was seen last
BATCH: Final = 25  # devices that are brought back at a time
ISSUE: Final = "registry_damaged"

Restored = tuple[Register, float, float]


class RegistryStore:
    """Keeps the registry in a file, and a copy of it in case that one gets damaged."""

    def __init__(self, hass: HomeAssistant, entry_id: str, presence: Presence) -> None:
        self._hass = hass
        self._entry_id = entry_id
        self._presence = presence
        self._file = _store(hass, entry_id)
        self._copy = _store(hass, f"{entry_id}.copy")

    async def async_restore(self) -> None:
        """Bring back the devices; a damaged file is reported, and its copy used."""
        content, damaged = await _async_load(self._file)
        if content is None:
            content, _ = await _async_load(self._copy)
            # With a copy there was a file once, whatever became of it.
            damaged = damaged or content is not None
        devices = list(_devices(content or {}))
        if damaged:
            self._report(len(devices))
        for some in batched(devices, BATCH, strict=False):
            self._presence.restore(some)
            await asyncio.sleep(0)  # the rest of Home Assistant starts meanwhile

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Follow the devices; returns what stops it."""
        unsubscribes = (
            self._presence.devices.add(self._on_change),
            async_track_time_interval(self._hass, self._on_change, REFRESH),
            self._hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._on_change),
        )

        @callback
        def stop() -> None:
            for unsubscribe in unsubscribes:
                unsubscribe()

        return stop

    async def async_save(self) -> None:
        """Write what is known now, with when each was seen last."""
        await self._file.async_save(self._content())
        await self._copy.async_save(self._content())

    @callback
    def _on_change(self, _what: object) -> None:
        self._file.async_delay_save(self._content, SAVE_DELAY)
        self._copy.async_delay_save(self._content, COPY_DELAY)

    def _content(self) -> dict[str, Any]:
        presence = self._presence
        return {
            "devices": [
                entry.as_dict() | {"last_seen": presence.liveness.last_seen(entry.device_id)}
                for entry in presence.registry
            ]
        }

    @callback
    def _report(self, devices: int) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            f"{ISSUE}_{self._entry_id}",
            is_fixable=False,
            is_persistent=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE,
            translation_placeholders={"devices": str(devices)},
        )


def _store(hass: HomeAssistant, key: str) -> Store[dict[str, Any]]:
    return Store(
        hass,
        VERSION,
        f"{DOMAIN}.registry.{key}",
        atomic_writes=True,
        serialize_in_event_loop=False,
    )


async def async_stored_ids(hass: HomeAssistant, entry_id: str) -> list[str]:
    """Return the ids of the devices that are on disk, whose retained topics may be left."""
    content, _ = await _async_load(_store(hass, entry_id))
    return [message.device_id for message, _, _ in _devices(content or {})]


async def async_remove_stored(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the files of a bus that was removed."""
    await _store(hass, entry_id).async_remove()
    await _store(hass, f"{entry_id}.copy").async_remove()


async def _async_load(store: Store[dict[str, Any]]) -> tuple[Mapping[str, Any] | None, bool]:
    """Return a file's content, if it can be read, and whether it was damaged."""
    try:
        content = await store.async_load()
    except (HomeAssistantError, KeyError, TypeError) as err:
        _LOGGER.warning("Could not read %s: %s", store.path, err)
        return None, True
    if content is None:
        return None, False
    is_good = isinstance(content, dict) and isinstance(content.get("devices"), list)
    return (content, False) if is_good else (None, True)


def _devices(content: Mapping[str, Any]) -> Iterator[Restored]:
    for stored in content.get("devices", ()):
        try:
            message = decode_stored(Register, stored)
        except (BusError, TypeError, ValueError) as err:
            _LOGGER.warning("Left out a device that was stored badly: %s", err)
            continue
        yield message, _time(stored, "registered_at"), _time(stored, "last_seen")


def _time(stored: Mapping[str, Any], key: str) -> float:
    value = stored.get(key)
    return float(value) if isinstance(value, int | float) else 0.0
