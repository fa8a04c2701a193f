"""How the user has an account guarded."""

from collections.abc import Mapping
import re
from typing import Any, Final

from .guard import Settings
from .judgement import Policy

CONF_MARKED: Final = "marked"
CONF_TOOLS: Final = "marked_tools"
CONF_UNASKED: Final = "unasked"
CONF_PIN: Final = "pin"

#: What a form shows in the place of a PIN that it keeps.
UNCHANGED: Final = "__**pin_not_changed**__"
_PIN: Final = re.compile(r"[0-9]{4,8}", re.ASCII)


def safety_of(options: Mapping[str, Any]) -> Settings:
    """Return the settings that an account's options are."""
    policy = Policy(
        marked=frozenset(options.get(CONF_MARKED, ())),
        tools=frozenset(options.get(CONF_TOOLS, ())),
        unasked=frozenset(options.get(CONF_UNASKED, ())),
    )
    return Settings(policy, options.get(CONF_PIN, ""))


def is_pin(text: str) -> bool:
    """Tell whether a text can be a PIN."""
    return _PIN.fullmatch(text) is not None
