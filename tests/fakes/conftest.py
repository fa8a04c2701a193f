"""The fake API on a real socket, and a client for it."""

from collections.abc import AsyncIterator
import json
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
import pytest

from .client import Client
from .xai.server import FakeXai
from .xai.state import Settings

HOUSE = Path(__file__).parent / "house.json"


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
async def xai(settings: Settings) -> AsyncIterator[FakeXai]:
    async with FakeXai(settings).running() as fake:
        yield fake


@pytest.fixture
async def client(xai: FakeXai) -> AsyncIterator[Client]:
    async with ClientSession() as session:
        yield Client(session, xai)


@pytest.fixture(scope="session")
def house() -> dict[str, Any]:
    """What Home Assistant offers a model: its prompt and its tools."""
    offered: dict[str, Any] = json.loads(HOUSE.read_text())
    return offered
