"""A broker and a Home Assistant of one's own, from nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
import os
from pathlib import Path
import shutil
import signal
import tempfile
import time
from typing import Any, Final

from tests.ports import free_port

ROOT: Final = Path(__file__).parents[2]
LOOPBACK: Final = "127.0.0.1"
PATIENCE: Final = 300.0  # s
NOW: Final = "2026-01-01T00:00:00+00:00"


@asynccontextmanager
async def broker(folder: Path) -> AsyncIterator[int]:
    """Run a broker that keeps what is retained in memory; yields its port."""
    port = free_port()
    conf = folder / "mosquitto.conf"
    conf.write_text(
        f"listener {port} {LOOPBACK}\nallow_anonymous true\nset_tcp_nodelay true\n"
        "max_queued_messages 100000\nmax_inflight_messages 200\nlog_type error\n"
    )
    program = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    process = await asyncio.create_subprocess_exec(program or "mosquitto", "-c", str(conf))
    try:
        await _until_open(port)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def _until_open(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection(LOOPBACK, port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


def furnish(folder: Path, port: int, *, ours: bool, automations: str = "") -> Path:
    """Write a configuration folder that is set up already; returns it."""
    config = folder / "config"
    (config / ".storage").mkdir(parents=True)
    components = config / "custom_components"
    components.mkdir()
    shutil.copytree(Path(__file__).parent / "probe", components / "probe")
    if ours:
        (components / "alicia").symlink_to(ROOT / "custom_components" / "alicia")
    (config / "configuration.yaml").write_text(
        f"homeassistant:\nhttp:\n  server_host: {LOOPBACK}\n  server_port: {free_port()}\n"
        f"logger:\n  default: error\nprobe:\n{automations}"
    )
    data = {"broker": LOOPBACK, "port": port, "protocol": "5"}
    entries = [_entry("mqtt", data, {"discovery": not ours}, 2)]
    if ours:
        entries.append(_entry("alicia", {"base_topic": "alicia"}, {}, 1))
    (config / ".storage" / "core.config_entries").write_text(
        json.dumps(
            {
                "version": 1,
                "minor_version": 1,
                "key": "core.config_entries",
                "data": {"entries": entries},
            }
        )
    )
    return config


def _entry(
    domain: str, data: dict[str, Any], options: dict[str, Any], version: int
) -> dict[str, Any]:
    return {
        "entry_id": f"{domain}{'0' * 20}",
        "version": version,
        "minor_version": 1,
        "domain": domain,
        "title": domain,
        "data": data,
        "options": options,
        "source": "user",
        "unique_id": data.get("base_topic"),
        "disabled_by": None,
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "created_at": NOW,
        "modified_at": NOW,
        "discovery_keys": {},
        "subentries": [],
    }


@dataclass(slots=True)
class Home:
    """A running Home Assistant with the probe in it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    #: s, epoch
    started: float

    async def ask(self, what: str = "read") -> dict[str, Any]:
        """Return what was measured since the last ``mark``."""
        self.writer.write(f"{what}\n".encode())
        answer: dict[str, Any] = json.loads(await self.reader.readline())
        return answer

    async def until(self, key: str, value: float) -> dict[str, Any]:
        """Wait until a count is reached; raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = await self.ask()
                if found[key] >= value:
                    return found
                await asyncio.sleep(0.1)


async def _connect(path: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    while True:
        try:
            return await asyncio.open_unix_connection(str(path))
        except OSError:  # the probe is not there yet
            await asyncio.sleep(0.02)


@asynccontextmanager
async def home(config: Path) -> AsyncIterator[Home]:
    """Run Home Assistant until the block ends, and let it write what it has to."""
    with tempfile.TemporaryDirectory() as sockets:
        path = Path(sockets) / "probe"
        started = time.time()
        process = await asyncio.create_subprocess_exec(
            str(ROOT / ".venv" / "bin" / "hass"),
            "--config",
            str(config),
            "--skip-pip",
            env={
                **{key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
                "PROBE_SOCKET": str(path),
                "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
            },
        )
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await _connect(path)
            yield Home(reader, writer, started)
            writer.close()
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()
