"""Files that go along with a task."""

import base64
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.alicia.grok import attachments
from tests.fakes.xai import catalogue
from tests.fakes.xai.pictures import png
from tests.fakes.xai.server import FakeXai
from tests.fakes.xai.turns import Turn

from .tasks import JPEG, attach, body, data, media, task_options, worker

__all__ = ["media", "task_options", "worker"]

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred bytes are too much."""
    monkeypatch.setattr(attachments, "MAX_ALL", 100)


async def test_files(hass: HomeAssistant, xai: FakeXai, tmp_path: Path) -> None:
    files = [
        attach(tmp_path, "door.jpg", JPEG, "image/jpeg"),
        attach(tmp_path, "door.png", png("door"), "image/png"),
        attach(tmp_path, "bill.pdf", b"%PDF-1.7 ...", "application/pdf"),
        attach(tmp_path, "notes.txt", "Grüße\xff".encode("latin-1"), "text/plain"),
        attach(tmp_path, "data.json", b"{}", "application/json"),
    ]
    xai.will(Turn(text="I see."))
    assert await data(hass, attachments=files) == "I see."
    text, jpeg, image, pdf, notes, json_file = body(xai.asked[0])["input"][0]["content"]
    assert text["text"] == "Who is there?"
    assert jpeg["image_url"] == f"data:image/jpeg;base64,{base64.b64encode(JPEG).decode()}"
    assert image["type"] == "input_image"
    assert (pdf["type"], pdf["filename"]) == ("input_file", "bill.pdf")
    assert pdf["file_data"].startswith("data:application/pdf;base64,")
    assert notes["text"].startswith("notes.txt:\nGr")
    assert json_file["text"] == "data.json:\n{}"
    assert xai.asked[0].refusals == []


@pytest.mark.parametrize(
    ("name", "content", "mime", "key"),
    [
        ("x.gif", b"GIF89a", "image/gif", "attachment_type"),
        ("x.png", b"GIF89a", "image/png", "attachment_type"),
        ("x.jpg", b"", "image/jpeg", "attachment_type"),
        ("x.pdf", b"<html>", "application/pdf", "attachment_type"),
        ("x.mp3", b"ID3", "audio/mpeg", "attachment_type"),
        ("x.txt", b"x" * 101, "text/plain", "attachment_too_large"),
        ("x.jpg", JPEG + b"x" * 1000, "image/jpeg", "attachment_too_large"),
    ],
)
async def test_files_that_are_not_sent(
    hass: HomeAssistant,
    tmp_path: Path,
    *,
    few: None,
    name: str,
    content: bytes,
    mime: str,
    key: str,
) -> None:
    with pytest.raises(HomeAssistantError) as caught:
        await data(hass, attachments=[attach(tmp_path, name, content, mime)])
    assert caught.value.translation_key == key
    assert caught.value.translation_placeholders == {"name": name}


async def test_all_files_together_are_not_too_much(
    hass: HomeAssistant, few: None, tmp_path: Path
) -> None:
    files = [attach(tmp_path, f"{n}.txt", b"x" * 60, "text/plain") for n in range(2)]
    with pytest.raises(HomeAssistantError) as caught:
        await data(hass, attachments=files)
    assert caught.value.translation_placeholders == {"name": "1.txt"}


async def test_a_large_file(
    hass: HomeAssistant, xai: FakeXai, tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    large = attach(tmp_path, "x.jpg", JPEG + bytes(5_000_000), "image/jpeg")
    xai.will(Turn(text="I see."))
    assert await data(hass, attachments=[large]) == "I see."
    assert len(body(xai.asked[0])["input"][0]["content"][1]["image_url"]) > 6_000_000
    assert not [each for each in recwarn if each.category is ResourceWarning]


async def test_a_file_that_is_gone(hass: HomeAssistant, tmp_path: Path) -> None:
    file = attach(tmp_path, "x.png", b"", "image/png")
    (tmp_path / "x.png").unlink()
    with pytest.raises(HomeAssistantError) as caught:
        await data(hass, attachments=[file])
    assert caught.value.translation_key == "attachment_unreadable"


async def test_a_model_that_sees_nothing(
    hass: HomeAssistant, xai: FakeXai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = catalogue.language_models()
    blind = [{**row, "input_modalities": ["text"]} for row in listed["models"]]
    monkeypatch.setattr(catalogue, "_language_model", lambda _: blind[3])
    picture = attach(tmp_path, "x.png", png("x"), "image/png")
    with pytest.raises(HomeAssistantError) as caught:
        await data(hass, attachments=[picture])
    assert caught.value.translation_key == "grok_sees_nothing"
    assert xai.asked == []
    xai.will(Turn(text="I see."))
    text = attach(tmp_path, "x.txt", b"x", "text/plain")
    assert await data(hass, attachments=[text]) == "I see."


async def test_whether_it_sees_while_nobody_says(
    hass: HomeAssistant, xai: FakeXai, tmp_path: Path
) -> None:
    xai.will(Turn(fault="unavailable", path="/v1/language-models"), Turn(text="I see."))
    picture = attach(tmp_path, "x.png", png("x"), "image/png")
    assert await data(hass, attachments=[picture]) == "I see."
