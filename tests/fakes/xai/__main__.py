"""Serve a fake of xAI's API: python -m tests.fakes.xai --port 8443 [--tls CERT KEY] ...

It proves nothing about the live service.
"""

import argparse
import asyncio
from pathlib import Path
import signal
import ssl
import sys

from .account import KEY
from .brain import Brain
from .server import FakeXai
from .state import Settings
from .turns import read


async def serve(fake: FakeXai) -> None:
    """Serve until told to stop."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with fake.running():
        sys.stdout.write(
            f"A fake of xAI's API serves on {fake.url} with the key {fake.account.key}\n"
            "It proves nothing about the live service.\n"
        )
        sys.stdout.flush()
        await stopped.wait()


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.xai", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="(default: any)")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"), type=Path)
    parser.add_argument("--delay-ms", type=float, default=0.0, help="of the network, each way")
    parser.add_argument("--idle-close", type=float, default=15.0, help="s (default: 15)")
    parser.add_argument("--pace-ms", type=float, default=0.0, help="between events")
    parser.add_argument("--lenient", action="store_true", help="refuse nothing, note it only")
    parser.add_argument("--hard", action="store_true", help="streams as nasty as they may be")
    parser.add_argument("--no-done", action="store_true", help="no [DONE] at the end of a stream")
    parser.add_argument("--gullible", action="store_true", help="a model that obeys any text")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--script", type=Path, help="turns in JSON, see turns.py")
    parser.add_argument("--key", default=KEY, help=f"the key that is right (default: {KEY})")
    given = parser.parse_args()
    context = None
    if given.tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*given.tls)
    settings = Settings(
        port=given.port,
        delay=given.delay_ms / 1000,
        idle=given.idle_close,
        pace=given.pace_ms / 1000,
        lenient=given.lenient,
        hard=given.hard,
        done=not given.no_done,
        seed=given.seed,
        tls=context,
    )
    asyncio.run(_serve(settings, given))
    return 0


async def _serve(settings: Settings, given: argparse.Namespace) -> None:
    fake = FakeXai(settings)
    fake.account.key = given.key
    fake.brain = Brain(gullible=given.gullible)
    if given.script:
        fake.will(*read(given.script.read_text()))
    await serve(fake)


if __name__ == "__main__":
    sys.exit(main())
