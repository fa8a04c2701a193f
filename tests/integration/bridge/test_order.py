"""Commands wait for those before them, for nobody else, and not without end."""

import asyncio
import json
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant, ServiceCall
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
)

from custom_components.alicia.bus.topics import Kind

FAN = "input_boolean.fan"


async def test_a_slow_action_holds_up_nobody_else(hass: HomeAssistant, house: Any) -> None:
    released = asyncio.Event()

    async def slow(call: ServiceCall) -> None:
        await released.wait()

    hass.services.async_register("input_boolean", "slow", slow)
    hass.states.async_set("input_boolean.other", "off")
    async_expose_entity(hass, "conversation", "input_boolean.other", True)
    first = {"service": "slow", "entity_id": "input_boolean.other", "request_id": "slow"}
    second = {"service": "turn_on", "entity_id": FAN, "request_id": "fast"}
    for command in (first, second):
        waiting = asyncio.create_task(house.say(Kind.HA_COMMAND, command))
        await asyncio.sleep(0.05)
    assert [each["request_id"] for each in house.heard(Kind.HA_RESPONSE)] == ["fast"]
    released.set()
    await waiting
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [each["request_id"] for each in house.heard(Kind.HA_RESPONSE)] == ["fast", "slow"]


async def test_commands_for_one_entity_keep_their_order(hass: HomeAssistant, house: Any) -> None:
    done: list[tuple[str, ...]] = []
    released = asyncio.Event()

    async def slow(call: ServiceCall) -> None:
        await released.wait()
        done.append(tuple(call.data["entity_id"]))

    hass.services.async_register("cover", "slow", slow)
    commands: list[dict[str, Any]] = [
        {"entity_id": "cover.blind"},
        {"entity_id": ["cover.other", "cover.blind"]},
        {"data": {"entity_id": "cover.other"}},
    ]
    hass.states.async_set("cover.other", "closed")
    async_expose_entity(hass, "conversation", "cover.other", True)
    waiting = []
    for number, command in enumerate(commands):
        request = {"service": "cover.slow", "request_id": f"o-{number}", **command}
        waiting.append(asyncio.create_task(house.say(Kind.HA_COMMAND, request)))
        await asyncio.sleep(0)
    released.set()
    await asyncio.gather(*waiting)
    assert done == [("cover.blind",), ("cover.other", "cover.blind"), ("cover.other",)]


async def test_a_bus_that_stops_answers_what_it_has_not_done(
    hass: HomeAssistant, entry: MockConfigEntry, house: Any
) -> None:
    async def slow(call: ServiceCall) -> None:
        await asyncio.Event().wait()

    hass.services.async_register("input_boolean", "slow", slow)
    for name in ("running", "waiting"):
        command = {"service": "slow", "entity_id": FAN, "request_id": name}
        saying = asyncio.create_task(house.say(Kind.HA_COMMAND, command))
        await asyncio.sleep(0)
    await hass.config_entries.async_unload(entry.entry_id)
    await saying
    answers = house.heard(Kind.HA_RESPONSE)
    assert {each["request_id"] for each in answers} == {"running", "waiting"}
    assert {each["error"]["code"] for each in answers} == {"unavailable"}


async def test_too_many_commands_at_once_are_refused(hass: HomeAssistant, house: Any) -> None:
    released = asyncio.Event()

    async def slow(call: ServiceCall) -> None:
        await released.wait()

    hass.services.async_register("input_boolean", "slow", slow)
    topic = house.topics.build(Kind.HA_COMMAND)
    for number in range(300):
        command = {"service": "slow", "entity_id": FAN, "request_id": f"n-{number}"}
        async_fire_mqtt_message(hass, topic, json.dumps(command))
    await asyncio.sleep(0)
    released.set()
    await hass.async_block_till_done(wait_background_tasks=True)
    codes = [each.get("error", {}).get("code") for each in house.heard(Kind.HA_RESPONSE)]
    assert len(codes) == 300
    assert (codes.count("busy"), codes.count(None)) == (43, 257)
