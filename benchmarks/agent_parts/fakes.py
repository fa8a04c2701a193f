"""Fakes of xAI's API, as programs behind a network that takes its time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import ipaddress
from pathlib import Path
import ssl
from typing import Any, Final

import aiohttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks.crowd.home import LOOPBACK, ROOT

#: Neither side thinks before it answers with this one, whatever it asks for.
MODEL: Final = "grok-4.20-0309-non-reasoning"
KEY: Final = "xai-fake-key"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate, which is its own authority."""

    cert: Path
    key: Path


def make_certificate(folder: Path) -> Certificate:
    """Make a certificate for this machine's own address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "fake of xAI's API")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address(LOOPBACK))
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    made.cert.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


class Fake:
    """A running fake, which can be told what to answer and says what it was asked."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._session = session
        self._root = url.removesuffix("/v1")

    async def script(self, *turns: dict[str, Any]) -> None:
        """Say what the next requests get."""
        async with self._session.post(f"{self._root}/fake/script", json=list(turns)) as response:
            response.raise_for_status()

    async def forget(self) -> None:
        """Let it forget requests, turns and cached prompts."""
        async with self._session.delete(f"{self._root}/fake") as response:
            response.raise_for_status()

    async def asked(self) -> list[dict[str, Any]]:
        """Return what it was asked for answers."""
        async with self._session.get(f"{self._root}/fake/requests") as response:
            told: list[dict[str, Any]] = await response.json()
        return [each for each in told if each["path"] == "/v1/responses"]


@asynccontextmanager
async def fake(certificate: Certificate, *options: str) -> AsyncIterator[Fake]:
    """Run a fake until the block ends."""
    process = await asyncio.create_subprocess_exec(
        str(ROOT / ".venv" / "bin" / "python"), "-m", "tests.fakes.xai",
        "--tls", str(certificate.cert), str(certificate.key), *options,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    context = ssl.create_default_context(cafile=str(certificate.cert))
    try:
        url = await _address(process)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session:
            yield Fake(url, session)
    finally:
        process.terminate()
        await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    if process.stdout is None:
        raise RuntimeError("the fake says nothing")
    line = (await process.stdout.readline()).decode()
    return next(word for word in line.split() if word.startswith("https://"))
