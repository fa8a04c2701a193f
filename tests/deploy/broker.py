"""A real mosquitto with a generated configuration, and clients that try things on it."""

from collections.abc import Iterator
import contextlib
from dataclasses import dataclass
from pathlib import Path
import queue
import socket
import subprocess
import sys
import time
from typing import Literal

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT / "deploy" / "broker" / "generate.py"
PATIENCE = 60.0  # s; a busy machine is slow
_LISTEN = "0A"


def loopback_address(port: int) -> str:
    """The way /proc/net/tcp writes a port of 127.0.0.1 on a little-endian machine."""
    return f"0100007F:{port:04X}"


def generate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, str(GENERATOR), "--output", str(folder), *arguments)
    return subprocess.run(command, capture_output=True, text=True, check=False)


@dataclass(slots=True)
class Broker:
    """A mosquitto process over a generated folder."""

    folder: Path
    port: int
    more_ports: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        command = ("/usr/sbin/mosquitto", "-c", str(self.folder / "mosquitto.conf"))
        self.process = subprocess.Popen(command, stdout=log, stderr=log)
        for port in (self.port, *self.more_ports):
            self._wait_for(port)

    def _wait_for(self, port: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                return
            time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    @property
    def listening(self) -> set[str]:
        """The addresses on which the process listens, as the kernel has them."""
        assert self.process is not None
        sockets = set()
        for descriptor in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed since it was listed
                sockets.add(str(descriptor.readlink()))
        found = set()
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/{self.process.pid}/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTEN and f"socket:[{fields[9]}]" in sockets:
                    found.add(fields[1])
        return found

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def password(self, account: str) -> str:
        return (self.folder / "secrets" / account).read_text().strip()

    @contextlib.contextmanager
    def client(self, account: str, **options: object) -> Iterator["Probe"]:
        probe = Probe(self, account, **options)  # type: ignore[arg-type]
        try:
            yield probe
        finally:
            probe.close()


class Probe:
    """A connected client that keeps what it is sent."""

    def __init__(
        self,
        broker: Broker,
        account: str,
        *,
        password: str | None = None,
        client_id: str = "",
        keep_session: bool = False,
        port: int | None = None,
        transport: Literal["tcp", "websockets"] = "tcp",
        authority: Path | None = None,
    ) -> None:
        self.messages: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.reasons: queue.Queue[int] = queue.Queue()
        self.client = Client(
            CallbackAPIVersion.VERSION2, client_id, protocol=MQTTv5, transport=transport
        )
        self.client.username_pw_set(account, password or broker.password(account))
        if authority is not None:
            self.client.tls_set(str(authority))
        self.client.on_message = self._keep
        self.client.on_connect = lambda _c, _u, _f, reason, _p: self.reasons.put(reason.value)
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = 3600 if keep_session else 0
        self.client.connect(
            "127.0.0.1",
            port or broker.port,
            clean_start=not keep_session,
            properties=properties,
        )
        self.client.loop_start()
        self.connected = self.reasons.get(timeout=PATIENCE)

    def _keep(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.messages.put((message.topic, message.payload))

    def subscribe(self, *topics: str) -> None:
        done: queue.Queue[bool] = queue.Queue()
        self.client.on_subscribe = lambda *_: done.put(True)
        self.client.subscribe([(topic, 1) for topic in topics])
        done.get(timeout=PATIENCE)

    def publish(self, topic: str, payload: str = "x", *, retain: bool = False) -> bool:
        """Publish, and tell whether the broker took it."""
        reasons: queue.Queue[int] = queue.Queue()
        self.client.on_publish = lambda _c, _u, _m, reason, _p: reasons.put(reason.value)
        self.client.publish(topic, payload, qos=1, retain=retain)
        return reasons.get(timeout=PATIENCE) < 0x80

    def receive(self, count: int) -> list[str]:
        return [self.messages.get(timeout=PATIENCE)[0] for _ in range(count)]

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()
