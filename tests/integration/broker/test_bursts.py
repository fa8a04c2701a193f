"""More at once than the broker takes: nothing is lost, and who waits is not kept waiting."""

import signal
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.messages import QueryResponse, RegistryView
from custom_components.alicia.bus.outbox import MAX_IN_FLIGHT
from custom_components.alicia.bus.topics import Kind, Topics

from .real import Broker, Device, set_up

IDS = [f"probe-{number}" for number in range(1_500)]
ANSWER = Topics().build(Kind.QUERY_RESPONSE)
VIEWS = [Topics().build(Kind.REGISTRY, device_id=each) for each in IDS]


@pytest.fixture(autouse=True)
def _no_debug(hass: HomeAssistant) -> None:
    """Thousands of tasks take three times as long while asyncio writes down where each began."""
    hass.loop.set_debug(False)


async def test_a_house_that_starts_all_at_once(
    hass: HomeAssistant,
    mqtt: MockConfigEntry,
    entry: MockConfigEntry,
    broker: Broker,
    device: Device,
) -> None:
    await set_up(hass, mqtt, entry)
    await device.hears("alicia/system/discovery/query")
    device.listen("alicia/system/registry/+")
    asker = Device(broker.port)
    try:
        asker.listen(ANSWER)
        device.burst("alicia/system/discovery/register", map(_probe, IDS))
        asker.say("alicia/system/discovery/query", device_type="probe", request_id="q")
        assert (await asker.hears(ANSWER))["request_id"] == "q"
    finally:
        asker.leave()
    await device.hears_all(VIEWS)
    coordinator = entry.runtime_data.coordinator
    assert {each.device_id for each in coordinator.registry} == set(IDS)
    assert coordinator.hub.counters["unsent"] == 0


async def test_an_answer_overtakes_views_where_the_broker_is_slow(
    hass: HomeAssistant,
    mqtt: MockConfigEntry,
    entry: MockConfigEntry,
    broker: Broker,
    device: Device,
) -> None:
    await set_up(hass, mqtt, entry)
    await device.hears("alicia/system/discovery/query")
    for topic in ("alicia/system/registry/+", ANSWER):
        device.listen(topic)
    device.say("alicia/system/health/check")  # it is acknowledged after the subscriptions
    coordinator = entry.runtime_data.coordinator
    broker.signal(signal.SIGSTOP)
    for each in IDS:
        view = RegistryView(
            device_id=each, name=each, device_type="probe", capabilities={}, status="online"
        )
        coordinator.async_send(view)
    coordinator.async_send(QueryResponse(total=0))
    broker.signal(signal.SIGCONT)
    assert coordinator.hub.counters["unsent"] == 0
    heard = await device.hears_all([*VIEWS, ANSWER])
    assert heard.index(ANSWER) <= MAX_IN_FLIGHT
    assert [each for each in heard if each != ANSWER] == VIEWS


def _probe(device_id: str) -> dict[str, Any]:
    return {"device_id": device_id, "device_type": "probe", "capabilities": []}
