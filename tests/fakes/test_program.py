"""The program: its command line, TLS, the slow network, and connections that idle."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from pathlib import Path
import re
import ssl
import sys

from aiohttp import ClientSession, TCPConnector
import pytest

from tests.certificates import self_signed

from .xai.server import FakeXai
from .xai.state import Settings

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def program(*arguments: str) -> AsyncIterator[str]:
    """Run the program; yields its base URL."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.fakes.xai",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        told = (await process.stdout.readline()).decode()
        found = re.search(r"serves on (\S+) with the key xai-fake-key", told)
        assert found, told
        assert b"proves nothing about the live service" in await process.stdout.readline()
        yield found[1]
    finally:
        process.terminate()
        assert await process.wait() == 0


async def ask(session: ClientSession, url: str, text: str) -> str:
    headers = {"Authorization": "Bearer xai-fake-key"}
    body = {"model": "grok-4.3", "input": text, "reasoning": {"effort": "none"}}
    async with session.post(f"{url}/responses", json=body, headers=headers) as response:
        found = await response.json()
    return str(found["output"][0]["content"][0]["text"] if "output" in found else found["error"])


async def test_with_everything(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"text": "From the script."}, {"fault": "unavailable"}]))
    trusting = ssl.create_default_context(cafile=certificate)
    async with (
        program(
            *("--tls", str(certificate), str(key)),
            *("--delay-ms", "1"),
            *("--script", str(script)),
            "--lenient",
        ) as url,
        ClientSession(connector=TCPConnector(ssl=trusting)) as session,
    ):
        assert url.startswith("https://127.0.0.1:")
        assert await ask(session, url, "hello") == "From the script."
        assert "unavailable" in await ask(session, url, "hello")
        assert await ask(session, url, "hello") == "Hello."


async def test_it_can_be_looked_at_and_steered() -> None:
    async with program("--lenient") as url, ClientSession() as session:
        control = url.replace("/v1", "/fake")
        turns = [{"text": "Steered."}]
        async with session.post(f"{control}/script", json=turns) as response:
            assert await response.json() == {"turns": 1}
        async with session.post(f"{control}/script", json=[{"fault": "fire"}]) as response:
            assert response.status == 400
        assert await ask(session, url, "hello") == "Steered."
        async with session.get(f"{control}/requests") as response:
            record = (await response.json())[-1]
        assert (record["said"], record["answer"]) == ("hello", "Steered.")
        assert record["cost_in_usd_ticks"] > 0
        await (await session.delete(control)).read()
        async with session.get(f"{control}/requests") as response:
            assert await response.json() == []


async def test_plain() -> None:
    async with program("--gullible", "--hard", "--seed", "3") as url, ClientSession() as session:
        assert url.startswith("http://127.0.0.1:")
        assert await ask(session, url, "thanks") == "You are welcome."


@pytest.mark.parametrize("delay", [0.05, 0.0])
async def test_the_network_takes_its_time(delay: float) -> None:
    """A new connection costs a round trip of its own, as in real life; an old one doesn't."""
    loop = asyncio.get_running_loop()
    async with FakeXai(Settings(delay=delay)).running() as fake, ClientSession() as session:
        took = []
        for _ in range(2):
            began = loop.time()
            assert await ask(session, fake.url, "hello") == "Hello."
            took.append(loop.time() - began)
    assert took[0] >= 4 * delay
    assert took[1] >= 2 * delay


@pytest.mark.parametrize("delay", [0.001, 0.0])
async def test_idle_connections_are_closed(delay: float) -> None:
    async with FakeXai(Settings(delay=delay, idle=0.5)).running() as fake:
        reader, writer = await asyncio.open_connection("127.0.0.1", fake.port)
        writer.write(b"GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await reader.read()  # until the server closes
        writer.close()
    assert answer.startswith(b"HTTP/1.1 401")


async def test_nothing_is_left_behind() -> None:
    before = asyncio.all_tasks()
    async with FakeXai(Settings(delay=0.001)).running() as fake, ClientSession() as session:
        assert await ask(session, fake.url, "hello") == "Hello."
    assert asyncio.all_tasks() == before
