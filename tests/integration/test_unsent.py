"""What waited while the broker was lost is not sent late, and what is retained is sent anew."""

from collections.abc import Callable
import json
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.mqtt.const import MQTT_CONNECTION_STATE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_send
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.bus.messages import QueryResponse, Vocabulary
from custom_components.alicia.bus.outbox import MAX_IN_FLIGHT
from custom_components.alicia.bus.topics import Kind

LAMP = {"domain": "light", "object_id": "lamp"}
PROBE = {"device_id": "probe"}


@pytest.fixture
def options() -> dict[str, Any]:
    """Return the options of a bus that mirrors."""
    return {"bridge": {"mirror": True, "mirror_attributes": False, "events": []}}


class Outage:
    """A broker that confirms nothing for a while, so that all waits, and is then lost."""

    def __init__(self, hass: HomeAssistant, coordinator: Any) -> None:
        self._hass = hass
        self._coordinator = coordinator
        self._unsent = coordinator.hub.counters["unsent"]
        coordinator._outbox._max_in_flight = 0

    def ends(self) -> int:
        """Lose the broker and find it again; returns how many were not sent."""
        async_dispatcher_send(self._hass, MQTT_CONNECTION_STATE, False)
        lost = self._coordinator.hub.counters["unsent"] - self._unsent
        self._coordinator._outbox._max_in_flight = MAX_IN_FLIGHT
        async_dispatcher_send(self._hass, MQTT_CONNECTION_STATE, True)
        self._coordinator._on_subscribed()
        return int(lost)


@pytest.fixture
def outage(hass: HomeAssistant, bus: Any, entry: MockConfigEntry) -> Callable[[], Outage]:
    """Return what begins an outage."""
    return lambda: Outage(hass, entry.runtime_data.coordinator)


@pytest.fixture
async def house(hass: HomeAssistant, bus: Any, pass_time: Any) -> None:
    """A probe is on the bus, and a lamp is mirrored there."""
    device = {"device_type": "probe", "capabilities": [], **PROBE}
    await bus.say(Kind.REGISTER, device)
    hass.states.async_set("light.lamp", "on")
    async_expose_entity(hass, "conversation", "light.lamp", True)
    await pass_time(2)


def last(bus: Any, kind: Kind, **ids: str) -> Any:
    """What stands on a topic in the end."""
    topic = bus.topics.build(kind, **ids)
    sent = [payload for name, payload in bus.published if name == topic]
    return json.loads(sent[-1] or "null")


async def test_an_answer_is_not_sent_late(
    bus: Any, entry: MockConfigEntry, outage: Any, pass_time: Any
) -> None:
    begun = outage()
    entry.runtime_data.coordinator.async_send(QueryResponse(total=0))
    assert begun.ends() == 1
    await pass_time(2)
    assert not bus.heard(Kind.QUERY_RESPONSE)


async def test_what_is_known_of_a_device_is_sent_anew(
    bus: Any, house: None, outage: Any, pass_time: Any
) -> None:
    begun = outage()
    await bus.say(Kind.HEALTH, {"status": "offline"}, **PROBE)
    await pass_time(1)
    assert last(bus, Kind.REGISTRY, **PROBE)["status"] == "online"
    assert begun.ends() == 1
    await pass_time(2)
    assert last(bus, Kind.REGISTRY, **PROBE)["status"] == "offline"


async def test_a_device_that_left_is_cleared_all_the_same(
    bus: Any, house: None, outage: Any, pass_time: Any
) -> None:
    begun = outage()
    await bus.say(Kind.UNREGISTER, PROBE)
    await pass_time(1)
    assert begun.ends() == 3
    await pass_time(2)
    for kind in (Kind.REGISTRY, Kind.HEALTH, Kind.DEVICE_STATUS):
        assert last(bus, kind, **PROBE) is None


async def test_a_state_is_mirrored_anew(
    hass: HomeAssistant, bus: Any, house: None, outage: Any, pass_time: Any
) -> None:
    begun = outage()
    hass.states.async_set("light.lamp", "off")
    await pass_time(1)
    assert begun.ends() == 1
    await pass_time(2)
    assert last(bus, Kind.HA_STATE, **LAMP)["state"] == "off"


async def test_a_state_that_nobody_may_see_is_cleared_all_the_same(
    hass: HomeAssistant, bus: Any, house: None, outage: Any, pass_time: Any
) -> None:
    begun = outage()
    async_expose_entity(hass, "conversation", "light.lamp", False)
    await pass_time(0.5)
    assert begun.ends()
    await pass_time(2)
    assert last(bus, Kind.HA_STATE, **LAMP) is None


async def test_the_vocabulary_is_sent_anew(
    hass: HomeAssistant, bus: Any, house: None, outage: Any, pass_time: Any
) -> None:
    begun = outage()
    hass.states.async_set("light.desk", "on", {"friendly_name": "Desk"})
    async_expose_entity(hass, "conversation", "light.desk", True)
    await pass_time(2)
    assert begun.ends()
    await pass_time(2)
    assert "Desk" in [each["name"] for each in last(bus, Kind.VOCABULARY)["entities"]]


@pytest.mark.parametrize("kind", [Kind.VOCABULARY, Kind.REGISTRY, Kind.HA_STATE])
async def test_what_found_no_room_is_sent_when_there_is(
    bus: Any,
    house: None,
    entry: MockConfigEntry,
    pass_time: Any,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
) -> None:
    ids = {Kind.REGISTRY: PROBE, Kind.HA_STATE: LAMP}.get(kind, {})
    coordinator = entry.runtime_data.coordinator
    sent = len(bus.published)
    with monkeypatch.context() as full:
        full.setattr(coordinator._outbox, "_max_in_flight", 0)
        full.setattr(coordinator._outbox, "_max_waiting", 0)
        coordinator.async_clear(kind, **ids)
    assert len(bus.published) == sent
    await pass_time(2)
    assert len(bus.published) == sent + 1
    assert last(bus, kind, **ids) is not None


async def test_what_waits_is_sent_before_the_bus_goes(
    hass: HomeAssistant, bus: Any, house: None, outage: Any, entry: MockConfigEntry
) -> None:
    outage()
    coordinator = entry.runtime_data.coordinator
    coordinator.async_send(Vocabulary(language="en", entities=(), areas=("Attic",)))
    coordinator.async_send(QueryResponse(total=0))
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert bus.heard(Kind.QUERY_RESPONSE)
    assert last(bus, Kind.VOCABULARY) is None
    assert any(b"Attic" in payload for _, payload in bus.published)
