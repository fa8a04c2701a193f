"""Lamps of the bus as lights: what they can show, what they show, and what they are told."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("parameters", "modes"),
    [
        ({}, ["brightness"]),
        ({"brightness": False}, ["onoff"]),
        ({"color": True}, ["hs"]),
        ({"color": "rgb"}, ["rgb"]),
        ({"color_temp": True, "min_kelvin": 2200}, ["color_temp"]),
        ({"color": True, "color_temp": True}, ["color_temp", "hs"]),
    ],
)
async def test_modes_are_those_of_the_registration(
    gadget: Any, parameters: dict[str, object], modes: list[str]
) -> None:
    await gadget.join("light", **parameters)
    assert (await gadget.shows({"on": False}))["state"] == "off"
    assert sorted(gadget.seen["supported_color_modes"]) == modes


async def test_colour_that_was_told_last_is_shown(gadget: Any) -> None:
    await gadget.join("light", color=True, color_temp=True)
    seen = await gadget.shows({"on": True, "brightness": 80, "hs": [30, 60]})
    assert (seen["color_mode"], seen["hs_color"], seen["brightness"]) == ("hs", (30, 60), 80)
    seen = await gadget.shows({"color_temp_kelvin": 3000})
    assert (seen["color_mode"], seen["color_temp_kelvin"]) == ("color_temp", 3000)
    seen = await gadget.shows({"hs": None, "rgb": [255, 0, 0]})
    assert (seen["color_mode"], seen["hs_color"]) == ("hs", (0, 100))


async def test_lamp_is_told_in_the_words_of_the_bus(gadget: Any) -> None:
    await gadget.join("light", color=True, effects=["candle"], transition=True)
    await gadget.shows({"on": False})
    wanted = {"brightness": 40, "hs": [10, 20], "effect": "candle", "transition": 2}
    assert await gadget.told(
        "light.turn_on", brightness=40, hs_color=(10, 20), effect="candle", transition=2
    ) == ("turn_on", wanted)
    assert await gadget.told("light.turn_off") == ("turn_off", {})
