"""Home Assistant's Supervisor finds the apps, can read them, and builds what they say."""

from pathlib import Path
import re
import struct
import subprocess
import tomllib
from typing import Any

import pytest
import voluptuous as vol
import yaml  # type: ignore[import-untyped]

from .app_rules import (
    CONFIG,
    REPOSITORY,
    SUFFIXES,
    TRANSLATIONS,
    is_looked_at,
    is_optional,
    option_type,
)

ROOT = Path(__file__).resolve().parents[2]
APPS = ROOT / "apps"
STAGES = ("stt", "tts")
#: Options that the start script takes for itself.
OF_THE_APP = {"offer_wyoming"}


def _yaml(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text())
    return loaded


def _config(stage: str) -> dict[str, Any]:
    return _yaml(APPS / f"alicia_{stage}" / "config.yaml")


def _committed(stem: str) -> list[str]:
    """Files that the Supervisor takes for ones of its own in a clone of the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = [Path(line) for line in listed.splitlines()]
    return sorted(
        path.as_posix()
        for path in paths
        if path.stem == stem and path.suffix in SUFFIXES and is_looked_at(path.parts)
    )


def test_the_repository_is_one_of_apps() -> None:
    assert _committed("repository") == ["repository.yaml"]
    REPOSITORY(_yaml(ROOT / "repository.yaml"))


def test_the_supervisor_finds_the_apps_and_nothing_else() -> None:
    assert _committed("config") == [f"apps/alicia_{stage}/config.yaml" for stage in STAGES]


@pytest.mark.parametrize("stage", STAGES)
def test_an_app_is_as_the_supervisor_wants_it(stage: str) -> None:
    config = CONFIG(_config(stage))

    assert config["slug"] == f"alicia_{stage}"
    assert not list((APPS / config["slug"]).glob("build.*"))


@pytest.mark.parametrize(
    "change",
    [
        {"arch": ["armv7"]},
        {"services": ["mqtt:wanted"]},
        {"map": [{"type": "addon_config"}]},
        {"schema": {"engine": "choice(a|b)"}},
        {"ports": {"10300/tcp": 0}},
        {"watch_dog": "tcp://[HOST]:10300"},
        {"timeout": 5},
    ],
    ids=str,
)
def test_the_rules_notice(change: dict[str, Any]) -> None:
    with pytest.raises(vol.Invalid):
        CONFIG({**_config("stt"), **change})


@pytest.mark.parametrize("stage", STAGES)
def test_an_app_starts_without_its_user_setting_anything(stage: str) -> None:
    config = _config(stage)
    schema = config["schema"]

    for name, value in config["options"].items():
        option_type(schema[name])(value)
    needed = {name for name, kind in schema.items() if not is_optional(kind)}
    assert needed <= config["options"].keys()


@pytest.mark.parametrize("stage", STAGES)
def test_an_option_is_one_of_the_server(stage: str) -> None:
    source = ROOT / "wyoming_services" / "src"
    known = (source / "alicia_sidecar" / "settings.py").read_text()
    known += (source / f"alicia_{stage}" / "__main__.py").read_text()
    options = _config(stage)["schema"].keys() - OF_THE_APP

    assert {each for each in options if f'"{each.replace("_", "-")}"' not in known} == set()


@pytest.mark.parametrize("stage", STAGES)
def test_the_engines_are_those_of_the_server(stage: str) -> None:
    loader = ROOT / "wyoming_services/src" / f"alicia_{stage}" / "engines" / "load.py"
    found = re.search(r"^CHOICES: Final = \((.+)\)$", loader.read_text(), re.MULTILINE)

    assert found is not None
    check = option_type(_config(stage)["schema"]["engine"])
    assert [check(each) for each in re.findall(r'"(\w+)"', found[1])]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("stage", STAGES)
def test_everything_a_user_sees_is_explained(stage: str, language: str) -> None:
    config = _config(stage)
    path = APPS / f"alicia_{stage}" / "translations" / f"{language}.yaml"
    texts = TRANSLATIONS(_yaml(path))

    assert texts["configuration"].keys() == config["schema"].keys()
    assert texts["network"].keys() == config["ports"].keys()


@pytest.mark.parametrize("stage", STAGES)
def test_the_version_is_the_servers(stage: str) -> None:
    project = tomllib.loads((ROOT / "wyoming_services" / "pyproject.toml").read_text())["project"]

    assert _config(stage)["version"] == project["version"]
    changes = (APPS / f"alicia_{stage}" / "CHANGELOG.md").read_text()
    assert f"## {project['version']}" in changes


#: What the app's image must do as the server's own does.
SAME = {
    "base": r"^FROM (\S+)",
    "packages of Python": r'"/source/wyoming_services(\[[a-z,]+\])"',
    "packages of Debian": r"--no-install-recommends ([a-z0-9 -]+)",
    "port": r"^EXPOSE (\d+)",
    "address and folder": r"^ENV (.+ \\\n.+)$",
    "signal": r"^STOPSIGNAL (\w+)",
    "health": r'^    CMD \[("/.+")\]',
}


@pytest.mark.parametrize("what", SAME)
@pytest.mark.parametrize("stage", STAGES)
def test_an_image_is_the_servers(stage: str, what: str) -> None:
    own, server = (
        re.findall(SAME[what], path.read_text(), re.MULTILINE)
        for path in (
            APPS / f"alicia_{stage}" / "Dockerfile",
            ROOT / "wyoming_services" / f"Dockerfile.{stage}",
        )
    )

    assert own
    assert own == server


@pytest.mark.parametrize("stage", STAGES)
def test_an_image_is_built_from_the_folder_alone(stage: str) -> None:
    """Nothing outside of the app's folder is at hand: the source comes with ADD."""
    text = (APPS / f"alicia_{stage}" / "Dockerfile").read_text()

    assert all("--from=build" in line for line in re.findall(r"^COPY .+$", text, re.MULTILINE))
    source = re.search(r"^ARG SOURCE=(\S+)\.git#v\$\{BUILD_VERSION\}$", text, re.MULTILINE)
    assert source is not None
    assert source[1] == _yaml(ROOT / "repository.yaml")["url"]
    for path in re.findall(r"--from=build /source/(\S+)", text):
        assert (ROOT / path).is_file()


@pytest.mark.parametrize("stage", STAGES)
def test_the_port_is_the_images(stage: str) -> None:
    text = (APPS / f"alicia_{stage}" / "Dockerfile").read_text()
    ports = re.findall(r"^EXPOSE (\d+)", text, re.MULTILINE)

    assert _config(stage)["ports"] == {f"{port}/tcp": None for port in ports}


@pytest.mark.parametrize("stage", STAGES)
def test_an_app_has_a_face(stage: str) -> None:
    folder = APPS / f"alicia_{stage}"
    sizes = {
        name: struct.unpack(">II", (folder / name).read_bytes()[16:24])
        for name in ("icon.png", "logo.png")
    }

    assert sizes["icon.png"] == (128, 128)
    assert sizes["logo.png"][0] == 250
    assert all((folder / name).read_text() for name in ("README.md", "DOCS.md"))
