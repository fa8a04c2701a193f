"""The compose files refer to what is there."""

from pathlib import Path
import re

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy"
#: Made by the commands in deploy/README.md, not part of the repository.
MADE = {"generated", "models", "voices", "homeassistant"}


def _load(name: str) -> dict[str, dict[str, dict[str, object]]]:
    loaded: dict[str, dict[str, dict[str, object]]] = yaml.safe_load((FOLDER / name).read_text())
    return loaded


def _sources(service: dict[str, object]) -> list[str]:
    return [str(volume).split(":")[0] for volume in service.get("volumes", [])]  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["compose.yaml", "compose.dev.yaml"])
def test_mounted_paths_exist(name: str) -> None:
    for service in _load(name)["services"].values():
        for source in _sources(service):
            made = source.removeprefix("./").split("/")[0] in MADE
            assert made or (FOLDER / source).exists(), source


@pytest.mark.parametrize("stage", ["stt", "tts"])
def test_sidecar_is_built_and_configured_by_what_it_knows(stage: str) -> None:
    service = _load("compose.yaml")["services"][stage]
    build = service["build"]
    assert isinstance(build, dict)
    assert (FOLDER / build["context"] / build["dockerfile"]).is_file()
    known = (ROOT / "wyoming_services/src/alicia_sidecar/settings.py").read_text()
    known += (ROOT / f"wyoming_services/src/alicia_{stage}/__main__.py").read_text()
    environment = service["environment"]
    assert isinstance(environment, dict)
    for variable in environment:
        option = variable.removeprefix(f"ALICIA_{stage.upper()}_").removesuffix("_FILE")
        assert f'"{option.lower().replace("_", "-")}"' in known, variable


def test_development_file_changes_only_services_that_are_there() -> None:
    assert _load("compose.dev.yaml")["services"].keys() <= _load("compose.yaml")["services"].keys()


def test_readme_calls_the_generator_with_options_it_has() -> None:
    options = set(re.findall(r"--[a-z]+[a-z-]*", (FOLDER / "README.md").read_text()))
    command = (FOLDER / "broker" / "command.py").read_text()
    of_docker = {"--build", "--detach"}
    assert {each for each in options - of_docker if f'"{each}"' not in command} == {"--help"}
