"""What a command must do to the house, derived from its intent and slots."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from homeassistant.util.color import color_name_to_rgb, color_RGB_to_hs

from ..house.things import THINGS, Thing, things
from ..trial.meaning import Meaning

type Slots = Mapping[str, str]
#: A call of an action: its name, the entity, its data.
type Call = tuple[str, str, Mapping[str, object]]
#: What is to be seen of an entity: its state, and attributes.
type View = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Effect:
    """What makes the effect visible beforehand, and what is to be seen afterwards."""

    before: tuple[Call, ...] = ()
    after: Mapping[str, View] | None = None

    def __add__(self, other: Effect) -> Effect:
        """Return both together."""
        return Effect((*self.before, *other.before), {**(self.after or {}), **(other.after or {})})


#: A question changes nothing.
NOTHING: Final = Effect()


def _call(thing: Thing, service: str, **data: object) -> Call:
    return (f"{thing.domain}.{service}", thing.entity_id, data)


def _one(thing: Thing, service: str, **view: object) -> Effect:
    return Effect((_call(thing, service),), {thing.entity_id: view})


def _switch(thing: Thing, *, on: bool) -> Effect:
    return _one(thing, "turn_off" if on else "turn_on", state="on" if on else "off")


def _cover(thing: Thing, *, on: bool) -> Effect:
    return _one(thing, "close_cover" if on else "open_cover", state="open" if on else "closed")


def _lock(thing: Thing, *, on: bool) -> Effect:
    """To Home Assistant a lock that is turned on is locked."""
    return _one(thing, "unlock" if on else "lock", state="locked" if on else "unlocked")


def _climate(thing: Thing, *, on: bool) -> Effect:
    before = _call(thing, "set_hvac_mode", hvac_mode="off" if on else "heat")
    return Effect((before,), {thing.entity_id: {"state": "heat" if on else "off"}})


def _media_player(thing: Thing, *, on: bool) -> Effect:
    return _one(thing, "turn_off" if on else "media_play", state="idle" if on else "off")


def _scene(_thing: Thing, *, on: bool) -> Effect | None:
    ceiling, lamp = (Thing(name, "light") for name in ("Ceiling Light", "Floor Lamp"))
    blinds = Thing("Living Room Blinds", "cover")
    if not on:
        return None
    return _switch(ceiling, on=False) + _switch(lamp, on=True) + _cover(blinds, on=False)


def _script(_thing: Thing, *, on: bool) -> Effect | None:
    if not on:
        return None
    effect = _lock(Thing("Front Door", "lock"), on=True) + _cover(
        Thing("Garage Door", "cover"), on=False
    )
    for light in things("light"):
        effect += _switch(light, on=False)
    return effect


class _Turner(Protocol):
    def __call__(self, thing: Thing, /, *, on: bool) -> Effect | None: ...


_TURN: Final[Mapping[str, _Turner]] = {
    "light": _switch,
    "fan": _switch,
    "switch": _switch,
    "cover": _cover,
    "lock": _lock,
    "climate": _climate,
    "media_player": _media_player,
    "scene": _scene,
    "script": _script,
}


def _turn(*, on: bool) -> Callable[[Thing, Slots], Effect | None]:
    def effect(thing: Thing, _slots: Slots) -> Effect | None:
        maker = _TURN.get(thing.domain)
        return maker(thing, on=on) if maker else None

    return effect


def _other(value: float, first: float, second: float) -> float:
    """Return the one of two values that is another than this."""
    return second if abs(value - first) < 1 else first


def _light_set(thing: Thing, slots: Slots) -> Effect | None:
    view: dict[str, object] = {"state": "on"}
    before = {"brightness_pct": 40.0, "hs_color": [300.0, 50.0]}
    if "brightness" in slots:
        percent = float(slots["brightness"])
        before["brightness_pct"] = _other(percent, 40, 90)
        view = {"state": "on", "brightness": round(percent * 2.55)} if percent else {"state": "off"}
    if "color" in slots:
        view["hs_color"] = color_RGB_to_hs(*color_name_to_rgb(slots["color"]))
    if not {"brightness", "color"} & slots.keys():
        return None
    return Effect((_call(thing, "turn_on", **before),), {thing.entity_id: view})


def _fan_speed(thing: Thing, slots: Slots) -> Effect:
    percent = float(slots["percentage"])
    before = _call(thing, "set_percentage", percentage=_other(percent, 55, 20))
    view = {"state": "on", "percentage": percent} if percent else {"state": "off"}
    return Effect((before,), {thing.entity_id: view})


def _position(thing: Thing, slots: Slots) -> Effect:
    position = float(slots["position"])
    before = _call(thing, "set_cover_position", position=_other(position, 45, 80))
    return Effect((before,), {thing.entity_id: {"current_position": position}})


def _temperature(thing: Thing, slots: Slots) -> Effect | None:
    wanted = float(slots["temperature"])
    if not _THERMOSTAT_RANGE[0] <= wanted <= _THERMOSTAT_RANGE[1]:
        return None
    before = (
        _call(thing, "set_hvac_mode", hvac_mode="heat"),
        _call(thing, "set_temperature", temperature=_other(wanted, 17, 22)),
    )
    return Effect(before, {thing.entity_id: {"temperature": wanted}})


_THERMOSTAT_RANGE: Final = (5.0, 35.0)


def _volume(thing: Thing, slots: Slots) -> Effect:
    wanted = float(slots["volume_level"]) / 100
    before = _call(thing, "volume_set", volume_level=_other(wanted * 100, 30, 70) / 100)
    return Effect((_call(thing, "media_play"), before), {thing.entity_id: {"volume_level": wanted}})


def _louder(thing: Thing, slots: Slots) -> Effect:
    step = slots["volume_step"]
    by = {"up": 10.0, "down": -10.0}.get(step) or float(step)
    wanted = min(1.0, max(0.0, 0.5 + by / 100))
    before = (_call(thing, "media_play"), _call(thing, "volume_set", volume_level=0.5))
    return Effect(before, {thing.entity_id: {"volume_level": wanted}})


def _player(before: str, **view: object) -> Callable[[Thing, Slots], Effect]:
    def effect(thing: Thing, _slots: Slots) -> Effect:
        calls = [_call(thing, "media_play")]
        if before != "media_play":
            calls.append(_call(thing, before))
        return Effect(tuple(calls), {thing.entity_id: view})

    return effect


def _mute(*, on: bool) -> Callable[[Thing, Slots], Effect]:
    def effect(thing: Thing, _slots: Slots) -> Effect:
        before = _call(thing, "volume_mute", is_volume_muted=not on)
        view = {"is_volume_muted": on}
        return Effect((_call(thing, "media_play"), before), {thing.entity_id: view})

    return effect


def _track(by: int) -> Callable[[Thing, Slots], Effect]:
    def effect(thing: Thing, _slots: Slots) -> Effect:
        track = f"input_number.{thing.slug}_track"
        before = ("input_number.set_value", track, {"value": 5})
        return Effect((_call(thing, "media_play"), before), {track: {"state": 5 + by}})

    return effect


@dataclass(frozen=True, slots=True)
class _Rule:
    """How an intent's effect is found: on which domain, and what it is on one thing."""

    domain: str | None
    effect: Callable[[Thing, Slots], Effect | None]


_RULES: Final = {
    "HassTurnOn": _Rule(None, _turn(on=True)),
    "HassTurnOff": _Rule(None, _turn(on=False)),
    "HassLightSet": _Rule("light", _light_set),
    "HassFanSetSpeed": _Rule("fan", _fan_speed),
    "HassSetPosition": _Rule("cover", _position),
    "HassClimateSetTemperature": _Rule("climate", _temperature),
    "HassSetVolume": _Rule("media_player", _volume),
    "HassSetVolumeRelative": _Rule("media_player", _louder),
    "HassMediaPause": _Rule("media_player", _player("media_play", state="paused")),
    "HassMediaUnpause": _Rule("media_player", _player("media_pause", state="playing")),
    "HassMediaNext": _Rule("media_player", _track(1)),
    "HassMediaPrevious": _Rule("media_player", _track(-1)),
    "HassMediaPlayerMute": _Rule("media_player", _mute(on=True)),
    "HassMediaPlayerUnmute": _Rule("media_player", _mute(on=False)),
}
QUESTIONS: Final = frozenset(
    {"HassGetState", "HassClimateGetTemperature", "HassGetCurrentTime", "HassGetCurrentDate"}
)
#: The intents that a house without a vacuum cleaner, and a device without timers, can do.
INTENTS: Final = frozenset(_RULES) | QUESTIONS


def effect_of(meaning: Meaning) -> Effect | None:
    """Return a command's effect, or None where this house can't do it or nothing says what."""
    if meaning.intent in QUESTIONS:
        return NOTHING
    slots, rule = dict(meaning.slots), _RULES[meaning.intent]
    effect = NOTHING
    for thing in _targets(slots, rule.domain):
        if (one := rule.effect(thing, slots)) is None:
            return None
        effect += one
    return effect if effect.after else None


def _targets(slots: Slots, domain: str | None) -> tuple[Thing, ...]:
    domain = domain or slots.get("domain")
    if domain is None and "name" not in slots:
        return ()
    wanted = {"name": slots.get("name"), "area": slots.get("area"), "domain": domain}
    wanted["device_class"] = slots.get("device_class")
    return tuple(
        thing
        for thing in THINGS
        if all(value in (None, getattr(thing, key)) for key, value in wanted.items())
    )
