"""A minute of hostile input to both protocols, always the same; scripts/fuzz has hours of it."""

from collections.abc import AsyncIterator
from pathlib import Path
import random

import pytest
import pytest_asyncio

from tests.fuzz.house import running
from tests.fuzz.targets import Target, descriptors

from .support import Sidecar

#: Batches, and inputs in each.
ROUNDS = {
    "hub": (40, 2000),
    "framing": (40, 500),
    "stt": (30, 40),
    "tts": (30, 40),
    "bus": (12, 40),
}

House = tuple[dict[str, Target], tuple[Sidecar, ...]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with running(Path(tmp_path_factory.mktemp("fuzz"))) as found:
        yield found


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", ROUNDS)
async def test_it_does_its_work_after_each_batch(house: House, name: str) -> None:
    target = house[0][name]
    batches, size = ROUNDS[name]

    for number in range(batches):
        await target.batch(random.Random(f"{name} {number}"), size)
        await target.check()


@pytest.mark.asyncio(loop_scope="module")
async def test_the_servers_have_kept_nothing_of_it(house: House) -> None:
    """A connection that nobody closed would still be a file; the broker's is one."""
    for sidecar in house[1]:
        assert sidecar.process is not None
        assert sidecar.process.poll() is None
        assert descriptors(sidecar) < 40
        assert "Traceback" not in sidecar.log
