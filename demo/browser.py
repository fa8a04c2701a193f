"""A person's browser: Home Assistant's frontend in a headless Chromium."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, cast

from playwright.async_api import Error, Page, async_playwright

from .failure import DemoError

#: Where Debian and others put it.
_CHROMIUM: Final = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
#: ms; a busy machine takes long over the first page.
_PATIENCE: Final = 120_000
#: Chromium has services of its own on the internet; here it is to talk to the demo and no one else.
_QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
)
_NARROW_SIDEBAR: Final = "localStorage.setItem('dockedSidebar', '\"auto\"')"
#: Playwright sees through shadow roots when it looks for one text, but can't list them all.
_ALL_TEXT: Final = """() => {
  const found = [];
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent.trim());
    if (["STYLE", "SCRIPT"].includes(node.nodeName)) return;
    for (const child of node.shadowRoot?.childNodes ?? []) visit(child);
    for (const child of node.childNodes) visit(child);
  };
  visit(document.body);
  return found.filter((text) => text);
}"""


@asynccontextmanager
async def open_page(
    size: tuple[int, int] = (1280, 800), language: str = "en", scale: float = 1
) -> AsyncIterator[Page]:
    """Open an empty page; raises DemoError where there is no Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_chromium(), args=_QUIET)
        try:
            context = await browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                locale=language,
                device_scale_factor=scale,
            )
            context.set_default_timeout(_PATIENCE)
            await context.add_init_script(_NARROW_SIDEBAR)
            yield await context.new_page()
        finally:
            await browser.close()


def _chromium() -> str:
    for path in _CHROMIUM:
        if Path(path).exists():
            return path
    raise DemoError("There is no Chromium; scripts/setup says how to get it.")


async def sign_in(page: Page, url: str, username: str, password: str) -> None:
    """Log in as a person does, and wait for the house; raises DemoError."""
    await page.goto(url)
    await page.locator("input[name=username]").fill(username)
    await page.locator("input[name=password]").fill(password)
    await page.keyboard.press("Enter")
    try:
        await page.wait_for_selector("ha-sidebar")
    except Error as error:
        raise DemoError(f"Home Assistant doesn't let {username} in: {error.message}") from error


async def texts(page: Page) -> Sequence[str]:
    """Return all texts of a page, shown or not."""
    return cast(list[str], await page.evaluate(_ALL_TEXT))
