"""The servers of the demo, and the devices on its bus; how each is started."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
import sys
from typing import Final

from .devices.models import models
from .places import ROOT, Places
from .ports import LOOPBACK, Ports
from .processes import Command

_SIDECAR_PYTHON: Final = ROOT / ".venv-sidecars" / "bin" / "python"
_HASS: Final = ROOT / ".venv" / "bin" / "hass"
#: Debian keeps servers out of an ordinary user's PATH.
_MOSQUITTO: Final = ("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "mosquitto")
GENERATOR: Final = ROOT / "deploy" / "broker" / "generate.py"
#: The servers import what is installed for them, not what the demo itself needs.
_AS_INSTALLED: Final = {"PYTHONPATH": ""}


@dataclass(frozen=True, slots=True)
class Server:
    """One of the servers: what it is to people, and what to do where it doesn't start."""

    name: str
    title: str
    #: Where it listens; the devices don't.
    port: Callable[[Ports], int] | None
    command: Callable[[Places, Ports], Command]
    advice: str
    #: The seconds after which it won't come any more.
    patience: float = 60.0


def _broker(places: Places, _ports: Ports) -> Command:
    program = next((each for each in _MOSQUITTO if Path(each).exists()), _MOSQUITTO[-1])
    return Command("broker", (program, "-c", str(places.broker / "mosquitto.conf")))


def _sidecar(stage: str, port: int, places: Places, ports: Ports) -> Command:
    arguments = {
        "--uri": f"tcp://{LOOPBACK}:{port}",
        "--engine": "auto",
        "--mqtt-host": LOOPBACK,
        "--mqtt-port": str(ports.mqtt),
        "--mqtt-username": stage,
        "--mqtt-password-file": str(places.broker / "secrets" / stage),
        "--instance-id": f"{stage}-demo",
    }
    flat = (part for pair in arguments.items() for part in pair)
    return Command(stage, (str(_SIDECAR_PYTHON), "-m", f"alicia_{stage}", *flat), _AS_INSTALLED)


def _hass(places: Places, _ports: Ports) -> Command:
    # What it needs is installed already; without this it would look for more on the internet.
    arguments = ("--config", str(places.config), "--skip-pip", "--log-no-color")
    tools = f"{_HASS.parent}:/usr/local/bin:/usr/bin:/bin"
    return Command("home_assistant", (str(_HASS), *arguments), {"PATH": tools, **_AS_INSTALLED})


def _devices(places: Places, ports: Ports) -> Command:
    secrets = str(places.broker / "secrets")
    module = (sys.executable, "-m", "demo.devices")
    path = f"{ROOT}:{ROOT / 'wyoming_services' / 'src'}"
    arguments = ("--port", str(ports.mqtt), "--secrets", secrets)
    return Command("devices", (*module, *arguments), {"PYTHONPATH": path})


SERVERS: Final = (
    Server(
        "broker",
        "MQTT broker (Mosquitto)",
        lambda ports: ports.mqtt,
        _broker,
        "Is mosquitto installed? scripts/setup says how to get it.",
        15.0,
    ),
    Server(
        "stt",
        "Speech to text (alicia_stt)",
        lambda ports: ports.stt,
        lambda places, ports: _sidecar("stt", ports.stt, places, ports),
        "Run scripts/setup again; it makes .venv-sidecars, from which this server runs.",
    ),
    Server(
        "tts",
        "Text to speech (alicia_tts)",
        lambda ports: ports.tts,
        lambda places, ports: _sidecar("tts", ports.tts, places, ports),
        "Is espeak-ng installed? scripts/setup says how to get it.",
    ),
    Server(
        "home_assistant",
        "Home Assistant",
        lambda ports: ports.home_assistant,
        _hass,
        "Run scripts/setup again; or remove the demo's folder to start with a new house.",
        120.0,
    ),
    Server(
        "devices",
        "Devices on the bus",
        None,
        _devices,
        "Was the demo started by an older version? scripts/demo --stop, then try again.",
    ),
)


def generator(places: Places, ports: Ports) -> tuple[str, ...]:
    """Return the call that writes the broker's configuration."""
    return (
        sys.executable,
        str(GENERATOR),
        "--output",
        str(places.broker),
        "--loopback",
        "--port",
        str(ports.mqtt),
        "--websockets-port",
        str(ports.websockets),
        *(part for model in models() for part in ("--device", model.device_id)),
    )
