"""Brokers for the tests of the generator."""

from collections.abc import Iterator

import pytest

from tests.ports import free_port

from .broker import Broker, generate


@pytest.fixture(scope="module")
def loopback(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("loopback") / "broker"
    port, websockets = free_port(), free_port()
    done = generate(
        folder,
        "--loopback",
        "--port",
        str(port),
        "--websockets-port",
        str(websockets),
        "--device",
        "kitchen-panel",
    )
    assert done.returncode == 0, done.stderr
    broker = Broker(folder, port, (websockets,))
    broker.start()
    yield broker
    broker.kill()
