"""A component for Home Assistant that measures it from the inside, and answers on a socket."""

import asyncio
import gc
import json
import os
from pathlib import Path
import resource
import time
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.typing import ConfigType

DOMAIN = "probe"
SAMPLE = 0.002  # s between looks at the clock
SILENT = (STATE_UNAVAILABLE, STATE_UNKNOWN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:  # noqa: ARG001 - HA's signature
    """Begin to measure."""
    probe = Probe(hass)
    gc.callbacks.append(probe.on_collection)
    probe.sample()
    hass.bus.async_listen(EVENT_STATE_CHANGED, probe.on_state)
    await asyncio.start_unix_server(probe.serve, os.environ["PROBE_SOCKET"])
    return True


class Probe:
    """Counts states, and how long the event loop was held."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._due = time.monotonic()
        self._hold = 0.0
        #: The longest hold without the collector's share of it.
        self._busy = 0.0
        self._collected = 0.0
        self._collecting = 0.0
        self._changes = 0
        self._available: dict[str, float] = {}
        self._cpu = time.process_time()

    def on_collection(self, phase: str, _info: dict[str, int]) -> None:
        """Time Python's garbage collector, which holds everything."""
        now = time.monotonic()
        if phase == "stop":
            self._collected += now - self._collecting
        self._collecting = now

    def sample(self) -> None:
        """Look at the clock, and see how late it is."""
        now = time.monotonic()
        late, self._collected, collected = now - self._due, 0.0, self._collected
        self._hold = max(self._hold, late)
        self._busy = max(self._busy, late - collected)
        self._due = now + SAMPLE
        self._hass.loop.call_at(self._hass.loop.time() + SAMPLE, self.sample)

    @callback
    def on_state(self, event: Event[Any]) -> None:
        """Count a sensor's new state."""
        entity_id, state = event.data["entity_id"], event.data["new_state"]
        if not entity_id.startswith("sensor."):
            return
        self._changes += 1
        if state is not None and state.state not in SILENT:
            self._available[entity_id] = time.time()
        else:
            self._available.pop(entity_id, None)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer each line with what was measured since the last ``mark``."""
        while line := await reader.readline():
            if line == b"mark\n":
                self._hold, self._busy, self._changes = 0.0, 0.0, 0
                self._cpu = time.process_time()
            objects = line == b"objects\n"
            writer.write(json.dumps(self._read(objects=objects)).encode() + b"\n")

    def _read(self, *, objects: bool) -> dict[str, Any]:
        return {
            "running": self._hass.is_running,
            "cpu": time.process_time() - self._cpu,
            "hold": self._hold,
            "busy": self._busy,
            "objects": len(gc.get_objects()) if objects else 0,
            "changes": self._changes,
            "available": len(self._available),
            "last": max(self._available.values(), default=0.0),
            "pss": _pss(),
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def _pss() -> float:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
