"""An agent looks at cameras, if the user lets it, and is shown what they see."""

import base64
from dataclasses import asdict
from io import BytesIO
import logging
from pathlib import Path
from typing import Any, override

from homeassistant.components import conversation
from homeassistant.components.camera import Camera
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
from homeassistant.helpers.chat_session import async_get_chat_session
from homeassistant.setup import async_setup_component
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import setup_test_component_platform

from custom_components.alicia.grok import camera as camera_module
from custom_components.alicia.grok.seen import Seen
from tests.fakes.xai import catalogue
from tests.fakes.xai.record import Record
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Call, Turn

from .conftest import AGENT, Home, spoken

JPEG = b"\xff\xd8\xff\xe0 a driveway"
LOOK = Call("alicia__look_at_camera", {"name": "Driveway"})
ON = {"look_at_cameras": True}


class Shown(Camera):
    """A camera that shows what it is told to."""

    def __init__(self, name: str, picture: bytes | None) -> None:
        super().__init__()
        self._attr_name = name
        self._attr_unique_id = name
        self.picture = picture

    @override
    async def async_camera_image(
        self, width: int | None = None, height: int | None = None
    ) -> bytes | None:
        return self.picture


@pytest.fixture
def agent_options() -> dict[str, Any]:
    return ON


@pytest.fixture
def picture() -> bytes | None:
    return JPEG


@pytest.fixture
async def driveway(hass: HomeAssistant, home: Home, picture: bytes | None) -> Shown:
    """One camera that is exposed, and one that is not."""
    cameras = [Shown("Driveway", picture), Shown("Bathroom", picture)]
    setup_test_component_platform(hass, "camera", cameras)
    assert await async_setup_component(hass, "camera", {"camera": {"platform": "test"}})
    await hass.async_block_till_done()
    expose(hass, "camera.driveway")
    expose(hass, "camera.bathroom", should_expose=False)
    return cameras[0]


def expose(hass: HomeAssistant, entity_id: str, *, should_expose: bool = True) -> None:
    async_expose_entity(hass, conversation.DOMAIN, entity_id, should_expose=should_expose)


def tools(record: Record) -> set[str]:
    assert record.body is not None
    return {tool.get("name", tool["type"]) for tool in record.body.get("tools", ())}


def output(record: Record) -> str:
    (found,) = (item for item in record.input if item.get("type") == "function_call_output")
    text: str = found["output"]
    return text


def images(record: Record) -> list[str]:
    return [
        part["image_url"]
        for item in record.input
        if isinstance(item.get("content"), list)
        for part in item["content"]
        if part["type"] == "input_image"
    ]


@pytest.mark.usefixtures("driveway")
async def test_it_looks(home: Home, xai: FakeXai, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    xai.will(Turn(calls=(LOOK,)), Turn(text="A red car."), Turn(text="Still the same."))
    first = await home.ask("What is in the driveway?")
    assert spoken(first) == "A red car."
    assert LOOK.name in tools(xai.asked[0])
    assert images(xai.asked[0]) == []
    assert images(xai.asked[1]) == ["data:image/jpeg;base64,/9j/4CBhIGRyaXZld2F5"]
    assert xai.asked[1].input[-2]["type"] == "function_call_output"
    assert "Driveway" in output(xai.asked[1])
    await home.ask("And now?", first.conversation_id)
    before = xai.asked[1].input
    assert xai.asked[2].input[: len(before)] == before, "nothing that was told is ever changed"
    assert not any(record.refusals for record in xai.asked)
    logged = [each for each in caplog.records if not each.name.startswith(("aiohttp", "asyncio"))]
    assert "/9j/4CBh" not in "".join(each.getMessage() for each in logged)


def _large() -> bytes:
    file = BytesIO()
    Image.new("RGB", (4000, 3000), "red").save(file, "JPEG")
    return file.getvalue()


@pytest.mark.usefixtures("driveway")
@pytest.mark.parametrize("picture", [_large()], ids=["large"])
async def test_a_large_picture_is_made_smaller(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(calls=(LOOK,)), Turn(text="Red."))
    await home.say("Look!")
    (image,) = images(xai.asked[1])
    sent = Image.open(BytesIO(base64.b64decode(image.partition(",")[2])))
    assert sent.size == (1500, 1125)


@pytest.mark.usefixtures("driveway")
async def test_two_pictures_come_after_both_outputs(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(calls=(LOOK, LOOK)), Turn(text="Two cars."))
    await home.say("Look twice")
    kinds = [item.get("type", item.get("role")) for item in xai.asked[1].input[-3:]]
    assert kinds == ["function_call_output", "function_call_output", "user"]
    assert len(images(xai.asked[1])) == 2
    assert not any(record.refusals for record in xai.asked)


@pytest.mark.usefixtures("driveway")
@pytest.mark.parametrize("agent_options", [{}, {"llm_hass_api": []}])
async def test_unless_the_user_lets_it(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(calls=(LOOK,)), Turn(text="I can't."), Turn(text="I can't."))
    await home.say("Hi")
    assert LOOK.name not in tools(xai.asked[0])
    assert all(images(record) == [] for record in xai.asked)


@pytest.mark.usefixtures("driveway")
@pytest.mark.parametrize("agent_options", [{**ON, "llm_hass_api": []}])
async def test_an_agent_that_may_only_look(home: Home, xai: FakeXai) -> None:
    xai.will(Turn(calls=(LOOK,)), Turn(text="A red car."))
    assert await home.say("What is in the driveway?") == "A red car."
    assert tools(xai.asked[0]) == {LOOK.name}
    assert len(images(xai.asked[1])) == 1


@pytest.mark.usefixtures("driveway")
@pytest.mark.parametrize("name", ["Bathroom", "camera.bathroom", "Kitchen light", "all", ""])
async def test_what_is_not_exposed_is_not_seen(home: Home, xai: FakeXai, name: str) -> None:
    xai.will(Turn(calls=(Call(LOOK.name, {"name": name}),)), Turn(text="I can't."))
    await home.say("Look!")
    assert "no such camera" in output(xai.asked[1])
    assert '"cameras":["Driveway"]' in output(xai.asked[1]).replace(" ", "")
    assert images(xai.asked[1]) == []


@pytest.mark.usefixtures("driveway")
async def test_exposure_counts_when_it_looks(hass: HomeAssistant, home: Home, xai: FakeXai) -> None:
    xai.will(Turn(calls=(LOOK,)), Turn(text="A."), Turn(calls=(LOOK,)), Turn(text="I can't."))
    await home.say("Look!")
    expose(hass, "camera.driveway", should_expose=False)
    await home.say("Look!")
    assert [len(images(record)) for record in xai.asked] == [0, 1, 0, 0]


@pytest.mark.usefixtures("driveway")
async def test_two_of_a_name(hass: HomeAssistant, home: Home, xai: FakeXai) -> None:
    hass.states.async_set("camera.other", "idle", {"friendly_name": "driveway"})
    expose(hass, "camera.other")
    xai.will(Turn(calls=(LOOK,)), Turn(text="Which one?"))
    await home.say("Look!")
    assert "Several cameras" in output(xai.asked[1])


@pytest.mark.parametrize("picture", [None, b"", b"GIF89a", b"<html>", JPEG + b"x" * 100])
async def test_a_camera_that_brings_nothing_of_use(
    home: Home, driveway: Shown, xai: FakeXai, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_module, "MAX_PICTURE", 100)
    xai.will(Turn(calls=(LOOK,)), Turn(text="I can't."))
    await home.say("Look!")
    assert "brought no picture" in output(xai.asked[1])
    assert images(xai.asked[1]) == []


@pytest.mark.usefixtures("driveway")
async def test_a_model_that_sees_nothing(
    home: Home, xai: FakeXai, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = [{**row, "input_modalities": ["text"]} for row in catalogue.language_models()["models"]]
    monkeypatch.setattr(catalogue, "language_models", lambda: {"models": blind})
    monkeypatch.setattr(catalogue, "_language_model", lambda _: blind[3])
    xai.will(Turn(calls=(LOOK,)), Turn(text="I can't."))
    await home.say("Look!")
    assert "can't be shown" in output(xai.asked[1])


def test_a_picture_is_told_to_nobody_else() -> None:
    seen = Seen({"camera": "Driveway"}, JPEG, "image/jpeg")
    assert asdict(seen) == {"data": {"camera": "Driveway"}, "error": False}
    assert "base64" not in repr(seen)
    assert isinstance(seen, llm.ToolResult)


async def test_what_is_attached_goes_along(
    hass: HomeAssistant, home: Home, xai: FakeXai, tmp_path: Path
) -> None:
    """Whoever opens a chat log may attach files; one that is gone later is left out."""
    file = tmp_path / "door.jpg"
    file.write_bytes(JPEG)
    xai.will(Turn(text="A door."), Turn(text="I forgot."))
    attachment = conversation.Attachment("media-source://x", "image/jpeg", file)
    with (
        async_get_chat_session(hass, None) as session,
        conversation.async_get_chat_log(hass, session) as chat_log,
    ):
        chat_log.async_add_user_content(conversation.UserContent("What?", [attachment]))
        await home.ask("What?", session.conversation_id)
    assert len(images(xai.asked[0])) == 1
    file.unlink()
    await home.ask("And now?", session.conversation_id)
    assert images(xai.asked[1]) == []
    assert AGENT in {each.agent_id for each in chat_log.content if each.role == "assistant"}
