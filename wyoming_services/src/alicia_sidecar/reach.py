"""How others reach a server that is bound to some address here."""

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

_UNSPECIFIED: Final = ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound
_DISCARD_PORT: Final = 9


def is_loopback(host: str | None) -> bool:
    """Tell whether only this machine reaches an address."""
    if host is None or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def local_address(toward: str) -> str | None:
    """Return this machine's address on the way to another; nothing is sent."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            toward, _DISCARD_PORT, type=socket.SOCK_DGRAM
        )[0]
        with socket.socket(family, kind) as probe:
            probe.connect(address)
            return str(probe.getsockname()[0])
    except OSError:
        return None


def reachable_uri(uri: str, toward: str, override: str | None) -> str | None:
    """Return the address to tell others, or None where there is none to tell."""
    parts = urlsplit(uri)
    if parts.scheme != "tcp":
        return uri if parts.scheme == "unix" else None
    host = override or parts.hostname or ""
    if host in _UNSPECIFIED:
        host = local_address(toward) or socket.gethostname()
    return f"tcp://{f'[{host}]' if ':' in host else host}:{parts.port}"
