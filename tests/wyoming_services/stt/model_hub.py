"""A hub of models on loopback: as much of the real one's HTTP as a download takes."""

from collections.abc import Iterator
import contextlib
import hashlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import json
from pathlib import Path
import threading
from typing import ClassVar

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class _Handler(BaseHTTPRequestHandler):
    folder: ClassVar[Path]
    repository: ClassVar[str]

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _answer(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0]
        if path.startswith(f"/api/models/{self.repository}"):
            told = self._tree() if "/tree/" in path else self._description()
            body, headers = json.dumps(told).encode(), {"Content-Type": "application/json"}
        elif path.startswith(f"/{self.repository}/resolve/"):
            body = (self.folder / path.rpartition("/")[2]).read_bytes()
            headers = {"ETag": f'"{hashlib.sha256(body).hexdigest()}"', "X-Repo-Commit": COMMIT}
        else:
            self.send_error(404)
            return
        self.send_response(200)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _description(self) -> dict[str, object]:
        files = [{"rfilename": path.name} for path in self._files()]
        return {"id": self.repository, "sha": COMMIT, "siblings": files}

    def _tree(self) -> list[dict[str, object]]:
        return [
            {"type": "file", "path": path.name, "size": path.stat().st_size, "oid": COMMIT}
            for path in self._files()
        ]

    def _files(self) -> list[Path]:
        return [path for path in sorted(self.folder.iterdir()) if path.is_file()]


@contextlib.contextmanager
def serving(folder: Path, repository: str) -> Iterator[str]:
    """Serve a folder's files as a repository; yields the hub's address."""
    handler = type("Handler", (_Handler,), {"folder": folder, "repository": repository})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
