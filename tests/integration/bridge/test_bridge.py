"""Those on the bus may use what the user exposes and allows, and nothing else."""

from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import (
    EVENT_CALL_SERVICE,
    Event,
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
import probatio as vol
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
)

from custom_components.alicia.bus.topics import Kind

FAN = "input_boolean.fan"


async def ask(bus: Any, **command: Any) -> dict[str, Any]:
    number = len(bus.heard(Kind.HA_RESPONSE))
    await bus.say(Kind.HA_COMMAND, {"request_id": f"r-{number}", **command})
    answers: list[dict[str, Any]] = bus.heard(Kind.HA_RESPONSE)
    assert len(answers) == number + 1
    assert answers[-1]["request_id"] == f"r-{number}"
    return answers[-1]


@pytest.mark.parametrize(
    "command",
    [
        {"service": "input_boolean.turn_on", "entity_id": FAN},
        {"service": "turn_on", "entity_id": [FAN]},
        {"service": "homeassistant.turn_on", "data": {"entity_id": FAN}},
    ],
)
async def test_an_action_is_performed_and_answered(
    hass: HomeAssistant, house: Any, command: dict[str, Any]
) -> None:
    answer = await ask(house, **command)
    assert "error" not in answer
    assert [(each["entity_id"], each["state"]) for each in answer["states"]] == [(FAN, "on")]
    state = hass.states.get(FAN)
    assert state is not None
    assert state.state == "on"


async def test_the_logbook_tells_who_did_it(hass: HomeAssistant, house: Any) -> None:
    await ask(house, service="input_boolean.turn_on", entity_id=FAN)
    state = hass.states.get(FAN)
    assert state is not None
    user = await hass.auth.async_get_user(state.context.user_id or "")
    assert user is not None
    assert (user.name, user.system_generated, user.is_admin) == ("Alicia bus", True, False)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"service": "input_boolean.turn_on", "entity_id": "input_boolean.secret"}, "not_allowed"),
        ({"service": "input_boolean.turn_on", "entity_id": "input_boolean.no"}, "not_found"),
        ({"service": "input_boolean.turn_on", "entity_id": "all"}, "invalid_field"),
        ({"service": "input_boolean.turn_on", "data": {"area_id": "x"}}, "invalid_field"),
        ({"service": "input_boolean.turn_on", "data": {"entity_id": 7}}, "invalid_field"),
        ({"service": "input_boolean.turn_on", "entity_id": "input_boolean.SECRET"}, "not_allowed"),
        ({"service": "input_boolean.turn_on", "entity_id": f"{FAN}, lock.door"}, "invalid_field"),
        ({"service": "input_boolean.turn_on", "entity_id": FAN,
          "data": {"others": ["x, Input_Boolean.secret"]}}, "not_allowed"),
        ({"service": "input_boolean.turn_on", "entity_id": FAN,
          "data": {"entities": {"input_boolean.secret": "on"}}}, "not_allowed"),
        ({"service": "cover.open_cover", "entity_id": "cover.all"}, "not_allowed"),
        ({"service": "homeassistant.turn_on", "entity_id": "cover.all"}, "not_allowed"),
        ({"service": "scene.apply", "entity_id": "scene.film",
          "data": {"entities": {"lock.door": "unlocked"}}}, "not_allowed"),
        ({"service": "input_boolean.explode", "entity_id": FAN}, "not_found"),
        ({"service": "light.turn_on", "entity_id": FAN}, "not_allowed"),
        ({"service": "lock.unlock", "entity_id": "lock.door"}, "not_allowed"),
        ({"service": "homeassistant.turn_on", "entity_id": "lock.door"}, "not_allowed"),
        ({"service": "cover.open_cover", "entity_id": "cover.garage"}, "not_allowed"),
        ({"service": "script.turn_on", "entity_id": "script.party"}, "not_allowed"),
        ({"service": "homeassistant.restart"}, "not_allowed"),
        ({"service": "homeassistant.stop", "entity_id": FAN}, "not_allowed"),
        ({"service": "turn_on"}, "invalid_field"),
        ({"service": "a" * 10_000, "entity_id": FAN}, "invalid_field"),
        ({"service": "input_boolean.turn_on", "entity_id": [f"a.b{n}" for n in range(101)]},
         "too_large"),
        ({"service": "input_boolean.turn_on", "entity_id": FAN, "data": {"no": 1}},
         "invalid_field"),
        ({"service": "input_boolean.turn_on", "entity_id": FAN, "return_response": True},
         "invalid_field"),
    ],
)  # fmt: skip
async def test_what_is_refused_is_told(
    hass: HomeAssistant, house: Any, command: dict[str, Any], code: str
) -> None:
    calls: list[Event[Any]] = []
    hass.bus.async_listen(EVENT_CALL_SERVICE, calls.append)
    answer = await ask(house, **command)
    assert answer["error"]["code"] == code
    allowed = {"input_boolean.turn_on"} if code == "invalid_field" else set()
    assert {f"{c.data['domain']}.{c.data['service']}" for c in calls} <= allowed
    assert "error" not in await ask(house, service="input_boolean.turn_on", entity_id=FAN)


@pytest.mark.parametrize(
    ("options", "command", "allowed"),
    [
        ({"unguarded": ["lock"]}, {"service": "lock.unlock", "entity_id": "lock.door"}, True),
        ({"unguarded": ["door"]}, {"service": "lock.unlock", "entity_id": "lock.door"}, False),
        ({"unguarded": ["door"]}, {"service": "cover.open", "entity_id": "cover.garage"}, True),
        ({"actions": ["lock.unlock"]}, {"service": "lock.unlock", "entity_id": "lock.door"}, True),
        ({"actions": ["script.*"]}, {"service": "script.run", "entity_id": "script.party"}, True),
        ({"actions": ["notify.me"]}, {"service": "notify.me", "data": {"message": "x"}}, True),
        ({"actions": ["notify.me"]}, {"service": "notify.you", "data": {"message": "x"}}, False),
        ({}, {"service": "cover.open", "entity_id": "cover.blind"}, True),
        ({}, {"service": "scene.turn_on", "entity_id": "scene.film"}, True),
        ({"unguarded": ["door"]}, {"service": "cover.open", "entity_id": "cover.all"}, True),
        (
            {"actions": ["homeassistant.*"]},
            {"service": "homeassistant.toggle", "entity_id": "cover.garage"},
            False,
        ),
        (
            {"actions": ["homeassistant.*"]},
            {"service": "homeassistant.toggle", "entity_id": "script.party"},
            True,
        ),
        (
            {"actions": ["homeassistant.toggle"], "unguarded": ["door"]},
            {"service": "homeassistant.toggle", "entity_id": "cover.garage"},
            True,
        ),
    ],
)
async def test_the_user_allows_more(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    house: Any,
    options: dict[str, Any],
    command: dict[str, Any],
    allowed: bool,
) -> None:
    calls: list[ServiceCall] = []

    async def take(call: ServiceCall) -> None:
        calls.append(call)

    for name in ("lock.unlock", "cover.open", "script.run", "notify.me", "notify.you",
                 "scene.turn_on", "homeassistant.toggle"):  # fmt: skip
        hass.services.async_register(*name.split("."), take)
    hass.config_entries.async_update_entry(entry, options={"bridge": options})
    await hass.config_entries.async_reload(entry.entry_id)
    answer = await ask(house, **command)
    assert ("error" not in answer) is allowed
    assert bool(calls) is allowed


async def test_a_group_is_exposed_with_what_is_in_it(hass: HomeAssistant, house: Any) -> None:
    members = {"entity_id": ["input_boolean.secret"]}
    hass.states.async_set("input_boolean.all", "off", members)
    async_expose_entity(hass, "conversation", "input_boolean.all", True)
    answer = await ask(house, service="input_boolean.turn_on", entity_id="input_boolean.all")
    assert "error" not in answer


async def test_response_data_is_passed_on(hass: HomeAssistant, house: Any) -> None:
    async def forecast(call: ServiceCall) -> ServiceResponse:
        return {"rain": [1, 2]}

    hass.services.async_register(
        "input_boolean", "forecast", forecast, supports_response=SupportsResponse.ONLY
    )
    answer = await ask(house, service="input_boolean.forecast", entity_id=FAN)
    assert answer["response"] == {"rain": [1, 2]}


async def test_an_action_that_fails_says_why(hass: HomeAssistant, house: Any) -> None:
    async def fail(call: ServiceCall) -> None:
        raise HomeAssistantError("the fan is stuck")

    hass.services.async_register("input_boolean", "spin", fail)
    answer = await ask(house, service="input_boolean.spin", entity_id=FAN)
    assert answer["error"] == {"code": "failed", "message": "the fan is stuck"}


async def test_templates_stay_text(hass: HomeAssistant, house: Any) -> None:
    heard: list[Any] = []

    async def take(call: ServiceCall) -> None:
        heard.append(call.data["message"])

    entity = {vol.Optional("entity_id"): cv.entity_ids}
    hass.services.async_register(
        "input_boolean", "write", take, vol.Schema({"message": cv.string, **entity})
    )
    hass.services.async_register(
        "input_boolean", "render", take, vol.Schema({"message": cv.template, **entity})
    )
    data = {"message": "{{ states('lock.door') }}"}
    answer = await ask(house, service="input_boolean.write", entity_id=FAN, data=data)
    assert "error" not in answer
    assert heard == ["{{ states('lock.door') }}"]
    answer = await ask(house, service="input_boolean.render", entity_id=FAN, data=data)
    assert answer["error"]["code"] == "not_allowed"
    assert len(heard) == 1


@pytest.mark.parametrize("error", [KeyError("x"), TypeError("y"), RuntimeError("z")])
async def test_whatever_an_action_raises_is_answered(
    hass: HomeAssistant, house: Any, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(call: ServiceCall) -> None:
        raise error

    hass.services.async_register("input_boolean", "spin", fail)
    answer = await ask(house, service="input_boolean.spin", entity_id=FAN)
    assert answer["error"]["code"] == "failed"
    assert type(error).__name__ in answer["error"]["message"]
    assert caplog.messages.count("input_boolean.spin failed") == 1
    assert "error" not in await ask(house, service="turn_on", entity_id=FAN)


async def test_deep_data_is_looked_through(hass: HomeAssistant, house: Any) -> None:
    deep = b'{"a":' * 15 + b'"input_boolean.secret"' + b"}" * 15
    command = b'{"service":"turn_on","entity_id":"%s","data":%s}' % (FAN.encode(), deep)
    await house.say(Kind.HA_COMMAND, command)
    error = house.heard(Kind.HA_RESPONSE)[-1]["error"]
    assert error["code"] == "not_allowed", error


async def test_tokens_stay_here(hass: HomeAssistant, house: Any) -> None:
    async def take(call: ServiceCall) -> None:
        picture = {"entity_picture": "/api/x?token=abc", "access_token": "abc", "zone": 1}
        hass.states.async_set("media_player.tv", "on", picture, context=call.context)

    hass.states.async_set("media_player.tv", "off")
    async_expose_entity(hass, "conversation", "media_player.tv", True)
    hass.services.async_register("media_player", "wake", take)
    answer = await ask(house, service="wake", entity_id="media_player.tv")
    assert answer["states"][0]["attributes"] == {"zone": 1}


async def test_home_assistants_own_words_are_no_commands(hass: HomeAssistant, house: Any) -> None:
    command = {"service": "turn_on", "entity_id": FAN, "source": "home_assistant"}
    await house.say(Kind.HA_COMMAND, command)
    assert not house.heard(Kind.HA_RESPONSE)


async def test_the_user_leaves_with_the_last_bus(
    hass: HomeAssistant, entry: MockConfigEntry, house: Any
) -> None:
    await hass.config_entries.async_remove(entry.entry_id)
    assert not [user for user in await hass.auth.async_get_users() if user.name == "Alicia bus"]
