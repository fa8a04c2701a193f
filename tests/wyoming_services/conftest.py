"""Servers and brokers for the tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.models.scripted_whisper import make_whisper

from .support import Broker, Sidecar


@pytest.fixture(scope="session")
def whisper_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_whisper(tmp_path_factory.mktemp("whisper") / "scripted")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("broker")).start()
    yield broker
    broker.kill()


@pytest.fixture(scope="module")
def stt(whisper_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sidecar]:
    """A plain Wyoming server."""
    arguments = ("--model", str(whisper_model))
    sidecar = Sidecar("alicia_stt", tmp_path_factory.mktemp("stt"), arguments)
    yield sidecar.start()
    sidecar.clean_up()


@pytest.fixture(scope="module")
def stt_on_bus(
    whisper_model: Path, broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sidecar]:
    arguments = ("--model", str(whisper_model), "--instance-id", "stt-one", *broker.arguments)
    sidecar = Sidecar("alicia_stt", tmp_path_factory.mktemp("stt-bus"), arguments)
    sidecar.start()
    broker.until_online("stt-one")
    yield sidecar
    sidecar.clean_up()
