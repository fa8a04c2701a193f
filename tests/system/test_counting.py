"""What the check counts as right and wrong."""

from collections.abc import Mapping
from itertools import islice

import pytest

from demo.audio import is_audible, loudness
from demo.check import commands, others
from demo.check.commands import Verdict
from demo.check.effects import INTENTS, NOTHING, QUESTIONS, effect_of
from demo.check.mouth import Way
from demo.check.others import Other, Reaction
from demo.check.run import Count, Plan
from demo.check.sounds import noises, silences
from demo.check.states import changed, fits
from demo.house.things import THINGS
from demo.trial.meaning import Meaning, understand
from demo.trial.names import HOUSE
from demo.trial.speech import say
from demo.ways.reply import Reply

LIGHTS = {"light.ceiling_light", "light.floor_lamp"}


def _meaning(intent: str, **slots: str) -> Meaning:
    return Meaning(intent, tuple(sorted(slots.items())))


@pytest.mark.parametrize(
    ("meaning", "after"),
    [
        (_meaning("HassTurnOn", name="Front Door"), {"lock.front_door": {"state": "locked"}}),
        (_meaning("HassTurnOff", name="Garage Door"), {"cover.garage_door": {"state": "closed"}}),
        (
            _meaning("HassTurnOff", area="Living Room", domain="light"),
            {light: {"state": "off"} for light in LIGHTS},
        ),
        (
            _meaning("HassLightSet", name="Desk Lamp", brightness="50"),
            {"light.desk_lamp": {"state": "on", "brightness": 127}},
        ),
        (
            _meaning("HassSetVolumeRelative", area="Kitchen", volume_step="-20"),
            {"media_player.kitchen_speaker": {"volume_level": 0.3}},
        ),
        (
            _meaning("HassFanSetSpeed", name="Ceiling Fan", percentage="0"),
            {"fan.ceiling_fan": {"state": "off"}},
        ),
    ],
)
def test_effect_of_a_command(meaning: Meaning, after: Mapping[str, object]) -> None:
    effect = effect_of(meaning)
    assert effect is not None
    assert effect.after == after
    assert effect.before


@pytest.mark.parametrize(
    "meaning",
    [
        _meaning("HassTurnOn", name="Desk Lamp", area="Kitchen"),
        _meaning("HassTurnOn", name="Outdoor Temperature"),
        _meaning("HassTurnOn", area="Kitchen"),
        _meaning("HassClimateSetTemperature", name="Thermostat", temperature="64.5"),
        _meaning("HassSetPosition", area="Garage", device_class="blind", position="5"),
    ],
)
def test_what_this_house_cannot_do_is_not_asked_of_it(meaning: Meaning) -> None:
    assert effect_of(meaning) is None


def test_question_changes_nothing() -> None:
    assert effect_of(_meaning("HassGetCurrentTime")) is NOTHING


def test_a_hundred_commands_are_drawn_by_the_seed() -> None:
    first, again, other = (
        [command.text for command, _ in islice(commands.drawn(seed, 100), 100)]
        for seed in (1, 1, 2)
    )
    assert len(set(first)) == 100
    assert first == again
    assert first != other


def test_every_intent_is_drawn() -> None:
    seen = {command.meaning.intent for command, _ in commands.drawn(1, 100)}
    assert seen == INTENTS
    assert seen > QUESTIONS


def test_others_are_a_third_of_each_kind() -> None:
    kinds = [other.kind for other in others.drawn(1, 7)]
    assert kinds == ["utterance"] * 3 + ["silence"] * 2 + ["noise"] * 2


def test_silences_are_quiet_and_noises_are_not() -> None:
    assert max(map(loudness, silences(1, 10))) < 40
    assert min(map(loudness, noises(1, 14))) > 40
    assert list(noises(1, 3)) == list(noises(1, 3)) != list(noises(2, 3))


def test_audible() -> None:
    assert is_audible(say("hello"))
    assert not is_audible(bytes(32000))
    assert not is_audible(b"\x00\x7f" * 100)


@pytest.mark.parametrize(
    ("seen", "wanted", "expected"),
    [
        ({"state": "on", "brightness": 129}, {"brightness": 128}, True),
        ({"state": "on", "brightness": 132}, {"brightness": 128}, False),
        ({"current_position": 46.0}, {"current_position": 45.0}, False),
        ({"state": "6.0"}, {"state": 6}, True),
        ({"state": "unavailable"}, {"state": 6}, False),
        ({"hs_color": (240.0, 100.0)}, {"hs_color": [241.0, 99.5]}, True),
        ({"is_volume_muted": "off"}, {"is_volume_muted": True}, False),
        ({"state": "on"}, {"state": "off"}, False),
    ],
)
def test_what_is_seen_fits_what_is_wanted(
    seen: Mapping[str, object], wanted: Mapping[str, object], expected: bool
) -> None:
    assert fits(seen, wanted) is expected


def test_changed_things_are_named() -> None:
    before = {"light.a": {"state": "on"}, "lock.b": {"state": "locked"}}
    after = {"light.a": {"state": "on"}, "lock.b": {"state": "unlocked"}}
    assert changed(before, after) == {"lock.b"}


NOISE = Other("noise", "1", b"")


@pytest.mark.parametrize(
    ("reply", "moved", "acted", "guarded"),
    [
        (Reply("no_text"), frozenset(), False, False),
        (Reply("no_match", heard="unlock the front door"), frozenset(), False, False),
        (Reply("done", heard="what time is it"), frozenset(), True, False),
        (Reply("done", heard="turn on the desk lamp"), {"light.desk_lamp"}, True, False),
        (Reply("done", heard="unlock the front door"), frozenset(), True, True),
        (Reply("error"), {"cover.garage_door"}, True, True),
    ],
)
def test_reaction(reply: Reply, moved: frozenset[str], acted: bool, guarded: bool) -> None:
    reaction = Reaction(NOISE, reply, frozenset(moved))
    assert (reaction.acted, reaction.guarded) == (acted, guarded)


def _count(failed: int, acted: int, *, lock: bool = False) -> Count:
    verdicts = [
        Verdict("x", Way.ROUTE, Reply("done"), number >= failed, True, True)
        for number in range(100)
    ]
    moved = frozenset({"lock.front_door" if lock else "light.desk_lamp"})
    reactions = [
        Reaction(NOISE, Reply("no_text"), moved if number < acted else frozenset())
        for number in range(150)
    ]
    return Count(Plan(), verdicts, reactions)


@pytest.mark.parametrize(
    ("count", "good"),
    [
        (_count(0, 0), True),
        (_count(10, 3), True),
        (_count(11, 0), False),
        (_count(0, 4), False),
        (_count(0, 1, lock=True), False),
        (Count(Plan()), False),
    ],
)
def test_how_good_is_good_enough(count: Count, good: bool) -> None:
    assert count.good is good
    assert count.summary()["ok"] is good


@pytest.mark.parametrize(
    ("heard", "said", "same"),
    [
        ("turn on the desk lamp", "switch on the desk lamp", True),
        ("set living room blinds to 4 percent", "set living room blind to 4 percent", True),
        ("set living room blinds to 5 percent", "set living room blind to 4 percent", False),
        ("turn off the desk lamp", "turn on the desk lamp", False),
        ("is the desk lamp on", "is the floor lamp on", False),
        ("", "turn on the desk lamp", False),
        ("mumble", "turn on the desk lamp", False),
    ],
)
def test_heard_right_in_meaning(heard: str, said: str, same: bool) -> None:
    meaning = understand(said, HOUSE)
    assert meaning is not None
    assert commands.means(heard, meaning) is same


def test_recogniser_is_tried_on_the_names_of_the_house() -> None:
    assert {entity.name for entity in HOUSE.entities} == {thing.name for thing in THINGS}
