"""Models come once, stay while they are used, and go when their time or their place is up."""

import asyncio
from dataclasses import dataclass, field
import logging

import pytest

from alicia_bus.errors import CommandError, ErrorCode
from alicia_bus.messages import Vocabulary
from alicia_stt.engines.base import Engine, Model
from alicia_stt.lease import Lease
from alicia_stt.pool import Bounds, Pool

from .whole import Whole, make_model

DEFAULT, ONE, TWO, THREE = (make_model(name) for name in ("default", "one", "two", "three"))


@dataclass
class Slow:
    """Loads when a test lets it; tells the order of things."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    did: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    async def load(self, model: Model) -> Engine:
        self.did.append(f"load {model.name}")
        await self.gate.wait()
        if error := self.broken.get(model.name):
            raise CommandError(ErrorCode.UNAVAILABLE, error)
        engine = Whole()
        self.names[id(engine)] = model.name
        return engine

    async def teach(self, engine: Engine, vocabulary: Vocabulary) -> None:
        self.did.append(f"teach {self.names[id(engine)]} {vocabulary.areas[0]}")

    async def free(self, engine: Engine) -> None:
        self.did.append(f"free {self.names[id(engine)]}")


class House:
    """A pool with a default model, and the time of day."""

    def __init__(self, models: int = 2, idle: float = 600.0, patience: float = 30.0) -> None:
        self.now = 1000.0
        self.loader = Slow()
        self.loader.gate.set()
        self.pool = Pool(self.loader, Bounds(models, idle, patience), lambda: self.now)
        self.default = Whole()
        self.loader.names[id(self.default)] = "default"

    async def open(self) -> "House":
        await self.pool.keep(DEFAULT, self.default)
        return self

    async def use(self, model: Model) -> None:
        """Hold a model for a moment; the next one is used a second later."""
        with self.pool.lease(model) as lease:
            await lease.engine()
        self.now += 1.0


def _vocabulary(area: str) -> Vocabulary:
    return Vocabulary(language="en", areas=(area,))


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_default_is_there_and_stays() -> None:
    house = await House(models=1, idle=1.0).open()
    with house.pool.lease(DEFAULT) as lease:
        assert await lease.engine() is house.default
    house.now += 1e6
    await house.pool.expire()

    await house.use(DEFAULT)
    assert house.loader.did == []


async def test_two_who_ask_for_the_same_load_it_once() -> None:
    house = await House().open()
    house.loader.gate.clear()
    leases = [house.pool.lease(ONE) for _ in range(2)]
    waiting = [asyncio.create_task(lease.engine()) for lease in leases]
    await _settle()
    house.loader.gate.set()
    first, second = await asyncio.gather(*waiting)

    assert first is second
    assert house.loader.did == ["load one"]


async def test_a_model_that_is_in_memory_is_not_loaded_again() -> None:
    house = await House().open()
    await house.use(ONE)
    await house.use(ONE)

    assert house.loader.did == ["load one"]


async def test_the_default_needs_nobody_to_be_loaded() -> None:
    house = await House().open()
    house.loader.gate.clear()
    house.pool.lease(ONE)
    await _settle()

    await house.use(DEFAULT)


async def test_the_one_that_was_used_longest_ago_goes() -> None:
    house = await House(models=3).open()
    for model in (ONE, TWO, ONE, THREE):
        await house.use(model)

    assert house.loader.did == ["load one", "load two", "free two", "load three"]


async def test_there_is_room_before_the_next_is_loaded() -> None:
    house = await House().open()
    await house.use(ONE)
    house.loader.gate.clear()
    house.pool.lease(TWO)
    await _settle()

    assert house.loader.did == ["load one", "free one", "load two"]


async def test_one_that_is_used_is_not_pushed_out() -> None:
    house = await House().open()
    lease = house.pool.lease(ONE)
    await lease.engine()
    waiting = asyncio.create_task(house.pool.lease(TWO).engine())
    await _settle()
    assert house.loader.did == ["load one"]
    lease.release()
    await waiting

    assert house.loader.did == ["load one", "free one", "load two"]


async def test_who_gets_no_place_is_told_so() -> None:
    house = await House(patience=0.01).open()
    holding = house.pool.lease(ONE)
    await holding.engine()
    with pytest.raises(CommandError) as refused:
        await house.use(TWO)
    assert refused.value.code is ErrorCode.BUSY
    holding.release()

    await house.use(TWO)


async def test_whoever_leaves_before_there_is_room_costs_nothing() -> None:
    house = await House().open()
    holding = house.pool.lease(ONE)
    await holding.engine()
    house.pool.lease(TWO).release()
    await _settle()
    holding.release()
    await house.use(ONE)

    assert house.loader.did == ["load one"]


async def test_a_model_is_loaded_though_the_one_who_asked_has_left() -> None:
    house = await House().open()
    house.loader.gate.clear()
    lease = house.pool.lease(ONE)
    await _settle()
    lease.release()
    house.loader.gate.set()
    await _settle()
    await house.use(ONE)

    assert house.loader.did == ["load one"]


async def test_a_lease_is_given_back_once() -> None:
    house = await House().open()
    used = house.pool.lease(ONE)
    await used.engine()
    given = house.pool.lease(ONE)
    given.release()
    given.release()
    waiting = asyncio.create_task(house.pool.lease(TWO).engine())
    await _settle()
    used.release()
    await waiting

    assert house.loader.did == ["load one", "free one", "load two"]


@pytest.mark.parametrize(
    ("idle", "later", "is_freed"), [(60.0, 60.0, True), (60.0, 59.0, False), (0.0, 1e6, False)]
)
async def test_what_nobody_uses_goes_in_time(idle: float, later: float, is_freed: bool) -> None:
    house = await House(idle=idle).open()
    with house.pool.lease(ONE) as lease:
        await lease.engine()
        house.now += 1e3  # that it is used for
    house.now += later
    await house.pool.expire()

    assert ("free one" in house.loader.did) is is_freed


async def test_what_is_used_has_no_time() -> None:
    house = await House(idle=60.0).open()
    await house.pool.lease(ONE).engine()
    house.now += 1e6
    await house.pool.expire()

    assert house.loader.did == ["load one"]


async def test_one_that_was_let_go_comes_back() -> None:
    house = await House(idle=60.0).open()
    await house.use(ONE)
    house.now += 100.0
    await house.pool.expire()
    await house.use(ONE)

    assert house.loader.did == ["load one", "free one", "load one"]


async def test_nothing_is_let_go_while_another_comes() -> None:
    """It would have to wait for that, and those who look for idle models have other work."""
    house = await House(models=3, idle=60.0).open()
    await house.use(ONE)
    house.now += 100.0
    house.loader.gate.clear()
    house.pool.lease(TWO)
    await _settle()
    await house.pool.expire()

    assert house.loader.did == ["load one", "load two"]


async def test_a_model_that_fails_fails_for_all_who_wait() -> None:
    house = await House().open()
    house.loader.broken["one"] = "cut off"
    leases: list[Lease] = [house.pool.lease(ONE) for _ in range(2)]
    answers = await asyncio.gather(*(lease.engine() for lease in leases), return_exceptions=True)

    assert [str(answer) for answer in answers] == ["cut off"] * 2
    assert answers[0] is not answers[1]
    await house.use(TWO)


async def test_a_failure_is_logged_once_and_tried_again_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = await House().open()
    house.loader.broken["one"] = "cut off"
    for _ in range(3):
        with pytest.raises(CommandError, match="cut off"):
            await house.use(ONE)
    assert house.loader.did == ["load one"]
    assert house.pool.has_failed(ONE)
    assert not house.pool.has_failed(TWO)
    house.now += 61.0
    assert not house.pool.has_failed(ONE)
    with pytest.raises(CommandError, match="cut off"):
        await house.use(ONE)
    assert house.loader.did == ["load one"] * 2
    errors = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert len(errors) == 1
    del house.loader.broken["one"]
    house.now += 61.0

    await house.use(ONE)


async def test_a_failed_model_takes_no_place() -> None:
    house = await House().open()
    await house.use(ONE)
    house.loader.broken["two"] = "cut off"
    with pytest.raises(CommandError):
        await house.use(TWO)
    await house.use(THREE)

    assert house.loader.did == ["load one", "free one", "load two", "load three"]


async def test_a_bug_in_loading_leaves_nobody_waiting(caplog: pytest.LogCaptureFixture) -> None:
    house = await House().open()
    house.loader.broken = None  # the bug
    with pytest.raises(CommandError) as refused:
        await house.use(ONE)
    await _settle()

    assert refused.value.code is ErrorCode.FAILED
    assert "Loading a model failed" in caplog.text


async def test_the_names_reach_those_in_memory() -> None:
    house = await House().open()
    await house.use(ONE)
    house.pool.expect(_vocabulary("Attic"))
    await house.pool.teach()
    await house.pool.teach()

    assert house.loader.did == ["load one", "teach default Attic", "teach one Attic"]


async def test_the_names_reach_a_model_that_comes_later() -> None:
    house = House()
    house.pool.expect(_vocabulary("Attic"))
    await house.open()
    await house.use(ONE)

    assert house.loader.did == ["teach default Attic", "load one", "teach one Attic"]


async def test_names_that_come_while_a_model_loads_reach_it_too() -> None:
    house = await House().open()
    house.pool.expect(_vocabulary("Attic"))
    house.loader.gate.clear()
    lease = house.pool.lease(ONE)
    await _settle()
    house.pool.expect(_vocabulary("Cellar"))
    await house.pool.teach()
    house.loader.gate.set()
    await lease.engine()

    assert house.loader.did == ["load one", "teach default Cellar", "teach one Cellar"]
