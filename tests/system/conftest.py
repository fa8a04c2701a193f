"""One house for all system tests: making it takes longer than any of them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from playwright.async_api import expect
import pytest

from demo.check.mouth import Mouth
from demo.places import Places

from .house import COMMANDS, OTHERS, SEED, House, demo

# A busy machine takes longer over a page than a person would like.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("demo")
    counts = ("--commands", str(COMMANDS), "--others", str(OTHERS), "--seed", str(SEED))
    try:
        yield House(Places(folder), demo("--folder", str(folder), "--detach", "--check", *counts))
    finally:
        stopped = demo("--folder", str(folder), "--stop")
    assert stopped.returncode == 0, stopped.stderr
    assert _left_behind(folder) == []


def _left_behind(folder: Path) -> list[str]:
    """The processes that still have the folder on their command line."""
    commands = (path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline"))
    return [command.decode() for command in commands if str(folder).encode() in command]


@pytest.fixture
async def mouth(house: House) -> AsyncIterator[Mouth]:
    async with house.mouth() as mouth:
        yield mouth
