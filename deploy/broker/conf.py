"""mosquitto.conf: a broker that loses nothing and listens only where it is told to."""

from dataclasses import dataclass
import ipaddress
from pathlib import PurePosixPath
from typing import Final

# Each line with the reason why the default won't do.
_GENERAL: Final = """\
# Written by deploy/broker/generate.py, which overwrites it.
user {user}
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl

# By default what was acknowledged since the last half-hourly save is lost with the process; so,
# only what was acknowledged in its last milliseconds is.
persistence true
persistence_location {data}/
autosave_on_changes true
autosave_interval 1

# Without it a QoS 1 message takes 44 ms: Nagle's algorithm waits for a delayed acknowledgement.
set_tcp_nodelay true
# The default of 1000 drops messages for a slow client without a word.
max_queued_messages 8192
# Room for a request of the largest size and for one that is too large, so that its sender is told.
max_packet_size {max_packet}

connection_messages true
log_type error
log_type warning
log_type notice
"""
_MAX_PACKET: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Listener:
    """Where the broker accepts connections, and how."""

    port: int
    address: str
    websockets: bool = False
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the broker finds its files, and as whom it runs."""

    folder: PurePosixPath
    data: PurePosixPath
    user: str


def _is_ipv4(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).version == 4
    except ValueError:
        return False


def _listener(listener: Listener, layout: Layout) -> str:
    lines = [f"listener {listener.port} {listener.address}"]
    if listener.websockets:
        if _is_ipv4(listener.address):
            # mosquitto 2.0 ignores the address of a websockets listener without it and
            # listens on every interface.
            lines.append("socket_domain ipv4")
        lines.append("protocol websockets")
    if listener.tls:
        tls = layout.folder / "tls"
        lines += [f"certfile {tls}/server.crt", f"keyfile {tls}/server.key"]
        lines.append("tls_version tlsv1.2")
    return "\n".join((*lines, ""))


def mosquitto_conf(listeners: tuple[Listener, ...], layout: Layout) -> str:
    """Return the whole configuration."""
    general = _GENERAL.format(
        user=layout.user, folder=layout.folder, data=layout.data, max_packet=_MAX_PACKET
    )
    return "\n".join((general, *(_listener(each, layout) for each in listeners)))
