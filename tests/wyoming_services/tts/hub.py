"""Publishes voices as the well-known hub does, and breaks off where a test says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import json
from pathlib import Path
import re
import threading

from tests.models.tone_voice import make_voice


@dataclass
class Hub:
    """A server of voices."""

    folder: Path
    url: str = ""
    #: The byte of a file at which every answer ends.
    cut: int | None = None
    #: Paths and the bytes that were sent of them.
    sent: list[tuple[str, int]] = field(default_factory=list)
    #: Whoever asks for a model waits for this.
    gate: threading.Event = field(default_factory=threading.Event)

    def publish(self, name: str, speakers: int = 1, espeak_voice: str = "en-us") -> None:
        """Make a voice and put it on the list."""
        language, title, quality = name.split("-")
        place = f"{language[:2]}/{language}/{title}/{quality}"
        model = make_voice(self.folder / place, name, speakers=speakers, espeak_voice=espeak_voice)
        listed = self.folder / "voices.json"
        voices = json.loads(listed.read_text()) if listed.exists() else {}
        files = {}
        for path in (model, Path(f"{model}.json")):
            data = path.read_bytes()
            mark = {"size_bytes": len(data), "md5_digest": hashlib.md5(data).hexdigest()}  # noqa: S324 - the list's own
            files[f"{place}/{path.name}"] = mark
        voices[name] = {"files": files, "num_speakers": speakers}
        listed.write_text(json.dumps(voices))


class _Handler(BaseHTTPRequestHandler):
    """Serves files whole or from a byte on."""

    hub: Hub

    def log_message(self, *args: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        """Send a file."""
        path = self.hub.folder / self.path.lstrip("/")
        if not path.is_file():
            self.send_error(404)
            return
        if path.suffix == ".onnx":
            self.hub.gate.wait(30)
        data = path.read_bytes()
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        begin = int(asked[1]) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        part = data[begin : self.hub.cut if path.name != "voices.json" else None]
        self.wfile.write(part)
        self.hub.sent.append((self.path, len(part)))


@contextmanager
def publishing(folder: Path) -> Iterator[Hub]:
    """Run a hub with an English and a German voice until the end of the block."""
    hub = Hub(folder)
    hub.publish("en_US-tone-low")
    hub.publish("de_DE-toene-low", 3, "de")
    hub.gate.set()
    handler = type("Handler", (_Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        hub.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield hub
        server.shutdown()
        thread.join()
