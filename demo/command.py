"""The command line of scripts/demo."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
import asyncio
from collections.abc import Sequence
from pathlib import Path
import signal
import sys
from typing import Final

from . import summary
from .check.mouth import Mouth
from .check.run import Plan, check
from .failure import DemoError
from .grok.account import set_up
from .grok.service import choose, fake
from .grok.talk import talk
from .hello import command, welcome
from .home_assistant import HomeAssistantError, Rest, Socket, open_session
from .house.build import House, build
from .house.onboarding import USERNAME
from .lock import alone
from .places import ROOT, Places
from .ports import address
from .progress import say, step, warn
from .runner import Runner
from .show import demonstrate

_DESCRIPTION: Final = """\
A house to try Alicia in: a real MQTT broker, both speech servers and a real Home Assistant,
all on this machine's loopback. A simulated room device speaks a few commands and shows what
comes of them; a lamp joins the bus, is switched and leaves; then everything goes on running
until you press Ctrl-C.
"""
_FOLDER: Final = ROOT / ".demo"
_INTERRUPTED: Final = 130


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        "scripts/demo", description=_DESCRIPTION, formatter_class=RawDescriptionHelpFormatter
    )
    parser.add_argument("--detach", action="store_true", help="leave it running and return")
    parser.add_argument(
        "--grok",
        action="store_true",
        help="add Grok: xAI's with XAI_API_KEY (or GROK_API_KEY) set, else a fake that says so",
    )
    parser.add_argument("--stop", action="store_true", help="stop what is running")
    parser.add_argument("--folder", type=Path, default=_FOLDER, help="where it keeps all")
    checks = parser.add_argument_group("check (exit status 0 if it is good enough)")
    checks.add_argument(
        "--check",
        action="store_true",
        help="speak commands and other things, and count what comes of them",
    )
    checks.add_argument("--seed", type=int, default=1, help="what to draw (%(default)s)")
    checks.add_argument("--commands", type=int, default=100, help="how many (%(default)s)")
    checks.add_argument(
        "--others", type=int, default=150, help="how many things that are no command (%(default)s)"
    )
    return parser


async def _inhabit(runner: Runner, options: Namespace) -> bool:
    """Set the house up and speak to it; tell whether that was good."""
    async with open_session() as session:
        rest = Rest(session, address(runner.ports))
        house = await build(rest, runner.places, runner.ports)
        summary.write(runner.places, runner.ports, house)
        async with Mouth.open(rest, runner.places, runner.ports) as mouth:
            if options.check:
                plan = Plan(options.seed, options.commands, options.others)
                return (await check(mouth, plan)).good
            await demonstrate(mouth, runner.places)
            if options.grok:
                await _ask_grok(runner, rest, mouth.socket)
            await welcome(rest, mouth.socket, runner.places, runner.ports)
            await command(mouth.socket, runner.places, runner.ports)
        _say_where(runner, house)
    return True


async def _ask_grok(runner: Runner, rest: Rest, socket: Socket) -> None:
    """Add an account and speak to it."""
    service = choose() or fake(runner.ports)
    if service.server is not None:
        runner.add(service.server)
    with step(service.title):
        assistant = await set_up(rest, socket, service)
    await talk(socket, assistant, service)


def _say_where(runner: Runner, house: House) -> None:
    usual = runner.places.folder == _FOLDER
    stop = (
        "scripts/demo --stop" if usual else f"scripts/demo --folder {runner.places.folder} --stop"
    )
    say(f"""
Home Assistant  {address(runner.ports)}   user {USERNAME}, password {house.password}
Bus             mqtt://127.0.0.1:{runner.ports.mqtt}   account and token in {runner.places.summary}
Logs            {runner.places.logs}
Stop            {stop}""")


def _stop(runner: Runner) -> None:
    stopped = runner.stop()
    say(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")


def _run(runner: Runner, options: Namespace) -> int:
    say(f"Starting the demo in {runner.places.folder}")
    with alone(runner.places.folder):
        runner.start()
        good = asyncio.run(_inhabit(runner, options))
    if options.check:
        if not runner.found and not options.detach:
            runner.stop()
        return 0 if good else 1
    if not options.detach:
        say("It goes on running; Ctrl-C stops it.")
        runner.watch()
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; the exit status is 0, or 1 where something isn't as it should be."""
    options = _parser().parse_args(arguments)
    runner = Runner(Places(options.folder.resolve()))
    # A plain kill ends the demo as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_INTERRUPTED))
    try:
        if options.stop:
            _stop(runner)
            return 0
        return _run(runner, options)
    except KeyboardInterrupt, SystemExit:
        say("\nStopping.")
        _stop(runner)
        return _INTERRUPTED
    except (DemoError, HomeAssistantError) as error:
        _explain(runner, error)
        return 1


def _explain(runner: Runner, error: Exception) -> None:
    if isinstance(error, HomeAssistantError):
        warn(
            f"\nHome Assistant: {error}\nIts log is in {runner.places.logs / 'home_assistant.log'}."
        )
    else:
        warn(f"\n{error}")
    warn("What was started runs on, to be looked at; scripts/demo --stop stops it.")
