"""Home Assistant's configuration of the house: each thing keeps its state in input helpers.

Helpers are stored by Home Assistant, so that the house is as it was left after a restart.
"""

from collections.abc import Mapping
from typing import Final

from .things import Thing, things

type Config = dict[str, object]

#: What Home Assistant loads by itself is left out, since some of it goes online.
_PLAIN: Final = (
    "api assist_pipeline config conversation diagnostics frontend history intent logbook"
    " media_source recorder system_health tts wyoming"
).split()


def _action(service: str, entity: str, **data: str) -> Config:
    step: Config = {"action": service, "target": {"entity_id": entity}}
    return {**step, "data": data} if data else step


def _set(entity: str, template: str) -> Config:
    return _action("input_number.set_value", entity, value=template)


def _switches(thing: Thing) -> Config:
    """The parts that all things with an on and an off share."""
    helper = f"input_boolean.{thing.slug}"
    return {
        "name": thing.name,
        "unique_id": thing.slug,
        "state": f"{{{{ is_state('{helper}', 'on') }}}}",
        "turn_on": [_action("input_boolean.turn_on", helper)],
        "turn_off": [_action("input_boolean.turn_off", helper)],
    }


def _number(entity: str) -> str:
    return f"{{{{ states('{entity}') | int(0) }}}}"


def _light(thing: Thing) -> Config:
    level, hue, saturation = (
        f"input_number.{thing.slug}_{part}" for part in ("level", "hue", "saturation")
    )
    on = _action("input_boolean.turn_on", f"input_boolean.{thing.slug}")
    colour = f"{{{{ (states('{hue}') | float(0), states('{saturation}') | float(0)) }}}}"
    return {
        **_switches(thing),
        "level": _number(level),
        "set_level": [_set(level, "{{ brightness }}"), on],
        "hs": colour,
        # A call that names both colour and brightness comes here alone.
        "set_hs": [
            _set(hue, "{{ h }}"),
            _set(saturation, "{{ s }}"),
            _set(level, f"{{{{ brightness | default(states('{level}') | int(0)) }}}}"),
            on,
        ],
    }


def _fan(thing: Thing) -> Config:
    speed, helper = f"input_number.{thing.slug}_speed", f"input_boolean.{thing.slug}"
    turn = _action("input_boolean.turn_{{ 'on' if percentage > 0 else 'off' }}", helper)
    return {
        **_switches(thing),
        "percentage": _number(speed),
        "set_percentage": [_set(speed, "{{ percentage }}"), turn],
    }


def _cover(thing: Thing) -> Config:
    position = f"input_number.{thing.slug}_position"
    return {
        "name": thing.name,
        "unique_id": thing.slug,
        "device_class": thing.device_class,
        "position": _number(position),
        "open_cover": [_set(position, "100")],
        "close_cover": [_set(position, "0")],
        "set_cover_position": [_set(position, "{{ position }}")],
    }


def _lock(thing: Thing) -> Config:
    helper = f"input_boolean.{thing.slug}"
    return {
        "name": thing.name,
        "unique_id": thing.slug,
        "state": f"{{{{ 'locked' if is_state('{helper}', 'on') else 'unlocked' }}}}",
        "lock": [_action("input_boolean.turn_on", helper)],
        "unlock": [_action("input_boolean.turn_off", helper)],
    }


def _sensor(thing: Thing) -> Config:
    return {
        "name": thing.name,
        "unique_id": thing.slug,
        "device_class": "temperature",
        "unit_of_measurement": "°C",
        "state": f"{{{{ states('input_number.{thing.slug}') }}}}",
    }


def _climate(thing: Thing) -> Config:
    return {
        "platform": "generic_thermostat",
        "name": thing.name,
        "unique_id": thing.slug,
        "heater": f"input_boolean.{thing.slug}_heater",
        "target_sensor": f"sensor.{thing.slug}_room",
        "min_temp": 5,
        "max_temp": 35,
        "target_temp": 20,
        "target_temp_step": 0.5,
        "precision": 0.1,
    }


def _media_player(thing: Thing) -> Config:
    state, volume = f"input_select.{thing.slug}", f"input_number.{thing.slug}_volume"
    track, mute = f"input_number.{thing.slug}_track", f"input_boolean.{thing.slug}_mute"

    def become(option: str) -> Config:
        return _action("input_select.select_option", state, option=option)

    def step(by: int) -> Config:
        return _set(track, f"{{{{ [0, states('{track}') | int(1) + {by}] | max }}}}")

    def louder(by: float) -> Config:
        level = f"states('{volume}') | float(0) + {by}"
        return _set(volume, f"{{{{ ([0, [1, {level}] | min] | max) }}}}")

    return {
        "platform": "universal",
        "name": thing.name,
        "unique_id": thing.slug,
        "device_class": "speaker",
        "state_template": f"{{{{ states('{state}') }}}}",
        "attributes": {
            "volume_level": volume,
            "is_volume_muted": mute,
            "media_title": f"input_text.{thing.slug}_title",
        },
        "commands": {
            "turn_on": become("idle"),
            "turn_off": become("off"),
            "media_play": become("playing"),
            "media_pause": become("paused"),
            "media_stop": become("idle"),
            "media_next_track": step(1),
            "media_previous_track": step(-1),
            "volume_set": _set(volume, "{{ volume_level }}"),
            "volume_up": louder(0.1),
            "volume_down": louder(-0.1),
            "volume_mute": _action(
                "input_boolean.turn_{{ 'on' if is_volume_muted else 'off' }}", mute
            ),
            "play_media": become("playing"),
        },
    }


def _scene() -> Config:
    return {
        "id": "movie_night",
        "name": "Movie Night",
        "entities": {
            "light.ceiling_light": "off",
            "light.floor_lamp": {"state": "on", "brightness": 60},
            "cover.living_room_blinds": {"state": "closed", "current_position": 0},
        },
    }


def _script() -> Config:
    lights = [thing.entity_id for thing in things("light")]
    return {
        "alias": "Good Night",
        "sequence": [
            {"action": "light.turn_off", "target": {"entity_id": lights}},
            {"action": "lock.lock", "target": {"entity_id": "lock.front_door"}},
            {"action": "cover.close_cover", "target": {"entity_id": "cover.garage_door"}},
        ],
    }


def _slider(low: float, high: float, step: float = 1) -> Config:
    return {"min": low, "max": high, "step": step}


def _numbers() -> Config:
    found: Config = {
        "outdoor_temperature": {**_slider(-30, 50, 0.1), "initial": 11.5},
        "thermostat_room": {**_slider(0, 40, 0.1), "initial": 20.5},
    }
    for thing in things("light"):
        found[f"{thing.slug}_level"] = _slider(0, 255)
        found[f"{thing.slug}_hue"] = _slider(0, 360, 0.001)
        found[f"{thing.slug}_saturation"] = _slider(0, 100, 0.001)
    for thing in things("fan"):
        found[f"{thing.slug}_speed"] = _slider(0, 100)
    for thing in things("cover"):
        found[f"{thing.slug}_position"] = _slider(0, 100)
    for thing in things("media_player"):
        found[f"{thing.slug}_volume"] = _slider(0, 1, 0.01)
        found[f"{thing.slug}_track"] = _slider(0, 1000)
    return found


def _booleans() -> Config:
    names = [
        thing.slug for domain in ("light", "fan", "switch", "lock") for thing in things(domain)
    ]
    names += [f"{thing.slug}_heater" for thing in things("climate")]
    names += [f"{thing.slug}_mute" for thing in things("media_player")]
    return {name: {} for name in names}


def _template() -> Config:
    makers = {"light": _light, "fan": _fan, "cover": _cover, "lock": _lock, "sensor": _sensor}
    made: Config = {
        domain: [make(thing) for thing in things(domain)] for domain, make in makers.items()
    }
    made["switch"] = [_switches(thing) for thing in things("switch")]
    return made


def configuration(address: str) -> Mapping[str, object]:
    """Return the configuration of a house at this address: JSON, which is YAML as well."""
    room = {**_sensor(Thing("Thermostat Room", "sensor")), "unique_id": "thermostat_room"}
    speakers = things("media_player")
    return {
        "homeassistant": {
            "name": "Alicia's demo house",
            "unit_system": "metric",
            "time_zone": "UTC",
            "language": "en",
            "country": "GB",
            # Where the answers' audio is fetched from; else the machine's own address is used,
            # on which nothing listens.
            "internal_url": address,
            "external_url": address,
        },
        "logger": {"default": "warning", "logs": {"custom_components.alicia": "info"}},
        **{name: {} for name in _PLAIN},
        "input_boolean": _booleans(),
        "input_number": _numbers(),
        "input_select": {
            thing.slug: {"options": ["off", "idle", "paused", "playing"]} for thing in speakers
        },
        "input_text": {f"{thing.slug}_title": {} for thing in speakers},
        "template": [_template(), {"sensor": [room]}],
        "climate": [_climate(thing) for thing in things("climate")],
        "media_player": [_media_player(thing) for thing in speakers],
        "scene": [_scene()],
        "script": {"good_night": _script()},
    }
