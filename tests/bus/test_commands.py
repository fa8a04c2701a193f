"""Which commands a device takes, and what counts as its having done them."""

import pytest

from alicia_bus.command_rules import capability_for, check_command
from alicia_bus.commands import MAX_PENDING, Pending, PendingCommands, timeout_of
from alicia_bus.errors import CommandError, ErrorCode
from alicia_bus.messages import DeviceResponse, Meta, Register
from alicia_bus.registry import Entry, Registry

DESK = {
    "light": {"color_temp": True, "min_kelvin": 2200, "max_kelvin": 6500, "effects": ["rainbow"]},
    "plain": {"type": "light", "brightness": False, "color": False},
    "switch": {},
    "select": {"options": ["eco", "boost"]},
    "number": {"min": 5, "max": 30},
    "text": {"max": 4},
    "cover": {"stop": False},
    "media_player": {"supports": ["play", "pause"]},
    "mower": {"commands": ["mow", "dock"]},
    "odd": {"type": "never heard of"},
    "lock": {"commands": ["self_test"]},
}


def entry(capabilities: dict[str, dict[str, object]] | None = None) -> Entry:
    registry = Registry()
    capabilities = DESK if capabilities is None else capabilities
    registry.apply(Register(device_id="desk", device_type="lamp", capabilities=capabilities), 1.0)
    found = registry.get("desk")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("capability", "command", "parameters", "sent"),
    [
        ("light", "turn_on", {"brightness": 80}, {"brightness": 80}),
        ("light", "turn_on", {"color_temp_kelvin": 2200}, {"color_temp_kelvin": 2200}),
        ("light", "turn_on", {"effect": "rainbow", "hs": None}, {"effect": "rainbow"}),
        ("plain", "turn_on", {}, {}),
        ("select", "set", {"option": "eco"}, {"option": "eco"}),
        ("number", "set", {"value": 30}, {"value": 30}),
        ("text", "set", {"value": "abcd"}, {"value": "abcd"}),
        ("media_player", "play", {}, {}),
        ("mower", "mow", {"minutes": 5}, {"minutes": 5}),
        ("odd", "anything", {"at": "all"}, {"at": "all"}),
        ("lock", "self_test", {}, {}),
        ("lock", "lock", {"code": "1234"}, {"code": "1234"}),
    ],
)
def test_taken(
    capability: str, command: str, parameters: dict[str, object], sent: dict[str, object]
) -> None:
    assert check_command(entry(), capability, command, parameters) == sent


@pytest.mark.parametrize(
    ("capability", "command", "parameters", "code", "words"),
    [
        ("light", "explode", {}, ErrorCode.UNSUPPORTED, "explode"),
        ("light", "turn_on", {"brightness": 300}, ErrorCode.INVALID_FIELD, "0 to 255"),
        ("light", "turn_on", {"brightness": "80"}, ErrorCode.INVALID_FIELD, "brightness"),
        ("light", "turn_on", {"color_temp_kelvin": 2100}, ErrorCode.INVALID_FIELD, "least 2200"),
        ("light", "turn_on", {"color_temp_kelvin": 9000}, ErrorCode.INVALID_FIELD, "most 6500"),
        ("light", "turn_on", {"effect": "disco"}, ErrorCode.INVALID_FIELD, "one of rainbow"),
        ("light", "turn_on", {"colour": 1}, ErrorCode.INVALID_FIELD, "colour"),
        ("plain", "turn_on", {"brightness": 80}, ErrorCode.UNSUPPORTED, "no brightness"),
        ("plain", "turn_on", {"rgb": [1, 2, 3]}, ErrorCode.UNSUPPORTED, "no color"),
        ("select", "set", {"option": "max"}, ErrorCode.INVALID_FIELD, "one of eco, boost"),
        ("select", "set", {}, ErrorCode.MISSING_FIELD, "option"),
        ("select", "set", {"option": None}, ErrorCode.MISSING_FIELD, "option"),
        ("number", "set", {"value": 4.5}, ErrorCode.INVALID_FIELD, "at least 5"),
        ("text", "set", {"value": "abcde"}, ErrorCode.INVALID_FIELD, "at most 4 characters"),
        ("cover", "stop", {}, ErrorCode.UNSUPPORTED, "no stop"),
        ("media_player", "stop", {}, ErrorCode.UNSUPPORTED, "does not support stop"),
        ("mower", "explode", {}, ErrorCode.UNSUPPORTED, "explode"),
    ],
)
def test_refused(
    capability: str, command: str, parameters: dict[str, object], code: ErrorCode, words: str
) -> None:
    with pytest.raises(CommandError, match=words) as err:
        check_command(entry(), capability, command, parameters)
    assert err.value.code is code


def test_the_capability_may_be_left_out_where_one_takes_the_command() -> None:
    assert capability_for(entry(), "mow") == "mower"
    assert capability_for(entry(), "press", "switch") == "switch"
    for command, capability, code in (
        ("turn_on", None, ErrorCode.MISSING_FIELD),
        ("anything", None, ErrorCode.UNSUPPORTED),
        ("turn_on", "oven", ErrorCode.NOT_FOUND),
    ):
        with pytest.raises(CommandError) as err:
            capability_for(entry(), command, capability)
        assert err.value.code is code


def pending(
    command: str, capability: str = "light", before: dict | None = None, **parameters: object
) -> Pending:
    return Pending(
        device_id="desk",
        request_id=f"r-{command}",
        capability=capability,
        command=command,
        kind=entry().types.get(capability),
        parameters=parameters,
        before=before,
    )


ON = {"on": True}
OFF = {"on": False}


@pytest.mark.parametrize(
    ("waiting", "told", "acknowledged"),
    [
        pytest.param([("turn_on", {}, OFF)], ON, 1, id="done"),
        pytest.param([("turn_on", {}, OFF)], OFF, 0, id="still as before"),
        pytest.param([("turn_on", {}, None)], OFF, 1, id="another state than was known"),
        pytest.param([("turn_on", {}, ON)], ON, 1, id="was so before"),
        pytest.param(
            [("turn_on", {"brightness": 200}, {"on": True, "brightness": 10})],
            {"on": True, "brightness": 199},
            1,
            id="rounded",
        ),
        pytest.param(
            [("turn_on", {"brightness": 200}, {"on": True, "brightness": 10})],
            {"on": True, "brightness": 150},
            1,
            id="done in the device's own way",
        ),
        pytest.param(
            [("turn_on", {"brightness": 200}, {"on": True, "brightness": 10})],
            {"on": True, "brightness": 10, "effect": "rainbow"},
            0,
            id="something else changed",
        ),
        pytest.param(
            [("turn_on", {"hs": (30, 100)}, OFF)],
            {"on": True, "hs": (30, 100)},
            1,
            id="a colour",
        ),
        pytest.param([("turn_on", {}, OFF), ("turn_off", {}, OFF)], ON, 1, id="the first of two"),
        pytest.param(
            [("turn_on", {}, OFF), ("turn_off", {}, OFF)], OFF, 2, id="only the end is told"
        ),
    ],
)
def test_statuses_acknowledge(
    waiting: list[tuple[str, dict, dict]], told: dict, acknowledged: int
) -> None:
    commands = PendingCommands()
    for command, parameters, before in waiting:
        assert commands.add(pending(command, before=before, **parameters))
    done = commands.status("desk", {"light": told}, {"light": told})
    assert [each.command for each in done] == [each[0] for each in waiting[:acknowledged]]


def test_other_statuses_acknowledge_nothing() -> None:
    commands = PendingCommands()
    commands.add(pending("turn_on", before=OFF))
    assert commands.status("lamp", {"light": ON}, {"light": ON}) == ()
    assert commands.status("desk", {"switch": ON}, {"switch": ON, "light": ON}) == ()
    assert commands.status("desk", {"light": "rubbish"}, {}) == ()


def test_a_command_without_a_state_of_its_own_is_done_when_anything_changes() -> None:
    commands = PendingCommands()
    commands.add(pending("mow", "mower", before=None))
    assert len(commands.status("desk", {"mower": 1}, {"mower": {"value": 1}})) == 1


def test_a_moving_cover_has_not_stopped() -> None:
    commands = PendingCommands()
    commands.add(pending("stop", "cover", before={"state": "opening", "position": 40}))
    moving = {"state": "opening", "position": 45}
    stopped = {"state": "open", "position": 46}
    assert commands.status("desk", {"cover": moving}, {"cover": moving}) == ()
    assert len(commands.status("desk", {"cover": stopped}, {"cover": stopped})) == 1


def response(request_id: str | None, device_id: str = "desk") -> DeviceResponse:
    return DeviceResponse(meta=Meta(request_id=request_id), device_id=device_id)


def test_responses_find_their_command() -> None:
    commands = PendingCommands()
    on, off = pending("turn_on"), pending("turn_off")
    commands.add(on)
    assert commands.respond(response(None)) is on
    commands.add(off)
    assert commands.respond(response(None)) is None, "it could be for either"
    assert commands.respond(response("r-turn_off")) is off
    assert commands.respond(response("r-turn_off", "lamp")) is None
    assert commands.respond(response("r-9")) is None
    commands.remove(off)
    assert commands.respond(response("r-turn_off")) is None, "a second answer"
    assert (commands.of("desk"), commands.all(), len(commands)) == ((on,), (on,), 1)
    commands.remove(on)
    commands.remove(on)
    assert len(commands) == 0


def test_a_device_has_only_so_many_commands_to_do() -> None:
    commands = PendingCommands()
    taken = [commands.add(pending("turn_on")) for _ in range(MAX_PENDING + 1)]
    assert taken == [True] * MAX_PENDING + [False]


@pytest.mark.parametrize(
    ("told", "seconds"),
    [(None, 5), (0.5, 0.5), (900, 60), (0, 5), (-1, 5), ("2", 5), (True, 5)],
)
def test_a_device_may_say_how_long_it_takes(told: object, seconds: float) -> None:
    assert timeout_of({"command_timeout": told}) == seconds
