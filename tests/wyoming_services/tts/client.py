"""Talks to the server as Wyoming's clients do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
import os
from pathlib import Path

from wyoming.client import AsyncClient
from wyoming.event import Event
from wyoming.info import Info

from tests.wyoming_services.support import Sidecar

_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def running(folder: Path, *options: str, uri: str = "tcp://127.0.0.1:0") -> Iterator[Sidecar]:
    """Run a server until the end of the block; it goes online only where the options say so."""
    offline = () if "--voices-url" in options else ("--offline", "on")
    sidecar = Sidecar("alicia_tts", folder, (*options, *offline), uri)
    try:
        yield sidecar.start()
    finally:
        sidecar.clean_up()


def processor_seconds(sidecar: Sidecar) -> float:
    """Return the processor time that a server has used."""
    stat = Path(f"/proc/{sidecar.pid}/stat").read_text("utf-8")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


@dataclass
class Heard:
    """What a server answered, up to its last event."""

    kinds: list[str] = field(default_factory=list)
    audio: bytearray = field(default_factory=bytearray)
    rate: int = 0
    error: dict[str, str] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """How long the audio lasts."""
        return len(self.audio) / 2 / self.rate if self.rate else 0.0

    @property
    def frame(self) -> list[str]:
        """The events around the samples."""
        return [kind for kind in self.kinds if kind != "audio-chunk"]


async def ask(uri: str, *events: Event, until: Sequence[str] = ("audio-stop", "error")) -> Heard:
    """Send events on a new connection and return the answer, up to one of some kinds."""
    async with AsyncClient.from_uri(uri) as client:
        for event in events:
            await client.write_event(event)
        return await hear(client, until)


async def hear(client: AsyncClient, until: Sequence[str] = ("audio-stop", "error")) -> Heard:
    """Return what comes, up to an event of some kinds or the end."""
    heard = Heard()
    while (event := await client.read_event()) is not None:
        heard.kinds.append(event.type)
        if event.type == "audio-start":
            heard.rate = event.data["rate"]
        elif event.type == "audio-chunk":
            heard.audio += event.payload or b""
        elif event.type == "error":
            heard.error = event.data
        if event.type in until:
            return heard
    heard.kinds.append("end")
    return heard


async def describe(uri: str) -> Info:
    """Return what a server says of itself."""
    async with AsyncClient.from_uri(uri) as client:
        await client.write_event(Event("describe"))
        event = await client.read_event()
        assert event is not None
        return Info.from_event(event)


def synthesize(text: object, **data: object) -> Event:
    """Return the event that asks for a text."""
    return Event("synthesize", {"text": text, **data})


def stream(*chunks: str, **data: object) -> list[Event]:
    """Return the events of a stream, as Home Assistant sends them."""
    return [
        Event("synthesize-start", data),
        *(Event("synthesize-chunk", {"text": chunk}) for chunk in chunks),
        synthesize("".join(chunks), **data),
        Event("synthesize-stop"),
    ]
