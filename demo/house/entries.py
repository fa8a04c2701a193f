"""What is set up in Home Assistant's UI, through the API that its UI uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from ..home_assistant import HomeAssistantError, Json, Rest, Socket
from ..places import Places
from ..ports import LOOPBACK, Ports

_FLOWS: Final = "/api/config/config_entries/flow"
_ENTRIES: Final = "/api/config/config_entries/entry"
_OPTIONS: Final = "/api/config/config_entries/options/flow"
STT_TITLE: Final = "Alicia speech to text"
TTS_TITLE: Final = "Alicia text to speech"


@dataclass(frozen=True, slots=True)
class Entry:
    """A config entry as it should be: the answers to its flow, step by step."""

    domain: str
    title: str | None
    answers: Mapping[str, Json]


def wyoming(title: str, port: int) -> Entry:
    """Return the entry of a sidecar in Home Assistant's own Wyoming integration."""
    return Entry("wyoming", title, {"user": {"host": LOOPBACK, "port": port}})


def mqtt(places: Places, ports: Ports) -> Entry:
    """Return the entry of the broker."""
    broker = {
        "broker": LOOPBACK,
        "port": ports.mqtt,
        "username": "homeassistant",
        "password": places.secret("homeassistant"),
        "other_settings": {
            "set_client_cert": False,
            "set_ca_cert": "off",
            "transport": "tcp",
        },
    }
    return Entry("mqtt", None, {"broker": broker})


async def titles(rest: Rest, domain: str) -> dict[str, str]:
    """Return the entry id of each entry of a domain, by title."""
    found = cast(list[dict[str, str]], await rest.call("GET", f"{_ENTRIES}?domain={domain}"))
    return {entry["title"]: entry["entry_id"] for entry in found}


async def ensure(rest: Rest, socket: Socket, entry: Entry) -> bool:
    """Set an entry up unless it is there; tell whether it had to be."""
    there = await titles(rest, entry.domain)
    if entry.title in there or (entry.title is None and there):
        return False
    step = cast(dict[str, object], await rest.call("POST", _FLOWS, {"handler": entry.domain}))
    while step["type"] in {"form", "menu"}:
        step = await _answer(rest, entry, step)
    if step["type"] != "create_entry":
        raise HomeAssistantError(f"setting up {entry.domain}: {step}")
    if entry.title is not None:
        # Flows choose titles of their own, by which these entries would not be found again.
        made = cast(dict[str, str], step["result"])
        await socket.call("config_entries/update", entry_id=made["entry_id"], title=entry.title)
    return True


async def change_options(rest: Rest, domain: str, changes: Json) -> None:
    """Change options of a domain's entries; the others stay as the form suggests them."""
    for entry_id in (await titles(rest, domain)).values():
        form = cast(dict[str, object], await rest.call("POST", _OPTIONS, {"handler": entry_id}))
        values = _suggested(cast(list[Json], form["data_schema"]))
        await rest.call("POST", f"{_OPTIONS}/{form['flow_id']}", {**values, **changes})


def _suggested(rows: list[Json]) -> dict[str, object]:
    """Return what a form suggests, its sections within it."""
    return {cast(str, row["name"]): _value(row) for row in rows}


def _value(row: Json) -> object:
    if "schema" in row:
        return _suggested(cast(list[Json], row["schema"]))
    described = cast(Json, row.get("description") or {})
    return described.get("suggested_value", row.get("default"))


async def _answer(rest: Rest, entry: Entry, step: Json) -> dict[str, object]:
    name = cast(str, step["step_id"])
    if step.get("errors") or name not in entry.answers:
        raise HomeAssistantError(
            f"setting up {entry.domain}: step {name} says {step.get('errors')}"
        )
    path = f"{_FLOWS}/{step['flow_id']}"
    return cast(dict[str, object], await rest.call("POST", path, entry.answers[name]))
