"""The options that both servers have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
import hashlib
from pathlib import Path
import re
import socket
from typing import Final

from alicia_bus.codec import CAPABILITIES
from alicia_bus.topics import DEFAULT_BASE, is_base_topic, is_id

from .limits import Limits
from .log import LEVELS
from .options import CONFIG, Group, Option, OptionsError, Value
from .server import parse_uri

ZEROCONF: Final = ("auto", "alicia", "wyoming", "both", "off")


def uri(text: str) -> str:
    """Convert an option that is an address to serve on."""
    parse_uri(text)
    return text


def number(low: float, high: float, *, whole: bool = False) -> Callable[[str], float]:
    """Return the converter of an option that is a number within bounds."""

    def convert(text: str) -> float:
        value = int(text) if whole else float(text)
        if not low <= value <= high:
            raise ValueError(f"{text} is not between {low:g} and {high:g}")
        return value

    return convert


def flag(text: str) -> bool:
    """Convert an option that is on or off."""
    words = {"1": True, "true": True, "on": True, "yes": True}
    words |= {"0": False, "false": False, "off": False, "no": False}
    if text.lower() not in words:
        raise ValueError(f"{text!r} is neither on nor off")
    return words[text.lower()]


_BUS: Final = Group(
    "bus (without --mqtt-host this is a plain Wyoming server)",
    (
        Option("mqtt-host", "the broker", metavar="HOST"),
        Option(
            "mqtt-port",
            "the broker's port (default: 1883, or 8883 with TLS)",
            number(1, 65535, whole=True),
            metavar="PORT",
        ),
        Option("mqtt-username", "the account at the broker", metavar="NAME"),
        Option("mqtt-password", "the account's password", is_secret=True),
        Option("mqtt-tls", "encrypt, and check the broker's certificate", flag, False),
        Option("mqtt-tls-ca", "the authority to trust; implies TLS", Path, metavar="FILE"),
        Option("mqtt-tls-cert", "this client's certificate", Path, metavar="FILE"),
        Option("mqtt-tls-key", "this client's private key", Path, metavar="FILE"),
        Option("base-topic", "the bus's base topic", default=DEFAULT_BASE),
        Option(
            "instance-id",
            "this server's id on the bus: 1 to 64 of a-z, 0-9, _ and - (default: made "
            "from the machine's name and --uri)",
            metavar="ID",
        ),
    ),
)

_LIMITS: Final = Group(
    "limits",
    (
        Option("workers", "requests computed at once", number(1, 64, whole=True), 1),
        Option(
            "waiting",
            "requests that may wait for a worker; one more is answered with error busy",
            number(0, 1000, whole=True),
            8,
        ),
        Option(
            "request-timeout",
            "seconds after which a request from the bus is answered with error timeout",
            number(1, 600),
            30.0,
        ),
        Option("max-connections", "Wyoming clients", number(1, 10000, whole=True), 64),
        Option("max-audio-seconds", "the longest utterance", number(1, 3600), 120.0),
        Option(
            "idle-timeout",
            "seconds after which a quiet client is disconnected; 0: never",
            number(0, 86400),
            300.0,
        ),
    ),
)


def shared_groups(default_uri: str) -> tuple[Group, ...]:
    """Return the option groups of any sidecar."""
    return (_server_group(default_uri), _BUS, _LIMITS)


def _server_group(default_uri: str) -> Group:
    return Group(
        "server",
        (
            Option(
                "uri",
                "where to serve Wyoming: tcp://host:port, unix:///path or stdio://. Wyoming "
                "has no encryption and no passwords: bind another address than loopback only "
                "on a network you trust",
                uri,
                default_uri,
            ),
            CONFIG,
            Option("log-level", "what to log", default="info", choices=LEVELS),
            Option("log-json", "log a JSON object a line", flag, False, metavar="on|off"),
            Option(
                "zeroconf",
                "what to announce on the local network: Alicia's service, Wyoming's, both or "
                "none; auto announces Alicia's when there is a bus and the address is not "
                "loopback",
                default="auto",
                choices=ZEROCONF,
            ),
            Option(
                "advertise-host",
                "the name or address by which others reach this machine, where the one it "
                "finds by itself is wrong",
                metavar="HOST",
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class BusSettings:
    """How to reach the broker, and as whom."""

    host: str
    port: int
    base_topic: str
    username: str | None = None
    password: str | None = None
    tls: bool = False
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The shared options, checked."""

    uri: str
    instance: str
    bus: BusSettings | None
    limits: Limits
    workers: int
    waiting: int
    request_timeout: float
    zeroconf: str
    advertise_host: str | None
    log_level: str
    log_json: bool


def read_settings(stage: str, values: Mapping[str, Value]) -> Settings:
    """Return the shared options; raises OptionsError where they don't go together."""
    address = str(values["uri"])
    instance = str(values["instance_id"] or make_instance_id(stage, socket.gethostname(), address))
    if not is_id(instance):
        raise OptionsError(f"instance-id: {instance!r} is not 1 to 64 of a-z, 0-9, _ and -")
    if instance in CAPABILITIES:
        raise OptionsError(f"instance-id: {instance} is the name of a capability")
    return Settings(
        uri=address,
        instance=instance,
        bus=_read_bus(values) if values["mqtt_host"] else None,
        limits=Limits(
            audio_seconds=_float(values["max_audio_seconds"]),
            idle=_float(values["idle_timeout"]),
            connections=_int(values["max_connections"]),
        ),
        workers=_int(values["workers"]),
        waiting=_int(values["waiting"]),
        request_timeout=_float(values["request_timeout"]),
        zeroconf=str(values["zeroconf"]),
        advertise_host=_text(values["advertise_host"]),
        log_level=str(values["log_level"]),
        log_json=bool(values["log_json"]),
    )


def make_instance_id(stage: str, host: str, address: str) -> str:
    """Return an id that stays the same over restarts and differs for two on one machine."""
    slug = re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:40] or "host"
    digest = hashlib.sha256(f"{host} {address}".encode()).hexdigest()[:4]
    return f"{stage}-{slug}-{digest}"


def _read_bus(values: Mapping[str, Value]) -> BusSettings:
    base = str(values["base_topic"])
    if not is_base_topic(base):
        raise OptionsError(f"base-topic: {base!r} can't be one")
    ca, cert, key = (_path(values[f"mqtt_tls_{name}"]) for name in ("ca", "cert", "key"))
    if key and not cert:
        raise OptionsError("mqtt-tls-key: needs mqtt-tls-cert beside it")
    tls = bool(values["mqtt_tls"] or ca or cert)
    port = values["mqtt_port"]
    return BusSettings(
        host=str(values["mqtt_host"]),
        port=_int(port) if port is not None else 8883 if tls else 1883,
        base_topic=base,
        username=_text(values["mqtt_username"]),
        password=_text(values["mqtt_password"]),
        tls=tls,
        tls_ca=ca,
        tls_cert=cert,
        tls_key=key,
    )


def _int(value: Value) -> int:
    return int(str(value))


def _float(value: Value) -> float:
    return float(str(value))


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _path(value: Value) -> Path | None:
    return None if value is None else Path(str(value))
