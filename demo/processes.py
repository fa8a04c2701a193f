"""The demo's processes: started apart from this one, found again by a later one, stopped."""

from collections.abc import Iterator, Mapping, Sequence
import contextlib
from dataclasses import dataclass, field
import json
import os
from pathlib import Path
import signal
import subprocess
import time
from typing import Final, Self

_STOP_SECONDS: Final = 20.0
_POLL: Final = 0.05
_STARTED_FIELD: Final = 19
#: The columns of /proc/net/tcp.
_ADDRESS_FIELD, _STATE_FIELD, _INODE_FIELD = 1, 3, 9
_LISTENING: Final = "0A"


@dataclass(frozen=True, slots=True)
class Command:
    """What to start."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Process:
    """A process that was started, perhaps by an earlier run of the demo."""

    name: str
    pid: int
    #: When the kernel started it, in its own ticks: a pid alone may belong to another by now.
    started: str

    @classmethod
    def start(cls, command: Command, log: Path, folder: Path) -> Self:
        """Start a process in a session of its own, so that a terminal's Ctrl-C spares it."""
        with log.open("ab") as output:
            child = subprocess.Popen(
                command.arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=folder,
                env={**os.environ, **command.environment},
                start_new_session=True,
            )
        return cls(command.name, child.pid, _started(child.pid) or "")

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """Return the process that a file names, if it still runs."""
        try:
            named = json.loads(file.read_text())
        except FileNotFoundError, ValueError:
            return None
        process = cls(file.stem, named["pid"], named["started"])
        return process if process.runs else None

    def write(self, file: Path) -> None:
        """Remember the process for a later run."""
        file.write_text(json.dumps({"pid": self.pid, "started": self.started}))

    @property
    def runs(self) -> bool:
        """Whether it is there and is still the same."""
        _reap(self.pid)
        return bool(self.started) and _started(self.pid) == self.started

    def listens(self, port: int) -> bool:
        """Whether this process, and not some other, listens on a port."""
        try:
            sockets = set(_links(Path(f"/proc/{self.pid}/fd")))
            table = Path(f"/proc/{self.pid}/net/tcp").read_text().splitlines()[1:]
        except OSError:
            return False
        rows = (line.split() for line in table)
        return any(
            row[_STATE_FIELD] == _LISTENING
            and int(row[_ADDRESS_FIELD].partition(":")[2], 16) == port
            and f"socket:[{row[_INODE_FIELD]}]" in sockets
            for row in rows
        )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it is still there."""
        if self.runs:
            os.kill(self.pid, number)

    def stop(self) -> None:
        """End it, gently at first."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            self.signal(number)
            deadline = time.monotonic() + _STOP_SECONDS
            while self.runs and time.monotonic() < deadline:
                time.sleep(_POLL)


def _links(folder: Path) -> Iterator[str]:
    """Give where the links in a folder point to; some go away while it is read."""
    for each in list(folder.iterdir()):
        with contextlib.suppress(FileNotFoundError):
            yield str(each.readlink())


def _started(pid: int) -> str | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError, ProcessLookupError:
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[_STARTED_FIELD]


def _reap(pid: int) -> None:
    """Take leave of a child that ended; somebody else's child isn't ours to reap."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
