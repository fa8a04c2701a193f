"""A Home Assistant with both agents in one house, so that nothing differs but the agent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
import os
from pathlib import Path
import shutil
import signal
from typing import Any, Final

from benchmarks.crowd.home import LOOPBACK, NOW, PATIENCE, ROOT
from tests.ports import free_port

from .fakes import KEY, MODEL

OURS: Final = "conversation.grok"
PEER: Final = "conversation.peer"
#: Where scripts/bench puts the peer's client.
PEER_PACKAGES: Final = ROOT / ".cache" / "openai"


def furnish(folder: Path, ours: str, peer: str | None) -> Path:
    """Write a configuration folder with an agent at each address; returns it."""
    config = folder / "config"
    (config / ".storage").mkdir(parents=True)
    components = config / "custom_components"
    components.mkdir()
    shutil.copytree(Path(__file__).parent / "bench_house", components / "bench_house")
    (components / "alicia").symlink_to(ROOT / "custom_components" / "alicia")
    (config / "configuration.yaml").write_text(
        f"homeassistant:\nhttp:\n  server_host: {LOOPBACK}\n  server_port: {free_port()}\n"
        "logger:\n  default: error\nbench_house:\n"
    )
    entries = [_entry("bench_house", {}, []), _ours(ours)]
    if peer is not None:
        entries.append(_peer())
    stored = {"version": 1, "minor_version": 1, "key": "core.config_entries"}
    (config / ".storage" / "core.config_entries").write_text(
        json.dumps(stored | {"data": {"entries": entries}})
    )
    return config


def _ours(url: str) -> dict[str, Any]:
    data = {"kind": "grok", "api_key": KEY, "url": url}
    return _entry("alicia", data, [_agent("Grok", {"model": MODEL})])


def _peer() -> dict[str, Any]:
    options = {
        "recommended": False,
        "chat_model": MODEL,
        "llm_hass_api": ["assist"],
        "max_tokens": 3000,
        "store_responses": False,
    }
    entry = _entry("openai_conversation", {"api_key": KEY}, [_agent("Peer", options)])
    return entry | {"version": 2, "minor_version": 7}


def _agent(title: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "data": data,
        "subentry_id": f"{title.lower()}{'0' * 20}",
        "subentry_type": "conversation",
        "title": title,
        "unique_id": None,
    }


def _entry(domain: str, data: dict[str, Any], subentries: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "entry_id": f"{domain}{'0' * 20}",
        "version": 1,
        "minor_version": 1,
        "domain": domain,
        "title": domain,
        "data": data,
        "options": {},
        "source": "user",
        "unique_id": domain,
        "disabled_by": None,
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "created_at": NOW,
        "modified_at": NOW,
        "discovery_keys": {},
        "subentries": subentries,
    }


class House:
    """A running house; each line to it is answered by one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, what: str, **given: object) -> Any:  # noqa: ANN401 - JSON
        """Ask for something; several may ask at once."""
        reader, writer = (
            self._idle.pop()
            if self._idle
            else await asyncio.open_unix_connection(str(self._path), limit=2**24)
        )
        writer.write(json.dumps({"ask": what, **given}).encode() + b"\n")
        line = await reader.readline()
        if not line:
            raise ConnectionError(f"the house fell silent when it was asked to {what}: {given}")
        self._idle.append((reader, writer))
        return json.loads(line)

    def close(self) -> None:
        """Hang up."""
        for _reader, writer in self._idle:
            writer.close()


@asynccontextmanager
async def house(config: Path, ca: Path, peer: str | None) -> AsyncIterator[House]:
    """Run Home Assistant until the block ends."""
    path = config / "house.socket"
    others = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    process = await asyncio.create_subprocess_exec(
        str(ROOT / ".venv" / "bin" / "hass"), "--config", str(config), "--skip-pip",
        env={
            **others,
            "HOUSE_SOCKET": str(path),
            "OPENAI_BASE_URL": peer or "",
            "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(PEER_PACKAGES),
            "REQUESTS_CA_BUNDLE": str(ca),
        },
    )  # fmt: skip
    found = House(path)
    try:
        async with asyncio.timeout(PATIENCE):
            while not path.exists():  # noqa: ASYNC110 - another program makes it
                await asyncio.sleep(0.1)
        yield found
    finally:
        found.close()
        process.send_signal(signal.SIGTERM)
        await process.wait()
