"""How the broker behaves with the generated configuration: what it keeps, where it listens."""

from pathlib import Path
import ssl

import pytest

from tests.ports import free_port

from .broker import Broker, generate, loopback_address

COUNT = 50


def test_kill_loses_nothing_that_was_acknowledged(loopback: Broker) -> None:
    with loopback.client("homeassistant", client_id="sleeper", keep_session=True) as sleeper:
        sleeper.subscribe("alicia/voice/command/event")
    with loopback.client("operator") as operator:
        for number in range(COUNT):
            assert operator.publish(f"alicia/system/registry/d{number}", retain=True)
            assert operator.publish("alicia/voice/command/event")
        # The broker saves after it has acknowledged, and before it reads the next packet.
        assert operator.publish("alicia/voice/command/route")
    loopback.kill()
    loopback.start()
    with loopback.client("homeassistant", client_id="sleeper", keep_session=True) as sleeper:
        assert len(sleeper.receive(COUNT)) == COUNT
        sleeper.subscribe("alicia/system/registry/+")
        assert len(set(sleeper.receive(COUNT))) == COUNT


def test_loopback_broker_listens_on_loopback_only(loopback: Broker) -> None:
    ports = (loopback.port, *loopback.more_ports)
    assert loopback.listening == {loopback_address(port) for port in ports}


def test_websockets_carry_mqtt(loopback: Broker) -> None:
    (port,) = loopback.more_ports
    with loopback.client("operator", port=port, transport="websockets") as client:
        client.subscribe("alicia/voice/command/route")
        assert client.publish("alicia/voice/command/route")
        assert client.receive(1) == ["alicia/voice/command/route"]


def test_ten_megabytes_reach_the_receiver(loopback: Broker) -> None:
    with loopback.client("operator") as client:
        client.subscribe("alicia/voice/command/route")
        assert client.publish("alicia/voice/command/route", "x" * 10_000_000)
        assert client.receive(1) == ["alicia/voice/command/route"]


@pytest.mark.parametrize("transport", ["tcp", "websockets"])
def test_tls_with_the_generated_authority(tmp_path: Path, transport: str) -> None:
    ports = {"tcp": free_port(), "websockets": free_port()}
    plain, folder = free_port(), tmp_path / "broker"
    arguments = ("--port", str(plain), "--tls-port", str(ports["tcp"]))
    done = generate(folder, *arguments, "--websockets-port", str(ports["websockets"]))
    assert done.returncode == 0, done.stderr
    broker = Broker(folder, plain, tuple(ports.values()))
    broker.start()
    try:
        options = {"port": ports[transport], "transport": transport}
        with broker.client("stt", authority=folder / "tls" / "ca.crt", **options) as client:
            assert client.connected == 0
            assert client.publish("alicia/voice/stt/response")
        with pytest.raises(ssl.SSLCertVerificationError):
            broker.client("stt", authority=_other_authority(tmp_path), **options).__enter__()
    finally:
        broker.kill()


def _other_authority(folder: Path) -> Path:
    assert generate(folder / "other").returncode == 0
    return folder / "other" / "tls" / "ca.crt"
