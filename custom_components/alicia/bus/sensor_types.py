"""The types of capabilities that tell something, a row each. To add one, add a row."""

from typing import Final

from .capabilities import Capability, Parameters
from .fields import NUMBER, TEXT, Codec, invalid


def _scalar(value: object) -> object:
    """Take a text or a number; a whole number stays one."""
    (TEXT if isinstance(value, str) else NUMBER).decode(value)
    return value


SCALAR: Final = Codec(_scalar)


def _on(value: object) -> object:
    """Take what devices say for on and off."""
    if isinstance(value, bool):
        return value
    found = {"on": True, "off": False, "1": True, "0": False}.get(str(value).lower())
    if found is None:
        raise invalid("true, false, on or off")
    return found


ON: Final = Codec(_on)

SENSOR_PARAMETERS: Final = frozenset(
    {"unit", "device_class", "state_class", "options", "precision"}
)


def _sensor(name: str, unit: str | None = None, **more: object) -> Capability:
    defaults: Parameters = {
        **({"device_class": name} if unit or more.get("device_class") else {}),
        **({"unit": unit, "state_class": "measurement"} if unit else {}),
        **more,
    }
    return Capability(
        name=name,
        platform="sensor",
        state={"value": SCALAR},
        parameters=SENSOR_PARAMETERS,
        defaults=defaults,
    )


def _binary(name: str, device_class: str | None = None) -> Capability:
    return Capability(
        name=name,
        platform="binary_sensor",
        state={"on": ON},
        value="on",
        parameters=frozenset({"device_class"}),
        defaults={"device_class": device_class or name} if name != "binary_sensor" else {},
    )


SENSOR_ROWS: Final = (
    _sensor("sensor"),
    _sensor("temperature", "°C"),
    _sensor("humidity", "%"),
    _sensor("pressure", "hPa"),
    _sensor("atmospheric_pressure", "hPa"),
    _sensor("illuminance", "lx"),
    _sensor("battery", "%", category="diagnostic"),
    _sensor("signal_strength", "dBm", category="diagnostic", enabled=False),
    _sensor("power", "W"),
    _sensor("energy", "kWh", state_class="total_increasing"),
    _sensor("voltage", "V"),
    _sensor("current", "A"),
    _sensor("frequency", "Hz"),
    _sensor("power_factor", "%"),
    _sensor("carbon_dioxide", "ppm"),
    _sensor("carbon_monoxide", "ppm"),
    _sensor("volatile_organic_compounds", "µg/m³"),
    _sensor("pm1", "µg/m³"),
    _sensor("pm25", "µg/m³"),
    _sensor("pm10", "µg/m³"),
    _sensor("sound_pressure", "dB"),
    _sensor("distance", "m"),
    _sensor("speed", "m/s"),
    _sensor("wind_speed", "m/s"),
    _sensor("precipitation", "mm"),
    _sensor("weight", "kg"),
    _sensor("water", "L", state_class="total_increasing"),
    _sensor("duration", "s"),
    _sensor("timestamp", device_class="timestamp"),
    _binary("binary_sensor"),
    *(
        _binary(name)
        for name in (
            "motion",
            "occupancy",
            "door",
            "window",
            "opening",
            "garage_door",
            "smoke",
            "moisture",
            "vibration",
            "tamper",
            "problem",
            "safety",
            "sound",
            "cold",
            "heat",
            "running",
            "plug",
        )
    ),
    _binary("presence"),
    _binary("battery_low", "battery"),
    _binary("gas_alarm", "gas"),
)
