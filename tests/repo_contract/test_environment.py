"""The development environment has all that Home Assistant needs, at the versions it pins."""

from importlib.metadata import PackageNotFoundError, version
import json
from pathlib import Path

from homeassistant import bootstrap
import homeassistant.components

from .source import load

CORE = Path(homeassistant.components.__file__).parent
#: What the demo's Home Assistant runs; anything missing it would fetch when it starts.
IN_USE = {
    *bootstrap.CORE_INTEGRATIONS,
    *bootstrap.CRITICAL_INTEGRATIONS,
    *bootstrap.DEFAULT_INTEGRATIONS,
    "assist_pipeline",
    "assist_satellite",
    "conversation",
    "frontend",
    "history",
    "isal",
    "logbook",
    "media_source",
    "mqtt",
    "recorder",
    "stt",
    "tts",
    "wyoming",
    "zeroconf",
    *load("manifest.json")["dependencies"],
}


def with_dependencies(domains: set[str]) -> dict[str, list[str]]:
    """The requirements of components, by domain, and of all they depend on."""
    requirements: dict[str, list[str]] = {}
    pending = list(domains)
    while pending:
        domain = pending.pop()
        if domain not in requirements:
            manifest = json.loads((CORE / domain / "manifest.json").read_text())
            requirements[domain] = manifest.get("requirements", [])
            pending.extend(manifest.get("dependencies", []))
    return requirements


def installed(package: str) -> str:
    """The version of a package, or nothing."""
    try:
        return version(package.partition("[")[0])
    except PackageNotFoundError:
        return ""


def test_home_assistant_starts_without_fetching_anything() -> None:
    wanted = {
        requirement
        for requirements in with_dependencies(IN_USE).values()
        for requirement in requirements
    }
    assert wanted
    missing = {item for item in wanted if installed(item.split("==")[0]) != item.split("==")[1]}
    assert not missing
