"""Servers that the tests of one module share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.models.tone_voice import make_voice
from tests.wyoming_services.support import Sidecar
from tests.wyoming_services.tts.client import running
from tests.wyoming_services.tts.hub import Hub, publishing


@pytest.fixture(scope="session")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of piper voices: an English one, and a German one of three speakers."""
    folder = tmp_path_factory.mktemp("voices")
    make_voice(folder)
    make_voice(folder, "de_DE-toene-low", speakers=3, espeak_voice="de")
    return folder


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """A server of published voices."""
    with publishing(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture(scope="module")
def espeak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sidecar]:
    """A server that speaks with espeak-ng."""
    with running(tmp_path_factory.mktemp("espeak"), "--engine", "espeak") as sidecar:
        yield sidecar


@pytest.fixture(scope="module")
def piper(voices: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sidecar]:
    """A server that speaks with piper."""
    with running(tmp_path_factory.mktemp("piper"), "--voices-dir", str(voices)) as sidecar:
        yield sidecar


@pytest.fixture(params=["espeak", "piper"])
def server(request: pytest.FixtureRequest) -> Sidecar:
    """Either of them."""
    found: Sidecar = request.getfixturevalue(request.param)
    return found
