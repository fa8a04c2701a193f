"""Home Assistant's configuration folder, as it has to be before each start."""

from collections.abc import Mapping
import json
from pathlib import Path
import shutil
from typing import Final

from ..places import ROOT, Places
from ..ports import LOOPBACK, Ports, address
from .configuration import configuration
from .onboarding import login_file

#: The step in which Home Assistant offers services on the internet; it counts as done.
_SKIPPED_STEPS: Final = ["core_config"]


def prepare(places: Places, ports: Ports) -> None:
    """Write the configuration, and what Home Assistant stores about ports and passwords."""
    if not login_file(places).exists() and places.config.exists():
        # Without its owner's login the house of an earlier, interrupted start is of no use.
        shutil.rmtree(places.config)
    places.storage.mkdir(parents=True, exist_ok=True)
    _write(places.config / "configuration.yaml", configuration(address(ports)))
    _link_integration(places.config)
    _store(places.storage / "http", 2, 2, _http(ports))
    if not (places.storage / "onboarding").exists():
        _store(places.storage / "onboarding", 4, 1, {"done": _SKIPPED_STEPS})
    _move_entries(places, ports)


def _write(path: Path, data: Mapping[str, object]) -> None:
    path.write_text(json.dumps(data, indent=2) + "\n")


def _store(path: Path, version: int, minor: int, data: Mapping[str, object]) -> None:
    stored = {"version": version, "minor_version": minor, "key": path.name, "data": data}
    _write(path, stored)
    path.chmod(0o600)


def _link_integration(config: Path) -> None:
    folder = config / "custom_components"
    folder.mkdir(exist_ok=True)
    link, target = folder / "alicia", ROOT / "custom_components" / "alicia"
    if not link.is_symlink() or link.readlink() != target:
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def _http(ports: Ports) -> Mapping[str, object]:
    """Settings given in YAML are on trial for five minutes; stored ones are simply used."""
    stable = {
        "server_host": [LOOPBACK],
        "server_port": ports.home_assistant,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": "2026-01-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    return {"stable": stable, "pending": None, "yaml_migration_done": True}


def _move_entries(places: Places, ports: Ports) -> None:
    """Take the entries that are set up already to where the servers listen today."""
    path = places.storage / "core.config_entries"
    if not path.exists():
        return
    stored = json.loads(path.read_text())
    sidecars = {"Alicia speech to text": ports.stt, "Alicia text to speech": ports.tts}
    for entry in stored["data"]["entries"]:
        if entry["domain"] == "mqtt":
            entry["data"].update(port=ports.mqtt, password=places.secret("homeassistant"))
        elif entry["domain"] == "wyoming" and entry["title"] in sidecars:
            entry["data"]["port"] = sidecars[entry["title"]]
    path.write_text(json.dumps(stored, indent=2))
