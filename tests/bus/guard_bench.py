"""A guard with its clock and its workers."""

from alicia_bus.errors import CommandError
from alicia_bus.guard import Guard
from alicia_bus.messages import Meta
from alicia_bus.topics import Kind
from alicia_bus.watch import Patience

STT, TTS = Kind.STT_REQUEST, Kind.TTS_REQUEST
WAIT = Patience()
PAYLOAD = b'{"request_id": "r"}'


class Bench:
    """A guard with its clock, and what it sent."""

    def __init__(self, *workers: str, kind: Kind = STT) -> None:
        self.now = 1_000.0
        self.sent: list[str] = []
        self.payloads: list[bytes] = []
        self.failed: list[tuple[str, str]] = []
        self.guard = Guard(lambda: self.now, self._send, self._give_up)
        for name in workers:
            self.guard.know(name, {kind})
            self.guard.heard(name, ready=True, load=0)

    def _send(self, name: str, payload: bytes) -> None:
        self.sent.append(name)
        self.payloads.append(payload)

    def _give_up(self, _kind: Kind, meta: Meta, error: CommandError) -> None:
        self.failed.append((meta.request_id or "", error.code.value))

    def watch(self, request_id: str | None = "r", kind: Kind = STT, **more: float) -> None:
        meta = Meta(request_id=request_id, extra={"text": "a secret"})
        self.guard.watch(kind, meta, PAYLOAD, more.get("span"))

    def address(self, request_id: str | None = "r") -> None:
        self.guard.address(STT, Meta(request_id=request_id), PAYLOAD, None)

    def take(self, name: str, request_id: str = "r", every: float | None = 1.0) -> None:
        self.guard.taken(name, request_id, every)

    def answer(self, request_id: str = "r", *, kind: Kind = STT, failed: bool = False) -> None:
        self.guard.answered(kind, request_id, failed=failed)

    def wait(self, seconds: float) -> None:
        """Let time go by, as a timer at each due moment sees it."""
        end = self.now + seconds
        while (due := self.guard.due) is not None and due <= end:
            assert due >= self.now, "nothing is due in the past"
            self.now = max(due, self.now)
            self.guard.sweep()
        self.now = end
        self.guard.sweep()

    def work(self, name: str, seconds: int, request_id: str = "r") -> None:
        """Have a worker say every second that it still works."""
        for _ in range(seconds):
            self.wait(1)
            self.take(name, request_id)

    def resent(self) -> dict[str, int]:
        return {
            name.removeprefix("resent_"): count
            for name, count in self.guard.counters.items()
            if name.startswith("resent_")
        }
