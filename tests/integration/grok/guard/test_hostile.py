"""Arguments that no model should send: each is judged, and none gets past."""

from functools import reduce
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant, ServiceCall
import pytest

from custom_components.alicia.grok.guard.confirmation import Call as Kept
from custom_components.alicia.grok.guard.judgement import Policy, async_judge, async_judge_intent
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Turn

from ..conftest import Home
from .conftest import LEFT, UNLOCK, Talk
from .verdicts import FRONT, Strange

DEEP: list[Any] = reduce(lambda inner, _: [inner], range(20_000), ["lock.test_front_door"])
HOSTILE: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, float("nan"), "", " ", "\0", "\ud800", "{{ 1 }}", "a" * 100_000,
    "lock." * 20_000, [], [[]], {}, {"": {}}, [None, True, {"name": []}], DEEP,
)  # fmt: skip
SLOTS = (
    "name", "area", "floor", "domain", "device_class", "position", "conversation_command",
    "entity_id", "anything",
)  # fmt: skip


@pytest.mark.parametrize("slot", SLOTS)
async def test_anything_is_judged(hass: HomeAssistant, home: Home, slot: str) -> None:
    for value in HOSTILE:
        for name in ("HassTurnOff", "HassSetPosition", "HassNobodyKnows"):
            async_judge_intent(hass, Policy(), name, {slot: value}, is_tainted=True)
        for more in ({}, {"target": "lock.test_front_door"}):
            arguments = {slot: value, **more}
            verdict = async_judge(hass, Policy(), Strange(), arguments, is_tainted=False)
            assert verdict.refusal or FRONT in verdict.touches or not (more or value is DEEP)


@pytest.mark.parametrize("value", HOSTILE[:-1])
def test_anything_can_be_kept(value: object) -> None:
    assert Kept.of("tool", {"value": value}, frozenset()).arguments


async def test_something_so_deep_is_not_done(
    hass: HomeAssistant, talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    """It can't be kept until somebody has agreed."""
    xai.will(Turn(calls=(UNLOCK,)))
    too_deep = patch(
        "custom_components.alicia.grok.guard.guarded.Call.of", side_effect=RecursionError
    )
    with too_deep:
        assert await talk.say("Open") == "That is too much at once."
    assert opened == []


async def test_something_deep_is_asked_for(
    talk: Talk, xai: FakeXai, opened: list[ServiceCall]
) -> None:
    deep: Any = "lock.test_front_door"
    for _ in range(50):
        deep = {"a": [deep]}
    xai.will(Turn(calls=(Call("intent__HassTurnOff", {"domain": ["lock"], "deep": deep}),)))
    assert (await talk.say("Open")).startswith("Do you want me to unlock Front door")
    assert opened == []
    assert await talk.say("No") == LEFT
    assert opened == []
