"""Pictures that are drawn."""

import base64
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from tests.fakes.xai.pictures import png
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Turn

from .tasks import DRAW, EDIT, attach, body, draw, drawn, media, task_options, worker

__all__ = ["media", "task_options", "worker"]

pytestmark = pytest.mark.usefixtures("worker")


async def test_a_picture(hass: HomeAssistant, xai: FakeXai, tmp_path: Path) -> None:
    found = await draw(hass)
    assert (found["mime_type"], found["model"]) == ("image/png", "grok-imagine-image-2.0")
    assert found["revised_prompt"] == "A red house"
    (file,) = (tmp_path / "ai_task" / "image").iterdir()
    assert file.read_bytes() == png("A red house")
    (record,) = drawn(xai)
    assert body(record)["prompt"] == "A red house"


@pytest.mark.parametrize("count", [1, 3])
async def test_a_picture_after_others(
    hass: HomeAssistant, xai: FakeXai, tmp_path: Path, count: int
) -> None:
    files = [attach(tmp_path, f"{n}.png", png(f"{n}"), "image/png") for n in range(count)]
    await draw(hass, attachments=files)
    (record,) = drawn(xai)
    assert record.path == EDIT
    shown = body(record).get("images") or [body(record)["image"]]
    assert len(shown) == count
    assert all(each["url"].startswith("data:image/png;base64,") for each in shown)


@pytest.mark.parametrize(
    ("mime", "ending", "count"), [("text/plain", "txt", 1), ("image/png", "png", 4)]
)
async def test_what_nothing_is_drawn_after(
    hass: HomeAssistant, xai: FakeXai, tmp_path: Path, mime: str, ending: str, count: int
) -> None:
    files = [attach(tmp_path, f"{n}.{ending}", png("x"), mime) for n in range(count)]
    with pytest.raises(HomeAssistantError) as caught:
        await draw(hass, attachments=files)
    assert caught.value.translation_key == "not_drawn_after"
    assert drawn(xai) == []


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"data": []},
        {"data": 7},
        {"data": [7]},
        {"data": [{"url": "https://example.com/x.png"}]},
        {"data": [{"b64_json": "%%%"}]},
        {"data": [{"b64_json": base64.b64encode(b"<html>").decode()}]},
        {"data": [{"b64_json": "ü"}]},
    ],
)
async def test_what_is_no_picture(hass: HomeAssistant, xai: FakeXai, told: dict[str, Any]) -> None:
    told |= {"usage": {"cost_in_usd_ticks": 700_000}}
    with (
        patch("tests.fakes.xai.pictures.generate", return_value=told),
        pytest.raises(HomeAssistantError) as caught,
    ):
        await draw(hass)
    assert caught.value.translation_key == "grok_failed"
    state = hass.states.get("sensor.worker_spent")
    assert state is not None
    assert float(state.state) == 0.00007, "it is billed all the same"


async def test_a_picture_that_is_refused(hass: HomeAssistant, xai: FakeXai) -> None:
    xai.will(Turn(fault="no_credits", path=DRAW))
    with pytest.raises(HomeAssistantError) as caught:
        await draw(hass)
    assert caught.value.translation_key == "grok_no_credits"
    assert [each.translation_key for each in ir.async_get(hass).issues.values()] == [
        "grok_no_credits"
    ]


@pytest.mark.parametrize("task_options", [{"image_model": ""}, {"image_model": " "}])
async def test_a_task_that_does_not_draw(hass: HomeAssistant, xai: FakeXai) -> None:
    with pytest.raises(HomeAssistantError):
        await draw(hass)
    assert drawn(xai) == []
