"""Processes, seen through /proc: who listens on a port, memory, processor time."""

import asyncio
from collections.abc import Iterator, Mapping
import os
from pathlib import Path
import time

from benchmarks.report import Row

_TICKS = os.sysconf("SC_CLK_TCK")
_LISTEN = "0A"
_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


class NoProcessError(Exception):
    """Nobody of this user listens on a port."""


def find(ports: Mapping[str, int]) -> dict[str, int]:
    """Return the process that listens on each port."""
    inodes = {port: inode for table in _TABLES for port, inode in _listening(table)}
    owners = dict(_socket_owners())
    try:
        return {name: owners[inodes[port]] for name, port in ports.items()}
    except KeyError as err:
        raise NoProcessError(f"nobody listens on one of {dict(ports)}") from err


def _listening(table: Path) -> Iterator[tuple[int, str]]:
    """The ports of a table of sockets that are listened on, and the socket's inode."""
    if not table.exists():
        return
    for line in table.read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == _LISTEN:
            yield int(fields[1].rpartition(":")[2], 16), fields[9]


def _socket_owners() -> Iterator[tuple[str, int]]:
    """Each socket's inode and a process that has it open, of this user's processes."""
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = str(link.readlink())
        except OSError:  # closed since
            continue
        if target.startswith("socket:["):
            yield target[len("socket:[") : -1], int(link.parts[2])


def cpu_seconds(pid: int) -> float:
    """Return a process's own processor time, user and system, since it began."""
    # The name in brackets may itself hold blanks and brackets.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def pss_mib(pid: int) -> float:
    """Return a process's memory, what it shares with others counted in parts."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise NoProcessError(f"process {pid} tells no memory")


def memory(pids: Mapping[str, int]) -> list[Row]:
    """Return the rows of each process's memory, and of all of them."""
    each = {name: pss_mib(pid) for name, pid in pids.items()}
    rows = [Row(what=f"PSS of {name}", ours=used, unit="MiB") for name, used in each.items()]
    return [*rows, Row(what="PSS of the whole demo", ours=sum(each.values()), unit="MiB")]


async def shares(pids: Mapping[str, int], seconds: float) -> dict[str, float]:
    """Return the percentage of one core that each process uses over some time."""
    before, started = {name: cpu_seconds(pid) for name, pid in pids.items()}, time.monotonic()
    await asyncio.sleep(seconds)
    passed = time.monotonic() - started
    return {name: 100 * (cpu_seconds(pids[name]) - used) / passed for name, used in before.items()}
