"""A port for each server: its well-known one if that is free, else the next that is."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
import socket
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_TRIES: Final = 200


class NoPortError(Exception):
    """All ports that were tried are taken."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the demo's servers listen; the defaults are the well-known ports."""

    mqtt: int = 1883
    websockets: int = 9001
    stt: int = 10300
    tts: int = 10200
    home_assistant: int = 8123
    #: The fake of xAI's API, where one is wanted.
    xai: int = 10443


def is_free(port: int) -> bool:
    """Tell whether a server can listen on the port, on whichever address."""
    for address in ("", LOOPBACK):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                return False
    return True


def choose(running: Mapping[str, int] | None = None) -> Ports:
    """Return a port for every server; those that run already keep theirs."""
    chosen: dict[str, int] = dict(running or {})
    wanted = Ports()
    for each in fields(Ports):
        if each.name not in chosen:
            chosen[each.name] = _next_free(getattr(wanted, each.name), set(chosen.values()))
    return Ports(**chosen)


def _next_free(first: int, taken: set[int]) -> int:
    for port in range(first, first + _TRIES):
        if port not in taken and is_free(port):
            return port
    raise NoPortError(f"No port from {first} to {first + _TRIES - 1} is free on this machine.")


def address(ports: Ports) -> str:
    """Return Home Assistant's address."""
    return f"http://{LOOPBACK}:{ports.home_assistant}"
