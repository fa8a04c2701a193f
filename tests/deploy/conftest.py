"""Brokers for the tests of the generator."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .broker import Broker, free_port, generate


@pytest.fixture
def loopback(tmp_path: Path) -> Iterator[Broker]:
    port, websockets = free_port(), free_port()
    done = generate(
        tmp_path / "broker",
        "--loopback",
        "--port",
        str(port),
        "--websockets-port",
        str(websockets),
        "--device",
        "kitchen-panel",
    )
    assert done.returncode == 0, done.stderr
    broker = Broker(tmp_path / "broker", port, (websockets,))
    broker.start()
    yield broker
    broker.kill()
