"""The files that tell Home Assistant and HACS what the integration is."""

import importlib.metadata
import json
from pathlib import Path
import re
import struct
import tomllib

from awesomeversion import AwesomeVersion
import homeassistant.components
from homeassistant.components.brands.const import ALLOWED_IMAGES
from homeassistant.const import Platform
from homeassistant.requirements import DISCOVERY_INTEGRATIONS
import pytest
import yaml

from .quality_scale import RULES
from .source import INTEGRATION, ROOT, load, name_of, platforms, python_files, runtime_imports

CORE = Path(homeassistant.components.__file__).parent

#: What may be imported without being a dependency: always there, or without side effects.
ALWAYS_THERE = {
    *(platform.value for platform in Platform),
    "conversation",
    "device_automation",
    "diagnostics",
    "frontend",
    "homeassistant",
    "media_source",
    "onboarding",
    "persistent_notification",
    "repairs",
    "system_health",
    "webhook",
    "websocket_api",
}
IOT_CLASSES = {
    "assumed_state",
    "calculated",
    "cloud_polling",
    "cloud_push",
    "local_polling",
    "local_push",
}
INTEGRATION_TYPES = {"device", "entity", "hardware", "helper", "hub", "service", "system"}
MANIFEST_REQUIRED = {
    "codeowners",
    "config_flow",
    "documentation",
    "domain",
    "integration_type",
    "iot_class",
    "issue_tracker",
    "name",
    "version",
}
MANIFEST_OPTIONAL = {
    "after_dependencies",
    "dependencies",
    "loggers",
    "mqtt",
    "quality_scale",
    "requirements",
    "single_config_entry",
    "zeroconf",
}
HACS_KEYS = {
    "content_in_root": bool,
    "country": list,
    "filename": str,
    "hacs": str,
    "hide_default_branch": bool,
    "homeassistant": str,
    "name": str,
    "persistent_directory": str,
    "render_readme": bool,
    "zip_release": bool,
}
#: Width and height that the brands' rules ask of an image.
IMAGE_SIZES = {"icon.png": 256, "dark_icon.png": 256, "icon@2x.png": 512, "dark_icon@2x.png": 512}


def test_manifest_has_the_keys_that_are_asked_for_and_no_others() -> None:
    keys = set(load("manifest.json"))
    assert keys >= MANIFEST_REQUIRED
    assert keys <= MANIFEST_REQUIRED | MANIFEST_OPTIONAL


def test_manifest_keys_are_in_order() -> None:
    keys = list(load("manifest.json"))
    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]


def test_manifest_values_are_of_the_kinds_that_hassfest_knows() -> None:
    manifest = load("manifest.json")
    assert manifest["domain"] == INTEGRATION.name
    assert manifest["iot_class"] in IOT_CLASSES
    assert manifest["integration_type"] in INTEGRATION_TYPES
    assert all(owner.startswith("@") for owner in manifest["codeowners"])
    for key in ("documentation", "issue_tracker"):
        assert re.match(r"https://[\w.]+/", manifest[key])
    for matcher in manifest.get("zeroconf", []):
        assert re.fullmatch(r"_[a-z]+\._(tcp|udp)\.local\.", matcher)
    # A topic per sidecar and no more: each new payload below it starts a flow.
    assert all(topic.endswith("/config") for topic in manifest.get("mqtt", []))


def test_every_dependency_exists_once() -> None:
    manifest = load("manifest.json")
    needed = manifest.get("dependencies", []) + manifest.get("after_dependencies", [])
    assert len(needed) == len(set(needed))
    assert all((CORE / domain / "manifest.json").is_file() for domain in needed)


@pytest.mark.parametrize("path", python_files(INTEGRATION), ids=name_of)
def test_imported_components_are_declared(path: Path) -> None:
    manifest = load("manifest.json")
    allowed = ALWAYS_THERE | {path.stem} | set(manifest.get("dependencies", []))
    allowed |= set(manifest.get("after_dependencies", []))
    for domain, keys in DISCOVERY_INTEGRATIONS.items():
        if any(key in manifest for key in keys):
            allowed.add(domain)
    imported = {
        name.split(".")[2]
        for name, _ in runtime_imports(path)
        if name.startswith("homeassistant.components.")
    }
    assert imported <= allowed


def test_requirements_do_not_fight_home_assistants() -> None:
    constraints = (CORE.parent / "package_constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in constraints if re.fullmatch(r"[\w.-]+==\S+", line))
    for requirement in load("manifest.json").get("requirements", []):
        package, _, version = requirement.partition("==")
        assert version == pins.get(package, version)
        assert importlib.metadata.version(package) == version


def test_all_deployables_have_one_version() -> None:
    version = load("manifest.json")["version"]
    assert AwesomeVersion(version).valid
    project = tomllib.loads((ROOT / "wyoming_services" / "pyproject.toml").read_text())
    assert project["project"]["version"] == version


def test_hacs_json_is_what_hacs_accepts() -> None:
    content = json.loads((ROOT / "hacs.json").read_text())
    assert content["name"]
    assert set(content) <= set(HACS_KEYS)
    assert all(isinstance(value, HACS_KEYS[key]) for key, value in content.items())
    assert AwesomeVersion(content["homeassistant"]).valid


def test_hacs_finds_one_integration_with_a_readme_and_a_licence() -> None:
    manifests = list((ROOT / "custom_components").glob("*/manifest.json"))
    assert manifests == [INTEGRATION / "manifest.json"]
    assert (ROOT / "README.md").is_file()
    assert "Apache License" in (ROOT / "LICENSE").read_text()


def test_brand_images_are_square_png_files_of_the_sizes_asked_for() -> None:
    images = {path.name: path for path in (INTEGRATION / "brand").iterdir()}
    assert "icon.png" in images
    assert set(images) <= ALLOWED_IMAGES
    for name in images.keys() & IMAGE_SIZES.keys():
        header = images[name].read_bytes()[:24]
        assert header[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", header[16:]) == (IMAGE_SIZES[name], IMAGE_SIZES[name])


@pytest.mark.parametrize("path", platforms(), ids=name_of)
def test_every_platform_says_how_many_updates_may_run_at_once(path: Path) -> None:
    assert re.search(r"^PARALLEL_UPDATES(: Final)? = \d+$", path.read_text(), re.MULTILINE)


def test_quality_scale_judges_every_rule() -> None:
    rules = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text())["rules"]
    assert set(rules) == RULES
    for rule, verdict in rules.items():
        status = verdict["status"] if isinstance(verdict, dict) else verdict
        assert status in {"done", "todo", "exempt"}, rule
        if status == "exempt":
            assert verdict["comment"].strip(), rule
