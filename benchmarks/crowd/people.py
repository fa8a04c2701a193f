"""The devices of the crowd: what they say to Alicia, and to Home Assistant's MQTT discovery."""

from collections.abc import Iterator
import json
from typing import Final

from .client import connect

KINDS: Final = (
    ("temperature", "°C"),
    ("humidity", "%"),
    ("pressure", "hPa"),
    ("illuminance", "lx"),
    ("power", "W"),
    ("voltage", "V"),
    ("current", "A"),
    ("carbon_dioxide", "ppm"),
    ("weight", "kg"),
    ("distance", "m"),
)
#: Topic and payload; all of them are retained.
Message = tuple[str, str]


class Crowd:
    """Publishes for all devices over one connection."""

    def __init__(self, port: int) -> None:
        self._client = connect(port)
        self._client.loop_start()

    def say(self, messages: Iterator[Message], *, retain: bool = True) -> None:
        """Publish messages, and wait until the broker has them."""
        last = None
        for topic, payload in messages:
            last = self._client.publish(topic, payload, qos=1, retain=retain)
        if last is not None:
            last.wait_for_publish(60)

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()


def ours(devices: int, sensors: int) -> Iterator[Message]:
    """What the devices say to Alicia: here I am, and alive."""
    for number in range(devices):
        yield f"alicia/system/health/dev{number}", '{"status": "online"}'
    for number in range(devices):
        row = {
            "device_id": f"dev{number}",
            "device_type": "crowd",
            "capabilities": [kind for kind, _ in KINDS[:sensors]],
            "metadata": {"name": f"Device {number}", "manufacturer": "Crowd", "version": "1"},
        }
        yield "alicia/system/discovery/register", json.dumps(row)


def theirs(devices: int, sensors: int) -> Iterator[Message]:
    """What the same devices say to Home Assistant's own discovery."""
    for number in range(devices):
        yield f"crowd/dev{number}/available", "online"
    for number in range(devices):
        components = {
            kind: {
                "p": "sensor",
                "unique_id": f"dev{number}_{kind}",
                "device_class": kind,
                "state_class": "measurement",
                "unit_of_measurement": unit,
                "value_template": f"{{{{ value_json.{kind} }}}}",
            }
            for kind, unit in KINDS[:sensors]
        }
        config = {
            "dev": {
                "ids": [f"dev{number}"],
                "name": f"Device {number}",
                "mf": "Crowd",
                "sw": "1",
            },
            "o": {"name": "crowd"},
            "state_topic": f"crowd/dev{number}/state",
            "availability_topic": f"crowd/dev{number}/available",
            "cmps": components,
        }
        yield f"homeassistant/device/dev{number}/config", json.dumps(config)


def status(topic: str, numbers: range, sensors: int, value: float) -> Iterator[Message]:
    """One status of each device, the same for both."""
    for number in numbers:
        values = {kind: round(value + place, 2) for place, (kind, _) in enumerate(KINDS[:sensors])}
        yield topic.format(number), json.dumps(values)


OUR_STATUS: Final = "alicia/devices/dev{}/status"
THEIR_STATUS: Final = "crowd/dev{}/state"
