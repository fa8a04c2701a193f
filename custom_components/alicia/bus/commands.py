"""Commands that a device has not acknowledged yet, and what acknowledges them.

A device answers a command on its response topic. One that doesn't is taken at its next
status, where that shows the command's effect: see `PendingCommands.status`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from .capabilities import Capability, Parameters, State
from .messages import DeviceResponse

DEFAULT_TIMEOUT: Final = 5.0  # s that a device has to acknowledge a command
MAX_TIMEOUT: Final = 60.0  # s
MAX_PENDING: Final = 64  # commands of one device

_ON: Final = ("on", (True,))
_OFF: Final = ("on", (False,))

#: The field that tells that a command was done, and what it says then, by type and command.
_LEADS_TO: Final[Mapping[tuple[str, str], tuple[str, tuple[object, ...]]]] = {
    **{(name, "turn_on"): _ON for name in ("switch", "light", "fan", "siren")},
    **{(name, "turn_off"): _OFF for name in ("switch", "light", "fan", "siren")},
    ("cover", "open"): ("state", ("open", "opening")),
    ("cover", "close"): ("state", ("closed", "closing")),
    ("cover", "stop"): ("state", ("open", "closed")),
    ("lock", "lock"): ("state", ("locked", "locking")),
    ("lock", "unlock"): ("state", ("unlocked", "unlocking", "open")),
    ("lock", "open"): ("state", ("open", "unlocking", "unlocked")),
    ("climate", "turn_on"): (
        "hvac_mode",
        ("heat", "cool", "heat_cool", "auto", "dry", "fan_only"),
    ),
    ("climate", "turn_off"): ("hvac_mode", ("off",)),
    ("media_player", "turn_on"): ("state", ("on", "idle", "playing", "paused", "buffering")),
    ("media_player", "turn_off"): ("state", ("off", "standby")),
    ("media_player", "play"): ("state", ("playing", "buffering")),
    ("media_player", "play_media"): ("state", ("playing", "buffering")),
    ("media_player", "pause"): ("state", ("paused",)),
    ("media_player", "stop"): ("state", ("idle", "off", "on", "standby")),
    ("update", "install"): ("in_progress", (True,)),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pending:
    """A command that was sent, and what was known of its capability then."""

    device_id: str
    request_id: str
    capability: str
    command: str
    kind: Capability | None = None
    parameters: Parameters = field(default_factory=dict)
    before: State | None = None

    def is_done_in(self, state: State) -> bool:
        """Tell whether a state is what the command leads to."""
        expected = {name: each for name, each in self._expected().items() if name in state}
        return bool(expected) and all(
            any(_agree(state[name], value) for value in values) for name, values in expected.items()
        )

    def changed_in(self, state: State) -> bool:
        """Tell whether a state is another than before in what the command is about."""
        before = self.before or {}
        concerned = [name for name in self._expected() if name in state] or list(state)
        return any(name not in before or before[name] != state[name] for name in concerned)

    def _expected(self) -> dict[str, tuple[object, ...]]:
        if self.kind is None:
            return {}
        expected = {
            name: (value,) for name, value in self.parameters.items() if name in self.kind.state
        }
        leads_to = _LEADS_TO.get((self.kind.name, self.command))
        return {**dict([leads_to] if leads_to else []), **expected}


class PendingCommands:
    """Keeps the commands of each device in the order in which they went out."""

    def __init__(self) -> None:
        self._pending: dict[str, list[Pending]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._pending.values()))

    def add(self, pending: Pending) -> bool:
        """Take a command that goes out now; tell whether there is room for it."""
        commands = self._pending.setdefault(pending.device_id, [])
        if len(commands) >= MAX_PENDING:
            return False
        commands.append(pending)
        return True

    def remove(self, pending: Pending) -> None:
        """Drop a command that is acknowledged, or given up on."""
        commands = self._pending.get(pending.device_id, [])
        if pending in commands:
            commands.remove(pending)
        if not commands:
            self._pending.pop(pending.device_id, None)

    def of(self, device_id: str) -> tuple[Pending, ...]:
        """Return the commands of a device that it has not acknowledged."""
        return tuple(self._pending.get(device_id, ()))

    def all(self) -> tuple[Pending, ...]:
        """Return every command that is not acknowledged."""
        return tuple(each for commands in self._pending.values() for each in commands)

    def respond(self, response: DeviceResponse) -> Pending | None:
        """Return the command that a response is for, or None where nobody waits for it.

        A response without an id is for the one command that the device has, if it has one.
        """
        commands = self._pending.get(response.device_id, ())
        if response.meta.request_id is None:
            return commands[0] if len(commands) == 1 else None
        return next((c for c in commands if c.request_id == response.meta.request_id), None)

    def status(
        self, device_id: str, told: Mapping[str, object], states: Mapping[str, State]
    ) -> tuple[Pending, ...]:
        """Return the commands that a status acknowledges.

        Of each capability that the status told of, those are the commands up to the last
        that led to this state, since a device does them in their order and may report
        only the end of it; else the oldest, where what it is about has changed.
        """
        commands = self._pending.get(device_id)
        if not commands:
            return ()
        done: list[Pending] = []
        for name in told:
            state = states.get(name)
            waiting = [each for each in commands if each.capability == name]
            if state is not None and waiting:
                done.extend(_acknowledged(waiting, state))
        return tuple(done)


def _acknowledged(waiting: list[Pending], state: State) -> list[Pending]:
    reached = [place for place, each in enumerate(waiting) if each.is_done_in(state)]
    if reached:
        return waiting[: reached[-1] + 1]
    return waiting[:1] if waiting[0].changed_in(state) else []


def _agree(state: object, value: object) -> bool:
    """Tell whether a device that rounds would say a value so."""
    if isinstance(state, list | tuple) and isinstance(value, list | tuple):
        return len(state) == len(value) and all(
            _agree(each, other) for each, other in zip(state, value, strict=True)
        )
    if _is_number(state) and _is_number(value):
        a, b = cast(float, state), cast(float, value)
        return abs(a - b) <= 0.01 * max(abs(a), abs(b))
    return state == value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def timeout_of(metadata: Mapping[str, object]) -> float:
    """Return how long a device has to acknowledge a command, in s."""
    value = metadata.get("command_timeout")
    if not _is_number(value) or cast(float, value) <= 0:
        return DEFAULT_TIMEOUT
    return min(cast(float, value), MAX_TIMEOUT)
