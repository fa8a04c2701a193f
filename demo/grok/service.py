"""Who answers: xAI with the user's key, or a fake of its API on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
import os
import sys
from typing import Final

from tests.fakes.xai.account import KEY as FAKE_KEY

from ..places import ROOT, Places
from ..ports import LOOPBACK, Ports
from ..processes import Command
from ..servers import Server

#: Where a key may be; the first that is set counts.
KEYS: Final = ("XAI_API_KEY", "GROK_API_KEY")
_XAI: Final = "https://api.x.ai/v1"


@dataclass(frozen=True, slots=True)
class Service:
    """Where Grok is asked, and what the account is called in Home Assistant."""

    title: str
    url: str
    key: str
    #: The server to start for it, if it is no real one.
    server: Server | None = None


def choose(environment: Mapping[str, str] = os.environ) -> Service | None:
    """Return the real service if there is a key for it."""
    key = next((environment[name] for name in KEYS if environment.get(name)), None)
    return Service("Grok", _XAI, key) if key else None


def fake(ports: Ports) -> Service:
    """Return the fake."""
    url = f"http://{LOOPBACK}:{ports.xai}/v1"
    return Service("Grok (a fake, not xAI)", url, FAKE_KEY, FAKE)


def _command(_places: Places, ports: Ports) -> Command:
    module = (sys.executable, "-m", "tests.fakes.xai")
    # A word takes as long as it may take a model.
    arguments = ("--port", str(ports.xai), "--pace-ms", "20")
    return Command("xai", (*module, *arguments), {"PYTHONPATH": str(ROOT)})


FAKE: Final = Server(
    "xai",
    "A fake of xAI's API",
    lambda ports: ports.xai,
    _command,
    f"Set {KEYS[0]} to ask xAI itself.",
    15.0,
)
