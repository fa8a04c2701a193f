"""Brings the demo up, finds it running, watches it, and takes it down."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
import json
from pathlib import Path
import subprocess
import time
from typing import Final

from . import ports as port_choice
from .failure import DemoError, with_log
from .grok.service import FAKE
from .house import folder
from .house.onboarding import login_file
from .places import Places
from .ports import Ports
from .processes import Process
from .progress import step, warn
from .servers import SERVERS, Server, generator

_POLL: Final = 0.1
#: A server that ends more often than this within one run of the demo stays down.
_RESTARTS: Final = 3


@dataclass(slots=True)
class Runner:
    """The servers of one demo."""

    places: Places
    ports: Ports = field(default_factory=Ports)
    processes: dict[str, Process] = field(default_factory=dict)
    #: What is to run; of what an earlier run had more of, nothing is forgotten.
    servers: Sequence[Server] = SERVERS
    #: Whether servers were found that an earlier run had left running.
    found: bool = False

    def start(self) -> None:
        """Start what doesn't run yet, and wait until it listens."""
        for made in (self.places.logs, self.places.run, self.places.audio):
            made.mkdir(parents=True, exist_ok=True)
        self.places.folder.chmod(0o700)
        self._find()
        self._configure()
        for server in self.servers:
            if server.name not in self.processes:
                self._launch(server)
                if server.name == "broker":
                    self._await(server)
        for server in self.servers[1:]:
            self._await(server)

    def add(self, server: Server) -> None:
        """Have one more server run."""
        self.servers = (*self.servers, server)
        if server.name not in self.processes:
            self._launch(server)
        self._await(server)

    def stop(self) -> list[str]:
        """Stop the servers, the last one first; return the names of those that ran."""
        self._find()
        running = list(self.processes)
        for name in reversed(running):
            self.processes.pop(name).stop()
            self._file(name).unlink(missing_ok=True)
        self.places.summary.unlink(missing_ok=True)
        return running

    def watch(self) -> None:
        """Start again what ends, until interrupted; raises DemoError where that doesn't help."""
        ended: dict[str, int] = {}
        while True:
            time.sleep(1)
            for server in self.servers:
                if not self.processes[server.name].runs:
                    ended[server.name] = ended.get(server.name, 0) + 1
                    self._restart(server, ended[server.name])

    def restart(self, name: str) -> None:
        """Start one server anew after it ended."""
        server = next(each for each in self.servers if each.name == name)
        self._launch(server)
        self._await(server)

    def _restart(self, server: Server, times: int) -> None:
        if times > _RESTARTS:
            raise with_log(
                f"{server.title} ended for the {times}th time; its last words:",
                server.advice,
                self._log(server),
            )
        warn(f"{server.title} has ended; starting it again.")
        self.restart(server.name)

    def _find(self) -> None:
        for name in (*(server.name for server in SERVERS), FAKE.name):
            if process := Process.read(self._file(name)):
                self.processes[name] = process
        if "home_assistant" in self.processes and not login_file(self.places).exists():
            # Its first start was interrupted before anybody could log in.
            self.processes.pop("home_assistant").stop()
        self.found = bool(self.processes)
        if self.found:
            self.ports = Ports(**self._stored_ports())

    def _configure(self) -> None:
        """Choose ports and write configurations; running servers keep what they have."""
        if not self.found:
            try:
                self.ports = port_choice.choose()
            except port_choice.NoPortError as error:
                raise DemoError(f"{error} Stop some servers, then try again.") from error
            self._ports_file.write_text(json.dumps(asdict(self.ports)))
        if "broker" not in self.processes:
            self._generate()
        if "home_assistant" not in self.processes:
            folder.prepare(self.places, self.ports)

    def _generate(self) -> None:
        done = subprocess.run(
            generator(self.places, self.ports), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise DemoError(f"The broker's configuration can't be written: {done.stderr.strip()}")

    def _launch(self, server: Server) -> None:
        try:
            process = Process.start(
                server.command(self.places, self.ports), self._log(server), self.places.folder
            )
        except OSError as error:
            raise DemoError(f"{server.title} can't be started: {error}\n{server.advice}") from error
        process.write(self._file(server.name))
        self.processes[server.name] = process

    def _await(self, server: Server) -> None:
        with step(server.title):
            deadline = time.monotonic() + server.patience
            process = self.processes[server.name]
            port = server.port(self.ports) if server.port else None
            while not (process.listens(port) if port else process.runs):
                ended = not process.runs
                if ended or time.monotonic() > deadline:
                    raise with_log(
                        f"\n{server.title} {'has ended' if ended else 'does not answer'};"
                        " its last words:",
                        server.advice,
                        self._log(server),
                    )
                time.sleep(_POLL)

    def _log(self, server: Server) -> Path:
        return self.places.logs / f"{server.name}.log"

    def _file(self, name: str) -> Path:
        return self.places.run / f"{name}.json"

    @property
    def _ports_file(self) -> Path:
        return self.places.folder / "ports.json"

    def _stored_ports(self) -> Mapping[str, int]:
        found: Mapping[str, int] = json.loads(self._ports_file.read_text())
        return found
