"""The dashboard that the demo's Home Assistant opens with: Alicia, and the rooms."""

from collections.abc import Iterator
from typing import Final, cast

from ..home_assistant import Socket
from .things import AREAS, ON_THE_BUS, THINGS, Thing

type Card = dict[str, object]

URL_PATH: Final = "alicia-house"
_COMMANDS: Final = "event.alicia_voice_command"

#: What a tile of a domain can be operated with, beyond a tap.
_FEATURES: Final[dict[str, Card]] = {
    "climate": {"type": "target-temperature"},
    "cover": {"type": "cover-open-close"},
    "fan": {"type": "fan-speed"},
    "light": {"type": "light-brightness"},
    "lock": {"type": "lock-commands"},
    "media_player": {"type": "media-player-volume-slider"},
}
#: Domains whose state tells nobody anything.
_SILENT: Final = frozenset({"scene", "script"})
#: The rooms beside each other; what is in no room comes after the last.
_COLUMNS: Final = (("Kitchen", "Living Room", "Office"), ("Bedroom", "Hallway", "Garage"))

#: What was said and answered, and how long each stage took.
_CONVERSATION: Final = """\
{%- set it = states['event.alicia_voice_command'] %}
{%- if it is none or not it.attributes.get('text') -%}
*Nothing was said yet.*
{%- else -%}
> {{ it.attributes.text }}

**{{ it.attributes.response_text or '…' }}**

{% set took = it.attributes.stages -%}
{% set names = {'stt': 'STT', 'intent': 'agent', 'tts': 'TTS'} -%}
{% for stage, name in names.items() if stage in took -%}
{{ '' if loop.first else ' · ' }}{{ name }} {{ took[stage] | round }} ms
{%- endfor %}
{%- endif %}
"""


def dashboard() -> Card:
    """Return the dashboard."""
    rooms = [[card for area in column for card in _room(area)] for column in _COLUMNS]
    rooms[-1] += [_heading("House", "mdi:home"), *_things(None)]
    rooms[-1] += _bus_devices()
    view: Card = {
        "type": "sections",
        "title": "House",
        "path": "house",
        "max_columns": 3,
        "sections": [{"type": "grid", "cards": cards} for cards in ([*_alicia()], *rooms)],
    }
    return {"views": [view]}


async def hang_up(socket: Socket) -> None:
    """Make the dashboard and open Home Assistant with it; what is there already stays."""
    listed = cast(list[dict[str, str]], await socket.call("lovelace/dashboards/list"))
    if any(each["url_path"] == URL_PATH for each in listed):
        return
    await socket.call(
        "lovelace/dashboards/create",
        url_path=URL_PATH,
        title="House",
        icon="mdi:home-sound-in",
        mode="storage",
    )
    await socket.call("lovelace/config/save", url_path=URL_PATH, config=dashboard())
    await socket.call("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})


def _heading(text: str, icon: str) -> Card:
    return {"type": "heading", "heading": text, "icon": icon}


def _tile(entity: str, name: str, **more: object) -> Card:
    return {"type": "tile", "entity": entity, "name": name, **more}


def _alicia() -> Iterator[Card]:
    whole: Card = {"grid_options": {"columns": "full"}}
    yield _heading("Alicia", "mdi:account-voice")
    yield _tile(_COMMANDS, "Voice command", state_content=["event_type", "state"], **whole)
    yield {"type": "markdown", "content": _CONVERSATION, **whole}
    device = "assist_satellite.demo_room_device"
    there: Card = {"condition": "state", "entity": device, "state_not": "unavailable"}
    yield _tile("binary_sensor.alicia_connection", "Broker")
    yield _tile(device, "Room device", visibility=[there])
    for stage in ("speech_to_text_stt", "text_to_speech_tts"):
        name = stage.rpartition("_")[0].replace("_", " ").capitalize()
        yield _tile(f"binary_sensor.alicia_{stage}_demo_presence", name)
    log: Card = {"type": "logbook", "target": {"entity_id": [_COMMANDS]}, "hours_to_show": 24}
    yield {**log, "grid_options": {"columns": "full", "rows": 5}}


def _bus_devices() -> Iterator[Card]:
    yield _heading("On the bus", "mdi:lan-connect")
    for name, thing in ON_THE_BUS.items():
        yield _tile(thing.entity_id, name, hide_state=thing.domain == "button")


def _room(area: str) -> Iterator[Card]:
    yield _heading(area, AREAS[area])
    yield from _things(area)


def _things(area: str | None) -> Iterator[Card]:
    for thing in THINGS:
        if thing.area == area:
            yield _thing(thing)


def _thing(thing: Thing) -> Card:
    card = _tile(thing.entity_id, thing.name, hide_state=thing.domain in _SILENT)
    if feature := _FEATURES.get(thing.domain):
        card |= {"features": [feature], "features_position": "inline"}
    if feature or thing.domain == "sensor":
        card["grid_options"] = {"columns": "full"}
    return card
