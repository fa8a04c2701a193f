"""What a request tells of the house. The brain knows no other names.

Things are read from these shapes, wherever they stand in a text:

    - names: Kitchen light, Big lamp       JSON: {"name": "Kitchen light", "domain": "light",
      domain: light                                "area": "Kitchen", "state": "on"}
      areas: Kitchen

    Kitchen light | light | Kitchen        Kitchen:                         light:
    Kitchen light; light; Kitchen          - Kitchen light (light)          - Kitchen light
    light.kitchen, Kitchen light, Kitchen  Kitchen: Kitchen light (light)   light: Lamp [Kitchen]
    Kitchen | light: Kitchen light, Table lamp | switch: Kettle
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
import json
import re
from typing import Any, Final

DOMAINS: Final = frozenset(
    "alarm_control_panel automation binary_sensor button calendar camera climate cover device "
    "event fan humidifier input_boolean input_button lawn_mower light lock media_player number "
    "person scene script select sensor siren sun switch todo update vacuum valve water_heater "
    "weather".split()
)

_ITEM: Final = re.compile(r"^\s*- (\w+): (.*)$")
_MORE: Final = re.compile(r"^\s+(\w+): ?(.*)$")
_FIELDS: Final = re.compile(r"\s*[|;,\t()\[\]]\s*")
_HEADED: Final = re.compile(r"^([^:|;,()]+):\s*(.*)$")
_KIND: Final = re.compile(rf"({'|'.join(sorted(DOMAINS))}): (.*)")
_ENTRY: Final = re.compile(r"([^,;()\[\]]+?)\s*(?:[(\[]([^)\]]+)[)\]])?\s*(?:[,;]|$)")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that has a name."""

    names: tuple[str, ...]
    domain: str
    areas: tuple[str, ...] = ()
    state: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The first of its names."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class House:
    """All things that a request names."""

    things: tuple[Thing, ...]

    @property
    def areas(self) -> tuple[str, ...]:
        """Its areas, the longest names first."""
        names = {area for thing in self.things for area in thing.areas}
        return tuple(sorted(names, key=lambda name: (-len(name), name)))

    def of(self, domains: Iterable[str], area: str = "") -> list[Thing]:
        """Return the things of some domains, of one area if one is named."""
        wanted = set(domains)
        return [
            thing
            for thing in self.things
            if thing.domain in wanted and (not area or area in thing.areas)
        ]


def house(texts: Iterable[str]) -> House:
    """Return what texts tell; what is told later counts, but nothing is forgotten."""
    found: dict[tuple[str, str], Thing] = {}
    for text in texts:
        for thing in things(text):
            key = (thing.name.casefold(), thing.domain)
            before = found.get(key, thing)
            found[key] = replace(
                thing,
                names=tuple(dict.fromkeys((*before.names, *thing.names))),
                areas=thing.areas or before.areas,
            )
    return House(tuple(found.values()))


@lru_cache(maxsize=512)
def things(text: str) -> tuple[Thing, ...]:
    """Return the things that a text names."""
    try:
        return tuple(_walk(json.loads(text)))
    except ValueError:
        return (*_listed(text), *_lined(text))


def _walk(value: Any) -> Iterator[Thing]:
    if isinstance(value, str):
        yield from things(value)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(each)
    elif isinstance(value, dict):
        if (thing := _thing(value)) is not None:
            yield thing
            return
        for each in value.values():
            yield from _walk(each)


def _thing(given: Mapping[str, Any]) -> Thing | None:
    names = given.get("names") or given.get("name")
    id_ = str(given.get("entity_id") or given.get("id") or "")
    domain = str(given.get("domain") or id_.partition(".")[0])
    if not names or domain not in DOMAINS:
        return None
    attributes = given.get("attributes") or {}
    return Thing(
        _several(names),
        domain,
        _several(given.get("areas") or given.get("area") or ()),
        str(given.get("state", "")),
        {str(key): str(value) for key, value in attributes.items()},
    )


def _several(given: Any) -> tuple[str, ...]:
    parts = given.split(",") if isinstance(given, str) else given
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _listed(text: str) -> Iterator[Thing]:
    """Read items of several lines."""
    item: dict[str, Any] = {}
    for line in (*text.splitlines(), ""):
        if start := _ITEM.match(line):
            yield from _made(item)
            item = {start[1]: _unquoted(start[2])}
        elif item and (more := _MORE.match(line)):
            deep = len(line) - len(line.lstrip()) > 2
            place = item.setdefault("attributes", {}) if deep else item
            if more[1] != "attributes":
                place[more[1]] = _unquoted(more[2])
        else:
            yield from _made(item)
            item = {}


def _made(item: Mapping[str, Any]) -> Iterator[Thing]:
    if (thing := _thing(item)) is not None:
        yield thing


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1].replace("''", "'")
    return text


def _lined(text: str) -> Iterator[Thing]:
    """Read things that have a line, or a part of one."""
    heading = ""
    for raw in text.splitlines():
        line = raw.strip().lstrip("-*#• ").strip()
        if line.startswith(("{", "[")):
            yield from _json_line(line)
        elif kinds := [kind for kind in map(_KIND.match, line.split(" | ")[1:]) if kind]:
            for kind in kinds:
                area = line.split(" | ")[0]
                yield from (Thing((name,), kind[1], (area,)) for name in kind[2].split(", "))
        elif (headed := _HEADED.match(line)) and not headed[2]:
            heading = headed[1].strip()
        elif headed and (found := list(_group(headed[1].strip(), headed[2]))):
            yield from found
        else:
            yield from _line(line, heading)


def _json_line(line: str) -> Iterator[Thing]:
    try:
        yield from _walk(json.loads(line))
    except ValueError:
        return


def _group(head: str, rest: str) -> Iterator[Thing]:
    """Read what stands behind an area or a domain and a colon."""
    for name, note in _ENTRY.findall(rest):
        if head.lower() in DOMAINS:
            yield Thing((name.strip(),), head.lower(), (note.strip(),) if note else ())
        elif note.lower() in DOMAINS:
            yield Thing((name.strip(),), note.lower(), (head,))


def _line(line: str, heading: str) -> Iterator[Thing]:
    fields = [part for part in _FIELDS.split(line) if part]
    domains = [domain for part in fields if (domain := _domain(part))]
    if not domains and heading.lower() in DOMAINS and fields:
        domains = [heading.lower()]
    plain = [part for part in fields if not _domain(part)]
    if domains and plain and len(line) < 200:
        areas = plain[1:2] or ([heading] if heading and heading.lower() not in DOMAINS else [])
        yield Thing((plain[0],), domains[0], tuple(areas))


def _domain(part: str) -> str:
    """Return the domain that a part of a line is, or is an entity's id of."""
    domain, dot, name = part.lower().partition(".")
    is_id = not dot or re.fullmatch(r"[a-z0-9_]+", name)
    return domain if domain in DOMAINS and is_id else ""
