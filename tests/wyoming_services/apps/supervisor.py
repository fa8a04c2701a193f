"""As much of Home Assistant's Supervisor as an app meets, over a real socket.

It answers as supervisor/api/services.py, discovery.py and middleware/security.py do: only to the
app's token, a service only to an app that its configuration names as a user, and an error with a
status of 400 for a service that nobody provides.
"""

from collections.abc import Iterator, Mapping
import contextlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import json
import queue
import threading
from typing import Any

TOKEN = "a" * 64


@dataclass(slots=True)
class FakeSupervisor:
    """Knows one app, and a broker or none."""

    config: Mapping[str, Any]
    broker: Mapping[str, object] | None = None
    url: str = ""
    asked: list[str] = field(default_factory=list)
    offers: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)

    def get(self, path: str) -> tuple[int, object]:
        """Answer as GET does."""
        if path != "/services/mqtt":
            return 404, "Not found"
        if not any(each.startswith("mqtt:") for each in self.config.get("services", ())):
            return 403, "No access to mqtt service!"
        return (200, dict(self.broker)) if self.broker else (400, "Service not enabled")

    def post(self, path: str, body: Mapping[str, Any]) -> tuple[int, object]:
        """Answer as POST does."""
        if path != "/discovery" or body.keys() != {"service", "config"}:
            return 400, "Got unexpected data"
        if body["service"] not in self.config.get("discovery", ()):
            return 403, "Apps must list services they provide via discovery in their config!"
        self.offers.put(dict(body))
        return 200, {"uuid": "0" * 32}


@contextlib.contextmanager
def serving(supervisor: FakeSupervisor) -> Iterator[FakeSupervisor]:
    """Let it answer until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(lambda: supervisor.get(self.path))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(lambda: supervisor.post(self.path, body))

        def _answer(self, ask: Any) -> None:
            supervisor.asked.append(f"{self.command} {self.path}")
            known = self.headers.get("Authorization") == f"Bearer {TOKEN}"
            status, said = ask() if known else (401, "Unauthorized")
            ok = {"result": "ok", "data": said}
            answer = ok if status == 200 else {"result": "error", "message": said}
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    supervisor.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield supervisor
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
