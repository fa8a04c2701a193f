"""What scripts/screenshot runs: takes the README's picture of the demo's Home Assistant."""

from argparse import ArgumentParser
import asyncio
from io import BytesIO
from pathlib import Path
import sys
from typing import Final

from PIL import Image
from playwright.async_api import Page

from .browser import open_page, sign_in
from .check.mouth import Mouth, Way
from .failure import DemoError
from .home_assistant import HomeAssistantError, Rest, open_session
from .house.build import House, build
from .house.dashboard import URL_PATH
from .house.onboarding import USERNAME
from .places import ROOT, Places
from .ports import address
from .progress import say, step, warn
from .runner import Runner
from .trial import speech

_DESCRIPTION: Final = """\
Speaks some commands to the demo's house, and takes the README's picture of its Home Assistant.
The demo is started for it unless it is running.
"""
_PICTURE: Final = ROOT / "docs" / "images" / "home-assistant.png"
_SIZE: Final = (1280, 840)
_SCALE: Final = 2.0
#: What the picture shows the outcome of; the last one stands on top.
_COMMANDS: Final = (
    ("lock the front door", Way.ROUTE),
    ("turn on the desk lamp", Way.STREAM),
    ("turn on the bedroom light", Way.STREAM),
    ("set the kitchen light to fifty percent", Way.ROUTE),
)


async def take(runner: Runner) -> bytes:
    """Speak some commands to the house, and return the picture."""
    url = address(runner.ports)
    async with open_session() as session:
        rest = Rest(session, url)
        house = await build(rest, runner.places, runner.ports)
        async with (
            Mouth.open(rest, runner.places, runner.ports) as mouth,
            open_page(_SIZE, scale=_SCALE) as page,
        ):
            with step("Voice commands"):
                await _speak(mouth)
            with step("Picture"):
                return await _photograph(page, url, house)


async def _speak(mouth: Mouth) -> None:
    for text, way in _COMMANDS:
        reply = await mouth.say(speech.say(text), way)
        if not reply.acted:
            raise DemoError(f'"{text}" was heard as "{reply.heard}": {reply.outcome}')


async def _photograph(page: Page, url: str, house: House) -> bytes:
    await sign_in(page, f"{url}/{URL_PATH}", USERNAME, house.password)
    for shown in ("hui-markdown-card >> text=agent", "hui-logbook-card >> text=Done"):
        await page.locator(shown).first.wait_for()
    return await page.screenshot(animations="disabled")


def _shrink(png: bytes) -> bytes:
    """Return the picture with no more colours than a dashboard has."""
    few = Image.open(BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    shrunk = BytesIO()
    few.save(shrunk, "PNG", optimize=True)
    return shrunk.getvalue()


def main() -> int:
    """Take the picture; the exit status is 0, or 1 where that was not possible."""
    parser = ArgumentParser("scripts/screenshot", description=_DESCRIPTION)
    parser.add_argument("--folder", type=Path, default=ROOT / ".demo", help="the demo's folder")
    parser.add_argument("--output", type=Path, default=_PICTURE, help="where to write it")
    options = parser.parse_args()
    runner = Runner(Places(options.folder.resolve()))
    try:
        runner.start()
        taken = asyncio.run(take(runner))
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_bytes(_shrink(taken))
    except (DemoError, HomeAssistantError) as error:
        warn(str(error))
        return 1
    finally:
        if not runner.found:
            runner.stop()
    say(f"{options.output}: {options.output.stat().st_size // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
