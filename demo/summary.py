"""The file that says how to reach the running demo."""

import json

from .house.build import House
from .places import Places
from .ports import LOOPBACK, Ports, address


def write(places: Places, ports: Ports, house: House) -> None:
    """Write the file, for its owner's eyes; its account may use the whole bus."""
    summary = {
        "mqtt": {
            "host": LOOPBACK,
            "port": ports.mqtt,
            "username": "operator",
            "password": places.secret("operator"),
        },
        "home_assistant": {"url": address(ports), "token": house.token},
        "stt": f"tcp://{LOOPBACK}:{ports.stt}",
        "tts": f"tcp://{LOOPBACK}:{ports.tts}",
    }
    places.summary.touch(mode=0o600)
    places.summary.write_text(json.dumps(summary, indent=2) + "\n")
