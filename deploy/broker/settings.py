"""What is to be generated: from the command line, or from a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import getpass
from pathlib import Path, PurePosixPath
import socket
import tomllib
from typing import Final, cast

from alicia_bus.topics import DEFAULT_BASE, Topics, is_base_topic

from .accounts import STANDARD_ACCOUNTS, Account, Role
from .conf import Listener

LOOPBACK: Final = "127.0.0.1"
EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - a broker is there to be reached, with TLS


class SettingsError(Exception):
    """The settings can't be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server certificate that the user has already."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that decides what is generated."""

    output: Path
    #: The folder as the broker sees it, where that is another, as in a container.
    seen_as: PurePosixPath | None = None
    data: PurePosixPath | None = None
    run_as: str = field(default_factory=getpass.getuser)
    topics: Topics = field(default_factory=Topics)
    listeners: tuple[Listener, ...] = ()
    accounts: tuple[Account, ...] = STANDARD_ACCOUNTS
    server_names: tuple[str, ...] = ()
    certificate: Certificate | None = None

    @property
    def tls(self) -> bool:
        """Whether a certificate is needed."""
        return any(listener.tls for listener in self.listeners)


def loopback_listeners(port: int, websockets_port: int) -> tuple[Listener, ...]:
    """Return the listeners of a broker for one machine alone."""
    return (
        Listener(port, LOOPBACK),
        Listener(websockets_port, LOOPBACK, websockets=True),
    )


def network_listeners(plain: Listener, tls_port: int, websockets_port: int) -> tuple[Listener, ...]:
    """Return the listeners of a real broker: plain only where told, encrypted everywhere."""
    return (
        plain,
        Listener(tls_port, EVERYWHERE, tls=True),
        Listener(websockets_port, EVERYWHERE, websockets=True, tls=True),
    )


def own_names() -> tuple[str, ...]:
    """Return the names under which this machine is reached, for its certificate."""
    name = socket.gethostname().lower()
    return tuple(dict.fromkeys((name, f"{name.split('.')[0]}.local", "localhost", LOOPBACK)))


def read_file(file: Path) -> tuple[Topics, tuple[Account, ...]]:
    """Return the base topic and the accounts that a configuration file names."""
    # The one dependency, needed by nobody who has no such file.
    try:
        import voluptuous as vol  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            "reading a configuration file needs voluptuous"
            " (Debian: apt install python3-voluptuous; else: pip install voluptuous)"
        ) from error
    account = {
        vol.Required("role"): vol.In([role.value for role in Role]),
        vol.Optional("instance"): str,
        vol.Optional("topics"): [str],
    }
    schema = vol.Schema(
        {
            vol.Optional("base_topic", default=DEFAULT_BASE): vol.All(
                str, vol.Msg(vol.truth(is_base_topic), "not a base topic")
            ),
            vol.Optional("accounts", default={}): {str: account},
        }
    )
    try:
        found = cast(Mapping[str, object], schema(tomllib.loads(file.read_text())))
    except (vol.Invalid, tomllib.TOMLDecodeError, OSError) as error:
        raise SettingsError(f"{file}: {error}") from error
    accounts = cast(Mapping[str, Mapping[str, object]], found["accounts"])
    return Topics(cast(str, found["base_topic"])), _accounts(accounts)


def _accounts(found: Mapping[str, Mapping[str, object]]) -> tuple[Account, ...]:
    named = {account.name: account for account in STANDARD_ACCOUNTS}
    for name, each in found.items():
        role = Role(cast(str, each["role"]))
        own = name if role is Role.DEVICE else "+"
        try:
            named[name] = Account(
                name,
                role,
                cast(str, each.get("instance", own)),
                tuple(cast(list[str], each.get("topics", ()))),
            )
        except ValueError as error:
            raise SettingsError(f"account {name}: {error}") from error
    return tuple(named.values())
