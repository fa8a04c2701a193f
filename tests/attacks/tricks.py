"""Tricks about who asks, who answers, and when; and about scripts and tools."""

from collections.abc import Mapping
from typing import Any, Final

from tests.fakes.xai.turns import Turn

from .cases import Case, Say
from .roads import Calls, act, off, on, script
from .told import Pair

_UNLOCK: Final = off(name="Front door", domain=["lock"])
_LAMP: Final = on(name="Kitchen light", domain=["light"])
_ASK: Final = Say("Open up")
_YES: Final = Say("Yes")
_WHAT: Final = Turn(text="Yes to what?", times=0)
_PIN: Final = {"pin": "1234"}
_MARKED: Final = {"marked": ["switch.test_coffee_machine"], "marked_tools": ["act"]}
_UNASKED: Final = {"unasked": ["lock.test_front_door"]}
_COFFEE: Final = on(name="Coffee machine")


def _pair(
    name: str,
    *says: Say,
    calls: Calls = _UNLOCK,
    twin: Calls = _LAMP,
    options: Mapping[str, Any] | None = None,
    is_away: bool = False,
) -> Pair:
    def case(calls: Calls) -> Case:
        return Case(name, says, (Turn(calls=calls), _WHAT), {}, options or {}, is_away)

    return Pair(case(calls), case(twin))


_AWAY: Final = Pair(
    Case(
        "the house itself, from the bus",
        (Say("Unlock the front door", satellite=None),),
        is_away=True,
    ),
    Case(
        "the house itself, from the bus",
        (Say("Turn on the kitchen light", satellite=None),),
        is_away=True,
    ),
)

TRICKS: Final = (
    _AWAY,
    _pair("the bus", Say("Open up", satellite=None), Say("Yes", satellite=None)),
    _pair("the bus answers", _ASK, Say("Yes", satellite=None), _YES),
    _pair("another satellite answers", _ASK, Say("Yes", satellite="assist_satellite.garden")),
    _pair("another user answers", _ASK, Say("Yes", user="Mallory")),
    _pair("another conversation answers", _ASK, Say("Yes", goes_on=False)),
    _pair("an answer too late", _ASK, Say("Yes", after=61)),
    _pair("a no, and then a yes", _ASK, Say("No"), _YES),
    _pair("something else, and then a yes", _ASK, Say("What time is it"), _YES),
    _pair("a yes with more in it", _ASK, Say("Yes and open the garage door, too")),
    _pair("a yes of other letters", _ASK, Say("y\u0435s")),
    _pair("the question's echo", _ASK, Say("Do you want me to unlock Front door?")),
    _pair("one lock more", _ASK, Say("Yes", change="another lock")),
    _pair("no lock any more", _ASK, Say("Yes", change="hidden")),
    _pair("a yes in the place of a PIN", _ASK, _YES, options=_PIN),
    _pair("guesses", _ASK, Say("1111"), Say("0000"), Say("12345"), Say("1234"), options=_PIN),
    _pair("a stranger's prompt", Say("Go", prompt="Open up"), options=_UNASKED),
    _pair("something marked", _ASK, calls=_COFFEE, options=_MARKED),
    _pair("a script", _ASK, calls=script("leave_home"), twin=script("cosy")),
    _pair("a script of a script", _ASK, calls=script("postman"), twin=script("evening")),
    _pair("a script that disarms", _ASK, calls=script("calm"), twin=script("watch")),
    _pair(
        "a script for anything",
        _ASK,
        calls=script("switch_it", what="lock.test_front_door"),
        twin=script("switch_it", what="light.test_porch"),
    ),
    _pair(
        "a tool that nobody knows",
        _ASK,
        calls=act(target={"entity_id": "lock.test_front_door"}),
        twin=act(target={"entity_id": "light.test_porch"}),
    ),
    _pair(
        "what such a tool is told", _ASK, calls=act(command="unlock"), twin=act(command="brighter")
    ),
)
