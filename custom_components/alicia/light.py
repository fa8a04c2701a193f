"""Lights of devices."""

from typing import Any, Final, override

from homeassistant.components.light import LightEntity
from homeassistant.components.light.const import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_EFFECT,
    ATTR_HS_COLOR,
    ATTR_RGB_COLOR,
    ATTR_TRANSITION,
    ColorMode,
    LightEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_platform
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.color import color_RGB_to_hs

from .bus.capabilities import Parameters, State
from .coordinator import AliciaConfigEntry
from .devices.parameters import number, texts
from .entity import CapabilityEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AliciaConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Have lights made as devices bring them."""
    data = entry.runtime_data
    data.devices.factory.async_add_platform(
        entity_platform.async_get_current_platform(), lambda source: DeviceLight(data, source)
    )


MIN_KELVIN: Final = 2000.0
MAX_KELVIN: Final = 6535.0
#: What Home Assistant calls the parameters of a command.
PARAMETERS: Final = {
    "brightness": ATTR_BRIGHTNESS,
    "color_temp_kelvin": ATTR_COLOR_TEMP_KELVIN,
    "hs": ATTR_HS_COLOR,
    "rgb": ATTR_RGB_COLOR,
    "effect": ATTR_EFFECT,
    "transition": ATTR_TRANSITION,
}


class DeviceLight(CapabilityEntity, LightEntity):
    """A lamp; what its registration doesn't name, it doesn't have."""

    @override
    def _configure(self, parameters: Parameters) -> None:
        self._attr_supported_color_modes = color_modes(parameters)
        modes = sorted(self._attr_supported_color_modes)
        self._attr_color_mode = modes[0]
        self._attr_min_color_temp_kelvin = int(number(parameters.get("min_kelvin"), MIN_KELVIN))
        self._attr_max_color_temp_kelvin = int(number(parameters.get("max_kelvin"), MAX_KELVIN))
        self._attr_supported_features = LightEntityFeature(0)
        if parameters.get("transition") is True:
            self._attr_supported_features |= LightEntityFeature.TRANSITION
        if effects := texts(parameters.get("effects")):
            self._attr_supported_features |= LightEntityFeature.EFFECT
            self._attr_effect_list = effects

    @override
    def _update(self, state: State) -> None:
        on = state.get("on")
        self._attr_is_on = None if on is None else bool(on)
        self._attr_brightness = _whole(state.get("brightness"))
        self._attr_effect = str(state["effect"]) if state.get("effect") else None
        modes = self._attr_supported_color_modes or set()
        for mode, color in (
            (ColorMode.COLOR_TEMP, _whole(state.get("color_temp_kelvin"))),
            (ColorMode.HS, _hs(state)),
            (ColorMode.RGB, state.get("rgb")),
        ):
            attribute = COLORS[mode]
            # Who tells a new colour shows it; what the lamp showed before may still be known.
            if mode in modes and color is not None and color != getattr(self, attribute, None):
                self._attr_color_mode = mode
            setattr(self, attribute, color)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Light it, as it was or as it is told."""
        given = {ours: kwargs.get(theirs) for ours, theirs in PARAMETERS.items()}
        for name in ("hs", "rgb"):
            if (color := given[name]) is not None:
                given[name] = list(color)
        await self.async_command("turn_on", **given)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Put it out."""
        await self.async_command("turn_off", transition=kwargs.get(ATTR_TRANSITION))


COLORS: Final = {
    ColorMode.COLOR_TEMP: "_attr_color_temp_kelvin",
    ColorMode.HS: "_attr_hs_color",
    ColorMode.RGB: "_attr_rgb_color",
}


def color_modes(parameters: Parameters) -> set[ColorMode]:
    """Return what a lamp can show."""
    modes = set()
    if color := parameters.get("color"):
        modes.add(ColorMode.RGB if color == "rgb" else ColorMode.HS)
    if parameters.get("color_temp"):
        modes.add(ColorMode.COLOR_TEMP)
    if modes:
        return modes
    return {ColorMode.ONOFF if parameters.get("brightness") is False else ColorMode.BRIGHTNESS}


def _whole(value: object) -> int | None:
    return round(value) if isinstance(value, int | float) else None


def _hs(state: State) -> object:
    """Return hue and saturation, also of a lamp that tells red, green and blue."""
    if state.get("hs") is not None:
        return state["hs"]
    rgb = state.get("rgb")
    return color_RGB_to_hs(*rgb) if isinstance(rgb, tuple) else None
