"""Devices on the bus, as a person has them in Home Assistant; a real broker and browser."""

from collections.abc import AsyncIterator
import json
import re

from playwright.async_api import Page, expect
import pytest

from demo.browser import open_page, sign_in
from demo.check.mouth import Mouth
from demo.devices.device import Device
from demo.home_assistant import HomeAssistantError
from demo.house.furnish import act
from demo.house.onboarding import USERNAME, login_file
from demo.waiting import until

from .guest import (
    GUEST,
    PATIENCE,
    POWER,
    SWITCH,
    account,
    becomes,
    bus,
    device_id_of,
    joined,
    listens,
    plug,
    retained,
    state,
    view,
)
from .house import House

DEVICES = "config/device_registry"
LANTERN = "light.garage_lantern"


@pytest.fixture
async def page(house: House) -> AsyncIterator[Page]:
    async with open_page() as page:
        yield page


@pytest.fixture
async def guest(house: House, mouth: Mouth) -> AsyncIterator[Device]:
    async with joined(house, plug()) as device:
        assert await becomes(mouth, SWITCH, "off")
        yield device
    assert await becomes(mouth, SWITCH, None)


async def _open(house: House, page: Page, path: str) -> None:
    password = json.loads(login_file(house.places).read_text())["password"]
    await sign_in(page, f"{house.summary['home_assistant']['url']}{path}", USERNAME, password)


async def test_house_has_its_devices(mouth: Mouth) -> None:
    for entity in (LANTERN, "cover.bedroom_shutter", "event.hallway_door_bell_bell"):
        found = await state(mouth, entity)
        assert found is not None
        assert found["state"] != "unavailable"


async def test_device_has_a_page_and_a_switch_on_it(
    house: House, mouth: Mouth, guest: Device, page: Page
) -> None:
    await _open(house, page, f"/config/devices/device/{await device_id_of(mouth, 'Guest plug')}")
    for text in ("Guest plug", "Firmware: 3.1", "Power", "Demo house", "Garage"):
        await expect(page.get_by_text(re.compile(text)).first).to_be_visible()
    await page.locator("ha-entity-toggle").first.click()
    assert await becomes(mouth, SWITCH, "on")
    assert guest.model.state["switch"] == {"on": True}
    guest.model.state["switch"] = {"on": False}
    guest.tell()
    assert await becomes(mouth, SWITCH, "off")
    await expect(page.locator("ha-entity-toggle ha-switch").first).not_to_have_attribute(
        "checked", ""
    )


async def test_lantern_is_lit_from_the_dashboard(house: House, mouth: Mouth, page: Page) -> None:
    await act(mouth.socket, "light.turn_off", LANTERN, {})
    await _open(house, page, "/")
    tile = page.locator("hui-tile-card").filter(has_text="Lantern")
    await tile.locator("ha-tile-icon").click()
    assert await becomes(mouth, LANTERN, "on")
    topic = "alicia/devices/lantern/status"
    told = json.loads((await retained(house, topic))[topic])
    assert told["state"]["light"]["on"]
    await expect(page.locator("hui-error-card, hui-warning")).to_have_count(0)


async def test_new_and_lost_capabilities_need_no_reload(mouth: Mouth, guest: Device) -> None:
    guest.model.capabilities.append({"name": "temperature"})
    guest.model.capabilities.remove({"name": "power"})
    guest.greet()
    assert await becomes(mouth, "sensor.garage_guest_plug_temperature", "unknown")
    assert await becomes(mouth, POWER, None)
    assert await becomes(mouth, SWITCH, "off")


async def test_bus_follows_the_name_and_the_area(house: House, mouth: Mouth, guest: Device) -> None:
    device = await device_id_of(mouth, "Guest plug")
    await mouth.socket.call(
        f"{DEVICES}/update", device_id=device, name_by_user="Kettle", area_id="kitchen"
    )
    assert await view(
        house, GUEST, lambda each: (each.get("name"), each.get("area")) == ("Kettle", "Kitchen")
    )
    guest.greet()
    assert await view(house, GUEST, lambda each: each.get("name") == "Kettle")


async def test_bus_follows_who_is_disabled(house: House, mouth: Mouth, guest: Device) -> None:
    device = await device_id_of(mouth, "Guest plug")
    await mouth.socket.call(f"{DEVICES}/update", device_id=device, disabled_by="user")
    assert await view(house, GUEST, lambda each: each.get("status") == "disabled")
    await mouth.socket.call(f"{DEVICES}/update", device_id=device, disabled_by=None)
    assert await view(house, GUEST, lambda each: each.get("status") == "online")
    # Home Assistant loads the entities anew half a minute after they were enabled.
    assert await becomes(mouth, SWITCH, "off", 3 * PATIENCE)
    # It takes the states first of all, and hears who leaves a moment later.
    assert await listens(house)


async def test_deleted_device_takes_with_it_what_is_retained(
    house: House, mouth: Mouth, page: Page
) -> None:
    async with Device.join(plug(), *account(house)):
        assert await becomes(mouth, SWITCH, "off")
        assert await view(house, GUEST, lambda each: each.get("status") == "online")
    assert await becomes(mouth, SWITCH, "unavailable")
    await _open(house, page, f"/config/devices/device/{await device_id_of(mouth, 'Guest plug')}")
    card = page.locator("ha-device-info-card")
    await card.locator("ha-dropdown ha-icon-button").click()
    await card.get_by_text("Delete", exact=True).click()
    await page.get_by_role("button", name="Delete").click()
    assert await becomes(mouth, SWITCH, None)
    topics = (f"alicia/system/+/{GUEST}", f"alicia/devices/{GUEST}/+")

    async def gone() -> bool:
        return not any([await retained(house, topic) for topic in topics])

    assert await until(gone, PATIENCE)


async def test_device_that_does_not_answer_is_named(house: House, mouth: Mouth) -> None:
    """A device that registered and is deaf since."""
    async with bus(house) as client:
        model = plug("deaf-plug", "Deaf plug")
        model.metadata = {**model.metadata, "command_timeout": 0.5}
        client.publish("alicia/system/discovery/register", model.hello)
        assert await becomes(mouth, "switch.garage_deaf_plug", "unknown")
        with pytest.raises(HomeAssistantError, match="Deaf plug"):
            await act(mouth.socket, "switch.turn_on", "switch.garage_deaf_plug", {})
        client.publish("alicia/system/discovery/unregister", {"device_id": "deaf-plug"})
        assert await becomes(mouth, "switch.garage_deaf_plug", None)
