"""The demo: started if it is not running yet, and how to reach it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = Path(".demo")
_SUMMARY = "demo.json"
_SCRIPT = "scripts/demo"


class DemoError(Exception):
    """The demo can't be started."""


@dataclass(frozen=True, slots=True)
class Broker:
    """How to reach the bus."""

    host: str
    port: int
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Demo:
    """How to reach the parts of the running demo."""

    broker: Broker
    url: str
    token: str
    stt: str
    tts: str

    @property
    def ports(self) -> dict[str, int]:
        """The port that each process listens on, by the name of what runs there."""
        addresses = {"Home Assistant": self.url, "alicia_stt": self.stt, "alicia_tts": self.tts}
        ports = {name: urlsplit(address).port or 0 for name, address in addresses.items()}
        return {"Mosquitto": self.broker.port, **ports}


@asynccontextmanager
async def running_demo(folder: Path) -> AsyncIterator[Demo]:
    """Reach the demo of a folder; one that was started for this is stopped afterwards."""
    was_running = is_running(folder)
    if not was_running:
        await _run("--detach", folder)
    try:
        yield read(folder)
    finally:
        if not was_running:
            await _run("--stop", folder)


def is_running(folder: Path) -> bool:
    """Tell whether a demo runs in a folder."""
    return (folder / _SUMMARY).exists()


def read(folder: Path) -> Demo:
    """Return how to reach the demo that runs."""
    summary = json.loads((folder / _SUMMARY).read_text())
    home_assistant = summary["home_assistant"]
    return Demo(
        broker=Broker(**{name: summary["mqtt"][name] for name in Broker.__slots__}),
        url=home_assistant["url"].rstrip("/"),
        token=home_assistant["token"],
        stt=summary["stt"],
        tts=summary["tts"],
    )


async def _run(option: str, folder: Path) -> None:
    words = (_SCRIPT, option, "--folder", str(folder))
    process = await asyncio.create_subprocess_exec(*words)
    if status := await process.wait():
        raise DemoError(f"{' '.join(words)} ended with {status}; what it said is above")
