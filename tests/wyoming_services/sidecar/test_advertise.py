"""What is announced on the local network, and where others reach the server."""

import pytest

from alicia_sidecar.advertise import service_types
from alicia_sidecar.options import Program, parse_options
from alicia_sidecar.reach import reachable_uri
from alicia_sidecar.settings import Settings, read_settings, shared_groups

PROGRAM = Program("alicia_stt", "Tests.", shared_groups("tcp://127.0.0.1:10300"))
ALICIA, WYOMING = "_alicia._tcp.local.", "_wyoming._tcp.local."
BUS = ("--mqtt-host", "broker")


def _settings(*argv: str) -> Settings:
    _, values = parse_options(PROGRAM, argv, {})
    return read_settings("stt", values)


@pytest.mark.parametrize(
    ("argv", "uri", "announced"),
    [
        (BUS, "tcp://0.0.0.0:10300", (ALICIA,)),
        (BUS, "tcp://192.0.2.7:10300", (ALICIA,)),
        (BUS, "tcp://127.0.0.1:10300", ()),
        (BUS, "tcp://localhost:10300", ()),
        ((), "tcp://0.0.0.0:10300", ()),
        (("--zeroconf", "wyoming"), "tcp://0.0.0.0:10300", (WYOMING,)),
        ((*BUS, "--zeroconf", "both"), "tcp://0.0.0.0:10300", (ALICIA, WYOMING)),
        ((*BUS, "--zeroconf", "alicia"), "tcp://127.0.0.1:10300", (ALICIA,)),
        ((*BUS, "--zeroconf", "off"), "tcp://0.0.0.0:10300", ()),
        ((*BUS, "--zeroconf", "both"), "unix:///run/stt", ()),
    ],
)
def test_home_assistant_is_shown_one_card(
    argv: tuple[str, ...], uri: str, announced: tuple[str, ...]
) -> None:
    assert service_types(_settings(*argv), uri) == announced


@pytest.mark.parametrize(
    ("uri", "override", "told"),
    [
        ("tcp://127.0.0.1:10300", None, "tcp://127.0.0.1:10300"),
        ("tcp://0.0.0.0:10300", None, "tcp://127.0.0.1:10300"),
        ("tcp://0.0.0.0:10300", "cellar.local", "tcp://cellar.local:10300"),
        ("tcp://[::]:10300", "2001:db8::7", "tcp://[2001:db8::7]:10300"),
        ("unix:///run/stt", None, "unix:///run/stt"),
        ("stdio://", None, None),
    ],
)
def test_others_are_told_an_address_they_reach(
    uri: str, override: str | None, told: str | None
) -> None:
    """The broker is on this machine here, and so is the way to it."""
    assert reachable_uri(uri, "127.0.0.1", override) == told
