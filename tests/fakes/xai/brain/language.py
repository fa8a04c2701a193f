"""What makes a language that the brain speaks."""

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Final

#: What stands in a rule for a part of a command.
_PARTS: Final = {
    "<number>": r"(?P<number>\d+(?:[.,]\d+)?)",
    "<unit>": r"(?P<unit>\w+?)",
    "<percent>": r" ?(?:%|percent|prozent|pour ?cent)",
    "<something>": r".+?",
    **{f"<{name}>": rf"(?P<{name}>.+?)" for name in ("what", "item", "text")},
}


@dataclass(frozen=True, slots=True)
class Language:
    """The words of a language, and how commands are said in it."""

    code: str
    #: A line for each way to say something: a kind of command and a regular expression of the
    #: whole sentence, in lower case. The first that matches counts.
    rules: tuple[tuple[str, re.Pattern[str]], ...]
    #: Words for states, as Home Assistant has them.
    states: Mapping[str, tuple[str, ...]]
    #: Words for kinds of things.
    domains: Mapping[str, tuple[str, ...]]
    units: Mapping[str, str]
    #: Words that names may have instead of a word.
    alike: Mapping[str, tuple[str, ...]]
    #: Words that don't say which thing is meant.
    small: frozenset[str]
    #: Words for everything of a kind.
    all: frozenset[str]
    #: What is between two commands.
    also: str
    polite: re.Pattern[str]


def rules(
    text: str, states: Mapping[str, tuple[str, ...]], colors: str
) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the rules in a text; all plain groups only choose, and need no mark for that."""
    words = sorted((word for names in states.values() for word in names), key=len, reverse=True)
    parts = {
        **_PARTS,
        "<state>": f"(?P<state>{'|'.join(words)})",
        "<color>": f"(?P<color>{colors})",
    }
    found = []
    # A line that begins with more space goes on with the one before.
    for line in filter(None, map(str.strip, re.sub(r"\n {8,}", "", text).splitlines())):
        kind, _, pattern = line.partition(": ")
        pattern = re.sub(r"\((?!\?)", "(?:", pattern)
        pattern = re.sub(r"(?<!P)<\w+>", lambda it: parts[it[0]], pattern)
        found.append((kind, re.compile(pattern)))
    return tuple(found)


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text; an underscore is a space within one."""
    return tuple(word.replace("_", " ") for word in text.split())
