"""The command line of the generator."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
import getpass
from pathlib import Path, PurePosixPath
import sys
from typing import Final

from alicia_bus.topics import Topics

from .accounts import STANDARD_ACCOUNTS, Account, Role
from .certificates import CertificateError
from .conf import Listener
from .settings import (
    LOOPBACK,
    Certificate,
    Settings,
    SettingsError,
    loopback_listeners,
    network_listeners,
    own_names,
    read_file,
)
from .write import Written, write

_DESCRIPTION: Final = """\
Write the configuration of a Mosquitto broker (2.0 or newer) for Alicia: mosquitto.conf,
a password and the least rights for each service, and a TLS certificate. Run it again at any
time: passwords and certificates stay as they are unless you ask for new ones.
"""
_EPILOG: Final = """\
examples:
  for this machine alone:
    generate.py --output broker --loopback
  a broker for the house, TLS on 8883 and websockets with TLS on 9001, plain only on loopback:
    sudo generate.py --output /etc/mosquitto/alicia --run-as mosquitto --name broker.home.arpa
  a device with rights on its own topics only:
    generate.py --output broker --device kitchen-panel
  new passwords for the sidecars (then: kill -HUP the broker, and restart the sidecars):
    generate.py --output broker --rotate stt tts

a configuration file (--config broker.toml) names further accounts:
  base_topic = "alicia"
  [accounts.stt-attic]
  role = "speech_to_text"        # homeassistant, speech_to_text, text_to_speech, device, operator
  instance = "stt-attic"         # its topics only; without it those of any instance
  [accounts.homeassistant]
  role = "homeassistant"
  topics = ["zigbee2mqtt/#"]     # what else it may read and write
"""


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        "generate.py",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--output", type=Path, required=True, help="folder to write to")
    parser.add_argument("--config", type=Path, help="configuration file (TOML), see below")
    parser.add_argument(
        "--device",
        action="append",
        default=[],
        metavar="ID",
        help="an account for a device of this id (repeat for more)",
    )
    parser.add_argument(
        "--rotate",
        nargs="*",
        metavar="ACCOUNT",
        help="new passwords for these accounts, or for all",
    )
    _add_listening(parser)
    _add_files(parser)
    return parser


def _add_listening(parser: ArgumentParser) -> None:
    where = parser.add_argument_group("where it listens")
    where.add_argument("--loopback", action="store_true", help="on this machine only, without TLS")
    where.add_argument("--port", type=int, default=1883, help="plain MQTT (%(default)s)")
    where.add_argument(
        "--plain-address",
        default=LOOPBACK,
        metavar="ADDRESS",
        help="where plain MQTT listens (%(default)s)",
    )
    where.add_argument("--tls-port", type=int, default=8883, help="MQTT over TLS (%(default)s)")
    where.add_argument(
        "--websockets-port",
        type=int,
        default=9001,
        help="websockets, with TLS unless --loopback (%(default)s)",
    )
    tls = parser.add_argument_group("certificate")
    tls.add_argument(
        "--name",
        action="append",
        metavar="NAME",
        help="a host name or address in the certificate (repeat for more)",
    )
    tls.add_argument("--certificate", type=Path, help="use this server certificate (chain)")
    tls.add_argument("--key", type=Path, help="its private key")


def _add_files(parser: ArgumentParser) -> None:
    files = parser.add_argument_group("files")
    files.add_argument(
        "--run-as",
        default=getpass.getuser(),
        metavar="USER",
        help="who the broker runs as and its files belong to (%(default)s)",
    )
    files.add_argument(
        "--seen-as",
        type=PurePosixPath,
        metavar="PATH",
        help="the folder as the broker sees it, in a container for example",
    )
    files.add_argument(
        "--data",
        type=PurePosixPath,
        metavar="PATH",
        help="where the broker keeps its data (the folder's data/)",
    )


def _listeners(options: Namespace) -> tuple[Listener, ...]:
    if options.loopback:
        return loopback_listeners(options.port, options.websockets_port)
    plain = Listener(options.port, options.plain_address)
    return network_listeners(plain, options.tls_port, options.websockets_port)


def _certificate(options: Namespace) -> Certificate | None:
    if (options.certificate is None) != (options.key is None):
        raise SettingsError("--certificate and --key go together")
    return options.certificate and Certificate(options.certificate, options.key)


def _settings(options: Namespace) -> Settings:
    topics, accounts = Topics(), STANDARD_ACCOUNTS
    if options.config:
        topics, accounts = read_file(options.config)
    known = {account.name for account in accounts}
    try:
        devices = [Account(each, Role.DEVICE, each) for each in options.device]
    except ValueError as error:
        raise SettingsError(f"--device: {error}") from error
    return Settings(
        output=options.output,
        seen_as=options.seen_as,
        data=options.data,
        run_as=options.run_as,
        topics=topics,
        listeners=_listeners(options),
        accounts=(*accounts, *(each for each in devices if each.name not in known)),
        server_names=tuple(options.name or own_names()),
        certificate=_certificate(options),
    )


def _report(settings: Settings, written: Written) -> None:
    output = settings.output
    print(f"{output}: {', '.join(written.changed) or 'nothing'} changed")
    for account in settings.accounts:
        print(
            f"  {account.name:16} {account.role.value:16} password in {output}/secrets/"
            f"{account.name}"
        )
    for listener in settings.listeners:
        kind = "websockets" if listener.websockets else "mqtt"
        print(f"  {kind}{' + TLS' if listener.tls else ''} on {listener.address}:{listener.port}")
    if settings.tls and settings.certificate is None:
        print(f"  clients trust {output}/tls/ca.crt; keep {output}/tls/ca.key to yourself")
    if written.warning:
        print(f"  {written.warning}", file=sys.stderr)
    print(
        f"Start it: mosquitto -c {output}/mosquitto.conf (a running one: kill -HUP rereads"
        " passwords and rights)"
    )


def _to_rotate(options: Namespace, settings: Settings) -> Sequence[str]:
    names = [account.name for account in settings.accounts]
    if options.rotate is None:
        return ()
    if unknown := sorted(set(options.rotate).difference(names)):
        raise SettingsError(f"--rotate: no account {', '.join(unknown)}")
    return options.rotate or names


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the generator; the exit code is 0, or 2 when the settings can't be used."""
    options = _parser().parse_args(arguments)
    try:
        settings = _settings(options)
        _report(settings, write(settings, _to_rotate(options, settings)))
    except (SettingsError, CertificateError, OSError) as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 2
    return 0
