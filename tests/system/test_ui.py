"""What a person sees in Home Assistant, in a real browser."""

from collections.abc import AsyncIterator
import json
import re
from typing import cast

from playwright.async_api import Page, expect
import pytest

from demo.browser import open_page, sign_in, texts
from demo.bus import Bus
from demo.check.mouth import Mouth
from demo.house.entries import titles
from demo.house.onboarding import USERNAME, login_file

from .house import House

#: A text that was to be translated and isn't: its key, or that of the field.
RAW = re.compile(r".*component\..*|.*translation error.*|[a-z]+(_[a-z]+)+")
ALICIA = "/config/integrations/integration/alicia"
ENTRIES = "/api/config/config_entries/entry"
FLOWS = "config_entries/flow"
#: Two servers of one bus.
ATTIC = ("attic-ears", "attic-voice")


async def _open(house: House, page: Page, path: str) -> None:
    password = json.loads(login_file(house.places).read_text())["password"]
    await sign_in(page, f"{house.summary['home_assistant']['url']}{path}", USERNAME, password)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with open_page() as page:
        yield page


@pytest.fixture
async def bus(house: House) -> AsyncIterator[Bus]:
    bus = Bus()
    port = house.runner().ports.mqtt
    await bus.connect("127.0.0.1", port, "operator", house.places.secret("operator"))
    yield bus
    await bus.close()


@pytest.fixture
async def more_buses(mouth: Mouth, bus: Bus) -> AsyncIterator[None]:
    """Remove the buses that a test adds, and what would make Home Assistant offer them again."""
    before = await titles(mouth.rest, "alicia")
    yield
    for name in ATTIC:
        bus.publish(f"alicia/discovery/{name}/config", b"")
    for title, entry_id in (await titles(mouth.rest, "alicia")).items():
        if title not in before:
            await mouth.rest.call("DELETE", f"{ENTRIES}/{entry_id}")
    for flow in cast(list[dict[str, str]], await mouth.socket.call(f"{FLOWS}/progress")):
        if flow["handler"] == "alicia":
            await mouth.rest.call("DELETE", f"/api/config/{FLOWS}/{flow['flow_id']}")


async def _raw(page: Page) -> list[str]:
    return [text for text in await texts(page) if RAW.fullmatch(text)]


async def _finish(page: Page) -> None:
    """Leave the last step, in which Home Assistant asks for names and areas."""
    await page.get_by_role("button", name=re.compile("finish|Finish")).click()


async def test_dashboard_shows_what_was_said(house: House, mouth: Mouth, page: Page) -> None:
    await mouth.rest.call(
        "POST", "/api/services/alicia/process_command", {"text": "turn on the desk lamp"}
    )
    await _open(house, page, "/")
    card = page.locator("hui-markdown-card")
    await expect(card.get_by_text("turn on the desk lamp")).to_be_visible()
    await expect(card.get_by_text("Turned on the light")).to_be_visible()
    await expect(page.locator("hui-tile-card").get_by_text("Room device")).to_be_visible()
    await expect(page.locator("hui-error-card, hui-warning")).to_have_count(0)


async def test_integration_shows_the_bus_and_who_is_on_it(
    house: House, mouth: Mouth, page: Page
) -> None:
    await _open(house, page, ALICIA)
    rows = page.locator("ha-config-entry-device-row")
    for name in ("Alicia", "Alicia speech to text (stt-demo)", "Alicia text to speech (tts-demo)"):
        await expect(rows.get_by_text(name, exact=True)).to_be_visible()
    icon = page.locator("img[src*='/alicia/']").first
    await expect(icon).to_have_js_property("complete", value=True)
    assert await icon.evaluate("image => image.naturalWidth") > 0
    assert await _raw(page) == []

    await rows.get_by_text("Alicia", exact=True).click()
    for name in ("Voice command", "Connection", "Download diagnostics"):
        await expect(page.get_by_text(name, exact=True).first).to_be_visible()
    assert await _raw(page) == []


async def test_person_adds_a_bus(house: House, mouth: Mouth, more_buses: None, page: Page) -> None:
    await _open(house, page, ALICIA)
    await page.get_by_role("button", name="Add hub").click()
    assert await _raw(page) == []
    await page.get_by_text("Voice bus on your MQTT broker").click()
    dialog = page.locator("step-flow-form")
    await expect(dialog.get_by_text('Use an "Alicia" Assist pipeline').first).to_be_visible()
    assert await _raw(page) == []
    topic = dialog.locator("input").first
    await topic.fill("cellar/#")
    await page.get_by_role("button", name="Submit").click()
    await expect(dialog.get_by_text("no wildcards")).to_be_visible()
    await topic.fill("cellar")
    await page.get_by_role("button", name="Submit").click()
    await _finish(page)
    await expect(page.get_by_text("Alicia (cellar)").first).to_be_visible()
    assert "Alicia (cellar)" in await titles(mouth.rest, "alicia")


async def test_bus_that_a_sidecar_announces_is_offered_once(
    house: House, mouth: Mouth, bus: Bus, more_buses: None, page: Page
) -> None:
    await _open(house, page, "/config/integrations/dashboard")
    for name in ATTIC:
        told = {"instance": name, "base_topic": "attic", "version": "0.1.0"}
        bus.publish(f"alicia/discovery/{name}/config", told)
    card = page.locator("ha-config-flow-card")
    await expect(card.get_by_text("Voice bus “attic”")).to_be_visible()
    await expect(card).to_have_count(1)
    await card.get_by_role("button", name="Add").click()
    await expect(page.locator("step-flow-form").get_by_text("attic-ears")).to_be_visible()
    assert await _raw(page) == []
    await page.get_by_role("button", name="Submit").click()
    await _finish(page)
    await expect(card).to_have_count(0)
    assert "Alicia (attic)" in await titles(mouth.rest, "alicia")


async def test_german_is_spoken(house: House) -> None:
    async with open_page(language="de") as page:
        await _open(house, page, ALICIA)
        await page.get_by_label("Konfigurieren").first.click()
        await expect(page.get_by_text("Befehle, die warten dürfen")).to_be_visible()
        assert await _raw(page) == []
