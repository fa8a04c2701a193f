"""What the server does for any service: bounds, failures, and clients that leave."""

import asyncio
from collections.abc import AsyncIterator, Callable
import contextlib
from dataclasses import dataclass, field
import errno
import os
import threading

import pytest
from wyoming.client import AsyncClient
from wyoming.error import Error
from wyoming.event import Event, async_read_event
from wyoming.info import Describe, Info

from alicia_bus.errors import CommandError, ErrorCode
from alicia_sidecar.limits import Limits
from alicia_sidecar.server import WyomingServer
from alicia_sidecar.service import Conversation, Send
from alicia_sidecar.worker import Job, Worker

PATIENCE = 60.0  # s; a busy machine is slow
LIMITS = Limits()


@dataclass
class Echo:
    """A service whose work is whatever a test says."""

    work: Callable[[Job], str] = lambda _: "done"
    worker: Worker = field(default_factory=lambda: Worker(1, 1))
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    info: Info = field(default_factory=Info)

    def converse(self, send: Send) -> Conversation:
        return _EchoConversation(self, send)


@dataclass
class _EchoConversation:
    service: Echo
    send: Send

    async def handle(self, event: Event) -> None:
        if event.type == "flood":
            while True:
                await self.send(Event("noise", payload=bytes(65_536)))
        with self.service.worker.job() as job:
            await self.send(Event(await job.run(self.service.work, job)))

    async def close(self) -> None:
        self.service.closed.set()


@contextlib.asynccontextmanager
async def serving(service: Echo, limits: Limits = LIMITS) -> AsyncIterator[WyomingServer]:
    server = WyomingServer("tcp://127.0.0.1:0", service, limits)
    await server.start()
    try:
        yield server
    finally:
        service.worker.close()
        await server.close()


def _client(server: WyomingServer) -> AsyncClient:
    return AsyncClient.from_uri(server.uri, read_timeout=PATIENCE)


async def _rest(client: AsyncClient) -> list[Event]:
    events = []
    while (event := await client.read_event()) is not None:
        events.append(event)
    return events


async def test_what_waits_too_long_is_refused_and_describe_is_not() -> None:
    gate = threading.Event()
    service = Echo(lambda _: "done" if gate.wait(PATIENCE) else "late")
    async with serving(service) as server, contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(_client(server)) for _ in range(3)]
        for number, client in enumerate(clients):
            await client.write_event(Event("work"))
            while service.worker.load < min(number + 1, 2):  # noqa: ASYNC110 - tells nobody
                await asyncio.sleep(0.001)
        refused = await _rest(clients[2])
        await clients[0].write_event(Describe().event())
        described = await clients[0].read_event()
        gate.set()
        done = [await client.read_event() for client in clients[:2]]

    assert [Error.from_event(event).code for event in refused] == ["busy"]
    assert described is not None
    assert described.type == "info"
    assert [event and event.type for event in done] == ["done", "done"]


async def test_work_stops_when_its_client_leaves() -> None:
    started, stopped = threading.Event(), threading.Event()

    def work(job: Job) -> str:
        started.set()
        while not job.is_left():
            stopped.wait(0.001)
        stopped.set()
        return "done"

    service = Echo(work)
    async with serving(service) as server:
        async with _client(server) as client:
            await client.write_event(Event("work"))
            assert await asyncio.to_thread(started.wait, PATIENCE)
        assert await asyncio.to_thread(stopped.wait, PATIENCE)
        await service.closed.wait()
        assert service.worker.load == 0


async def test_a_failure_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def work(_: Job) -> str:
        raise RuntimeError("the engine broke")

    async with serving(Echo(work)) as server:
        async with _client(server) as client:
            await client.write_event(Event("work"))
            told = await _rest(client)
        async with _client(server) as client:
            await client.write_event(Describe().event())
            assert (await client.read_event()) is not None

    assert [Error.from_event(event).code for event in told] == ["failed"]
    assert "the engine broke" in caplog.text


async def test_an_expected_failure_is_told_with_its_code() -> None:
    def work(_: Job) -> str:
        raise CommandError(ErrorCode.UNAVAILABLE, "no engine")

    async with serving(Echo(work)) as server, _client(server) as client:
        await client.write_event(Event("work"))
        told = await _rest(client)

    assert told == [Error("no engine", "unavailable").event()]


async def test_a_ping_that_utf_8_cannot_carry_is_answered(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(Echo()) as server:
        host, port = server.uri.removeprefix("tcp://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b'{"type": "ping", "data": {"text": "a\\ud800"}}\n')
        pong = await async_read_event(reader)
        writer.close()

    assert pong is not None
    assert (pong.type, pong.data["text"]) == ("pong", "a?")
    assert not caplog.records


async def test_one_client_too_many_is_refused_while_all_are_at_work() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def work(_: Job) -> str:
        begun.set()
        may_end.wait(PATIENCE)
        return "done"

    async with serving(Echo(work), Limits(connections=1)) as server, _client(server) as first:
        await first.write_event(Event("work"))
        await asyncio.to_thread(begun.wait, PATIENCE)
        async with _client(server) as second:
            told = await _rest(second)
        may_end.set()
        answer = await first.read_event()

    assert [Error.from_event(event).code for event in told] == ["busy"]
    assert answer == Event("done")


async def test_the_client_that_was_quiet_for_longest_makes_room() -> None:
    async with (
        serving(Echo(), Limits(connections=2)) as server,
        _client(server) as quiet,
        _client(server) as first,
    ):
        for client in (quiet, first):
            await client.write_event(Describe().event())
            await client.read_event()
        async with _client(server) as second:
            told = await _rest(quiet)
            for client in (first, second):
                await client.write_event(Event("work"))
            answers = [await client.read_event() for client in (first, second)]

    assert [Error.from_event(event).code for event in told] == ["busy"]
    assert answers == [Event("done")] * 2


@pytest.mark.parametrize("stalled", [b"", b'{"type": "x", "payload_length": 9}\n'])
async def test_a_quiet_client_is_disconnected(stalled: bytes) -> None:
    async with serving(Echo(), Limits(idle=0.1, stalled=0.1)) as server, _client(server) as client:
        assert client._writer is not None
        client._writer.write(stalled)
        told = await _rest(client)

    assert [Error.from_event(event).code for event in told] == ["timeout"]


async def test_a_client_that_reads_nothing_is_given_up() -> None:
    service = Echo()
    async with serving(service, Limits(stalled=0.1)) as server, _client(server) as client:
        await client.write_event(Event("flood"))
        async with asyncio.timeout(PATIENCE):
            await service.closed.wait()


async def test_a_client_is_told_that_the_server_stops() -> None:
    async with serving(Echo()) as server, _client(server) as client:
        await client.write_event(Describe().event())
        await client.read_event()
        await server.close()
        told = await _rest(client)

    assert [Error.from_event(event).code for event in told] == ["unavailable"]


async def test_a_client_that_leaves_amid_its_error_is_no_news(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reset that comes before the transport has noticed it fails the shutdown of the socket."""

    def write_eof(_: asyncio.StreamWriter) -> None:
        raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))

    monkeypatch.setattr(asyncio.StreamWriter, "write_eof", write_eof)
    async with serving(Echo()) as server, _client(server) as client:
        assert client._writer is not None
        client._writer.write(b"x\n")
        told = await _rest(client)

    assert [Error.from_event(event).code for event in told] == ["invalid_json"]
    assert "Traceback" not in caplog.text
    assert "failed" not in caplog.text
