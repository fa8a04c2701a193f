"""What the user is asked to see to."""

import asyncio
from typing import Any
from unittest.mock import patch

from homeassistant.components.mqtt.models import DATA_MQTT
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.topic_count import TopicCount
from custom_components.alicia.bus.topics import Kind
from custom_components.alicia.const import DOMAIN

ISSUE = "01JALICIA0000000000000000_stt-kitchen-1a2b"
NOT_READY = {"status": "unavailable"}


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, ISSUE)


@pytest.fixture
def not_ready(sidecar: dict[str, Any]) -> dict[str, Any]:
    """What a sidecar without a model registers."""
    words = sidecar["metadata"] | {"detail": "no model in /models"}
    return sidecar | {"status": "unavailable", "metadata": words}


@pytest.mark.parametrize(
    ("contract", "key"), [(0, None), (1, None), (2, "contract_newer"), (-1, "contract_older")]
)
async def test_contract(
    hass: HomeAssistant, bus: Any, sidecar: dict[str, Any], contract: int, key: str | None
) -> None:
    await bus.say(Kind.REGISTER, sidecar | {"contract": contract})
    found = issue(hass)
    assert (found.translation_key if found else None) == key

    await bus.say(Kind.REGISTER, sidecar)
    assert issue(hass) is None


async def test_engine_that_does_not_load(
    hass: HomeAssistant,
    bus: Any,
    pass_time: Any,
    sidecar: dict[str, Any],
    not_ready: dict[str, Any],
) -> None:
    loading = not_ready | {"metadata": sidecar["metadata"] | {"detail": "loading"}}
    await bus.say(Kind.REGISTER, loading)
    await bus.say(Kind.REGISTER, not_ready)
    assert issue(hass) is None, "it may still be loading"
    await pass_time(61)
    found = issue(hass)
    assert found is not None
    assert found.translation_key == "not_ready"
    assert found.translation_placeholders["detail"] == "no model in /models"

    await bus.say(Kind.REGISTER, loading)
    assert issue(hass).translation_placeholders["detail"] == "loading"
    await bus.say(Kind.REGISTER, sidecar)
    assert issue(hass) is None


async def test_engine_that_takes_a_while(
    hass: HomeAssistant, bus: Any, pass_time: Any, sidecar: Any, not_ready: Any
) -> None:
    await bus.say(Kind.REGISTER, not_ready)
    await bus.say(Kind.REGISTER, sidecar)
    await pass_time(61)
    assert issue(hass) is None


@pytest.mark.parametrize("change", [{"contract": 7}, NOT_READY])
async def test_whoever_leaves_needs_nothing(
    hass: HomeAssistant, bus: Any, pass_time: Any, sidecar: dict[str, Any], change: dict[str, Any]
) -> None:
    await bus.say(Kind.REGISTER, sidecar | change)
    await pass_time(61)
    assert issue(hass) is not None
    await bus.say(Kind.UNREGISTER, {"device_id": sidecar["device_id"]})
    assert issue(hass) is None


@pytest.mark.parametrize("change", [{"contract": 7}, NOT_READY])
async def test_unloading_forgets(
    hass: HomeAssistant,
    bus: Any,
    entry: MockConfigEntry,
    pass_time: Any,
    sidecar: dict[str, Any],
    change: dict[str, Any],
) -> None:
    await bus.say(Kind.REGISTER, sidecar | change)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await pass_time(61)
    assert issue(hass) is None


async def test_topics_without_end_are_forgotten_and_reported(
    hass: HomeAssistant,
    bus: Any,
    issue_registry: ir.IssueRegistry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = hass.data[DATA_MQTT].client
    with patch.object(TopicCount, "__init__", _few_topics):
        entry = hass.config_entries.async_entries("alicia")[0]
        await hass.config_entries.async_reload(entry.entry_id)
    ready = asyncio.Event()
    entry.runtime_data.coordinator.async_add_ready_listener(lambda _: ready.set())
    await ready.wait()
    for number in range(34):
        await bus.say(Kind.HEALTH, {"status": "online"}, device_id=f"made-up-{number}")
    assert [each.translation_key for each in issue_registry.issues.values()] == ["many_topics"]
    assert entry.runtime_data.coordinator.hub.counters["many_topics"] == 3
    assert sum("topics without end" in each for each in caplog.messages) == 1
    assert client._matching_subscriptions.cache_info().currsize < 10


def _few_topics(self: TopicCount) -> None:
    self._limit, self._max_length, self._topics, self._length = 10, 1_000, set(), 0
