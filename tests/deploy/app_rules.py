"""What Home Assistant's Supervisor asks of an app and of a repository of apps, told anew.

Learnt from home-assistant/supervisor at commit 090ef31 (2026-08-21): supervisor/apps/validate.py
(configuration, translations), supervisor/apps/options.py (types of options),
supervisor/store/validate.py (repository), supervisor/validate.py (ports, images),
supervisor/store/data.py (where it looks) and supervisor/apps/build.py (what it builds with). It
drops keys that it doesn't know; here they are mistakes, and so is what it calls deprecated.
"""

from collections.abc import Callable
import re
from typing import Any

import voluptuous as vol

_BOUNDS = r"\((-?[\d.]*),(-?[\d.]*)\)"
_PLAIN = {"bool": bool, "email": str, "url": str}

PORT = vol.All(int, vol.Range(1, 65535))


def option_type(text: object) -> Callable[[Any], Any]:
    """Return what checks a value of a type of options, such as int(1,10)?; raises Invalid."""
    if not isinstance(text, str):
        raise vol.Invalid(f"{text!r} is no type")
    kind = text.removesuffix("?")
    if kind in _PLAIN:
        return vol.Schema(_PLAIN[kind])
    if kind == "port":
        return vol.Schema(PORT)
    if found := re.fullmatch(r"list\((.+)\)", kind):
        return vol.Schema(vol.In(found[1].split("|")))
    if found := re.fullmatch(r"match\((.+)\)", kind):
        return vol.Schema(vol.All(str, vol.Match(re.compile(found[1]))))
    if found := re.fullmatch(rf"(int|float|str|password)(?:{_BOUNDS})?", kind):
        return _bounded(found[1], found[2], found[3])
    raise vol.Invalid(f"no such type of options: {text}")


def _bounded(kind: str, low: str | None, high: str | None) -> Callable[[Any], Any]:
    bounds = {"min": float(low) if low else None, "max": float(high) if high else None}
    if kind in ("str", "password"):
        return vol.Schema(vol.All(str, vol.Length(**bounds)))
    return vol.Schema(vol.All({"int": int, "float": (int, float)}[kind], vol.Range(**bounds)))


def is_optional(text: str) -> bool:
    """Tell whether a user may leave an option out."""
    return text.endswith("?")


def _is_type(text: object) -> object:
    option_type(text)
    return text


_PORT_NAME = vol.Match(r"^\d+(/(tcp|udp))?$")
_FOLDERS = (
    "all_app_configs",
    "app_config",
    "backup",
    "data",
    "homeassistant_config",
    "local_apps",
    "media",
    "share",
    "ssl",
)

CONFIG = vol.Schema(
    {
        vol.Required("name"): str,
        vol.Required("version"): vol.Match(r"^\d+\.\d+\.\d+$"),
        vol.Required("slug"): vol.Match(r"^[-_.A-Za-z0-9]+$"),
        vol.Required("description"): str,
        vol.Required("arch"): [vol.In(("aarch64", "amd64"))],
        "url": vol.Url(),
        "startup": vol.In(("initialize", "system", "services", "application", "once")),
        "boot": vol.In(("auto", "manual", "manual_only")),
        "init": bool,
        "stage": vol.In(("stable", "experimental", "deprecated")),
        "ports": {_PORT_NAME: vol.Maybe(PORT)},
        "ports_description": {_PORT_NAME: str},
        "watchdog": vol.Match(r"^(https?|\[PROTO:\w+\]|tcp)://\[HOST\]:(\[PORT:\d+\]|\d+)"),
        "homeassistant": str,
        "host_network": bool,
        "map": [
            {
                vol.Required("type"): vol.In(_FOLDERS),
                "read_only": bool,
                "path": str,
            }
        ],
        "environment": {vol.Match(r"^\w*$"): str},
        "apparmor": bool,
        "hassio_api": bool,
        "homeassistant_api": bool,
        "services": [vol.Match(r"^(mqtt|mysql):(provide|want|need)$")],
        "discovery": [str],
        "backup": vol.In(("hot", "cold")),
        "backup_exclude": [str],
        "options": dict,
        "schema": {str: _is_type},
        "image": vol.Match(r"^[a-z0-9.\-]+(/[a-z0-9{][a-z0-9.\-_{}]*)+$"),
        "timeout": vol.All(int, vol.Range(10, 300)),
    }
)

TRANSLATIONS = vol.Schema(
    {
        "configuration": {str: {vol.Required("name"): str, "description": str}},
        "network": {_PORT_NAME: str},
    }
)

REPOSITORY = vol.Schema({vol.Required("name"): str, "url": vol.Url(), "maintainer": str})

#: The names by which it knows the three kinds of files it looks for, at any depth.
SUFFIXES = (".json", ".yaml", ".yml")


def is_looked_at(parts: tuple[str, ...]) -> bool:
    """Tell whether the Supervisor takes a file of this path for what its name says."""
    return not any(part.startswith(".") or part == "rootfs" for part in parts)
