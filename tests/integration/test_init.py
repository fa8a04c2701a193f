"""Set-up and unloading, and what is left behind: nothing."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.outbox import MAX_IN_FLIGHT
from custom_components.alicia.bus.topics import Kind
from custom_components.alicia.const import DOMAIN


async def test_text_command_is_answered(hass: HomeAssistant, bus: Any) -> None:
    await bus.say(Kind.COMMAND_ROUTE, {"text": "what time is it", "request_id": "r1"})

    (answer,) = bus.heard(Kind.COMMAND_RESPONSE)
    assert answer["request_id"] == "r1"
    assert answer["source"] == "home_assistant"
    assert answer["outcome"] == "done"
    assert answer["text"] == "what time is it"


async def test_everybody_is_asked_to_register(bus: Any) -> None:
    (query,) = bus.heard(Kind.QUERY)
    assert set(query) == {"source", "timestamp"}


async def test_no_mqtt(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "mqtt_missing"


async def test_unload_leaves_nothing(
    hass: HomeAssistant, bus: Any, broker: Any, entry: MockConfigEntry
) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    sent = len(bus.published)
    await bus.say(Kind.COMMAND_ROUTE, {"text": "what time is it"})
    assert len(bus.published) == sent
    assert broker.return_value.subscriptions == set()


async def test_reload_answers_once(hass: HomeAssistant, bus: Any, entry: MockConfigEntry) -> None:
    for _ in range(2):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
    await bus.say(Kind.COMMAND_ROUTE, {"text": "what time is it"})
    assert len(bus.heard(Kind.COMMAND_RESPONSE)) == 1


async def test_one_bus_serves_the_capability_topics(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry
) -> None:
    """They have no base, and a command must not be carried out twice."""
    other = MockConfigEntry(domain=DOMAIN, unique_id="home", data={"base_topic": "home"})
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await hass.async_block_till_done()

    request = {"text": "what time is it", "request_id": "a1"}
    await bus.say(Kind.CAPABILITY, request, capability="natural_language_processing")
    answers = [topic for topic, _ in bus.published if topic.endswith("voice/ai/response")]
    assert answers == ["alicia/voice/ai/response"]


async def test_the_next_bus_serves_them_when_the_first_goes(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry
) -> None:
    other = MockConfigEntry(domain=DOMAIN, unique_id="home", data={"base_topic": "home"})
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()

    request = {"text": "what time is it"}
    await bus.say(Kind.CAPABILITY, request, capability="natural_language_processing")
    assert [topic for topic, _ in bus.published].count("home/voice/ai/response") == 1


async def test_a_flood_waits_for_the_broker(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry
) -> None:
    coordinator = entry.runtime_data.coordinator
    sent = len(bus.published)
    for _ in range(MAX_IN_FLIGHT + 5):
        coordinator.presence.ask_everyone()
    assert len(bus.published) == sent + MAX_IN_FLIGHT
    await hass.async_block_till_done()
    assert len(bus.published) == sent + MAX_IN_FLIGHT + 5
    assert coordinator.hub.counters["unsent"] == 0


async def test_broker_that_refuses(
    hass: HomeAssistant, bus: Any, entry: MockConfigEntry, mqtt_client_mock: Any
) -> None:
    mqtt_client_mock.publish.side_effect = None
    mqtt_client_mock.publish.return_value.rc = 4
    coordinator = entry.runtime_data.coordinator
    coordinator.presence.ask_everyone()
    await hass.async_block_till_done()
    assert coordinator.hub.counters["unsent"] == 1

    await hass.config_entries.async_remove(entry.entry_id)
    assert not hass.config_entries.async_entries(DOMAIN)
