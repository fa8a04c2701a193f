#!/usr/bin/env python3
"""Start a speech server as a Home Assistant app, or by hand as one.

Each option of the app is the server's own option of that name. The broker is the one that the
options name, and else the one that the Supervisor knows; without either the server is a plain
Wyoming server, which the Supervisor then offers to Home Assistant.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
import json
import os
from pathlib import Path
import pwd
import socket
import sys
import time
from typing import Final, NoReturn, TypeAlias
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

Setting: TypeAlias = str | int | float | bool | None

_TIMEOUT: Final = 10.0
_POLL: Final = 0.5

#: How the Supervisor says that nobody provides a service.
_NOT_ENABLED: Final = 400

#: What it calls the fields of its broker, and what the servers call them.
_BROKER: Final = {
    "host": "mqtt_host",
    "port": "mqtt_port",
    "username": "mqtt_username",
    "password": "mqtt_password",
    "ssl": "mqtt_tls",
}


class StartError(Exception):
    """Why the app can't start, in words for the person who installed it."""


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Home Assistant's keeper of apps, as an app reaches it."""

    url: str
    token: str

    def broker(self) -> dict[str, Setting]:
        """Return the options of the broker that it knows, if there is one."""
        data = self._ask("/services/mqtt")
        return {ours: data[theirs] for theirs, ours in _BROKER.items() if theirs in data}

    def offer(self, uri: str) -> None:
        """Have Home Assistant offer a Wyoming server to its user."""
        self._ask("/discovery", {"service": "wyoming", "config": {"uri": uri}})

    def _ask(self, path: str, body: Mapping[str, object] | None = None) -> dict[str, Setting]:
        request = Request(  # noqa: S310 - an address of the Supervisor, over HTTP
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - the same
                data = json.load(answer)["data"]
        except HTTPError as err:
            if err.code == _NOT_ENABLED:
                return {}
            raise StartError(f"the Supervisor refused {path}: {err}") from err
        except (OSError, URLError, ValueError, KeyError) as err:
            raise StartError(f"the Supervisor did not answer {path}: {err}") from err
        return dict(data)


def read_options(path: Path) -> dict[str, Setting]:
    """Return the app's options as its user set them; raises StartError."""
    try:
        options = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as err:
        raise StartError(f"{path}: {err}") from err
    if not isinstance(options, dict):
        raise StartError(f"{path}: not an object")
    return options


def environment(prefix: str, settings: Mapping[str, Setting]) -> dict[str, str]:
    """Return the variables by which a server takes these options; what is empty is left out."""
    return {
        f"{prefix}_{name}".upper(): _text(value)
        for name, value in settings.items()
        if value not in (None, "")
    }


def _text(value: Setting) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def become(user: str, folder: Path) -> None:
    """Go on as another user, who owns the app's folder from now on; only root can."""
    account = pwd.getpwnam(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    os.initgroups(user, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    os.environ["HOME"] = account.pw_dir


def offer_later(supervisor: Supervisor, port: int, uri: str) -> None:
    """Offer the server once it listens, from a process beside it.

    Home Assistant looks at what it is offered at once, and a model may have to be fetched first.
    """
    server = os.getpid()
    if os.fork():
        return
    try:
        while os.getppid() == server:
            if _listens(port):
                supervisor.offer(uri)
                print(f"Offered {uri} to Home Assistant's Wyoming integration", flush=True)
                break
            time.sleep(_POLL)
    except StartError as err:
        print(f"Not offered to Home Assistant: {err}", file=sys.stderr, flush=True)
    finally:
        os._exit(0)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def serve(prefix: str, settings: dict[str, Setting], supervisor: Supervisor) -> NoReturn:
    """Become the server, with a process beside it where it is to be offered."""
    offer = settings.pop("offer_wyoming")
    port = urlsplit(os.environ[f"{prefix}_URI".upper()]).port or 0
    if offer == "on" or (offer == "auto" and "mqtt_host" not in settings):
        offer_later(supervisor, port, f"tcp://{settings['advertise_host']}:{port}")
    environ = {**os.environ, **environment(prefix, settings)}
    os.execve(sys.executable, [sys.executable, "-m", prefix], environ)  # noqa: S606 - no shell


def _settings(given: argparse.Namespace, supervisor: Supervisor) -> dict[str, Setting]:
    """Return the server's options and offer_wyoming, which is the app's own."""
    options = read_options(given.data / "options.json")
    own = {name: value for name, value in options.items() if value not in (None, "")}
    if "mqtt_host" in own:
        broker: dict[str, Setting] = {}
    else:
        broker = supervisor.broker()
        own = {name: value for name, value in own.items() if name not in _BROKER.values()}
    # The Supervisor's network carries no announcements; Home Assistant resolves the name.
    usual = {"zeroconf": "off", "advertise_host": socket.gethostname(), "offer_wyoming": "auto"}
    return {**usual, **broker, **own}


def main() -> int:
    """Become the server; returns only if that can't be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("server", choices=("alicia-stt", "alicia-tts"))
    parser.add_argument("--data", type=Path, default=Path("/data"), help="(default: /data)")
    parser.add_argument("--supervisor", default="http://supervisor", metavar="URL")
    parser.add_argument("--user", help="who the server runs as, where this is started as root")
    given = parser.parse_args()
    prefix = given.server.replace("-", "_")
    supervisor = Supervisor(given.supervisor, os.environ.pop("SUPERVISOR_TOKEN", ""))
    try:
        settings = _settings(given, supervisor)
    except StartError as err:
        print(f"{given.server}: {err}", file=sys.stderr)
        return 1
    if given.user and os.geteuid() == 0:
        become(given.user, given.data)
    serve(prefix, settings, supervisor)


if __name__ == "__main__":
    sys.exit(main())
