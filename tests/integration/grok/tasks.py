"""A task beside the agent, and what is asked of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from homeassistant.components import ai_task
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.grok.wire import Limits
from tests.fakes.xai.record import Record
from tests.fakes.xai.server import FakeXai

from .conftest import Home

TASK = "ai_task.worker"
DRAW = "/v1/images/generations"
EDIT = "/v1/images/edits"
JPEG = b"\xff\xd8\xff\xe0 not much of a picture"


@pytest.fixture
def task_options() -> dict[str, Any]:
    """What the task has been set to, beyond the defaults."""
    return {}


@pytest.fixture
def media(hass: HomeAssistant, tmp_path: Path) -> None:
    """A folder of media; Home Assistant asks for it once."""
    hass.config.media_dirs = {"local": str(tmp_path)}


@pytest.fixture
async def worker(
    hass: HomeAssistant,
    media: None,
    limits: Limits,
    home: Home,
    account: MockConfigEntry,
    task_options: dict[str, Any],
) -> AsyncIterator[None]:
    """A task."""
    with patch("custom_components.alicia.grok.account.TASK_LIMITS", limits):
        hass.config_entries.async_add_subentry(
            account,
            ConfigSubentry(
                data=MappingProxyType(task_options),
                subentry_type="ai_task_data",
                title="Worker",
                unique_id=None,
            ),
        )
        await hass.async_block_till_done(wait_background_tasks=True)
        yield


async def data(hass: HomeAssistant, **more: Any) -> Any:
    asked = {"task_name": "Test", "entity_id": TASK, "instructions": "Who is there?", **more}
    return (await ai_task.async_generate_data(hass, **asked)).data


async def draw(hass: HomeAssistant, **more: Any) -> Any:
    asked = {"task_name": "Test", "entity_id": TASK, "instructions": "A red house", **more}
    return await ai_task.async_generate_image(hass, **asked)


def attach(folder: Path, name: str, content: bytes, mime: str) -> dict[str, str]:
    """Put a file where media are, and return what a user would choose."""
    (folder / name).write_bytes(content)
    return {
        "media_content_id": f"media-source://media_source/local/{name}",
        "media_content_type": mime,
    }


def body(record: Record) -> dict[str, Any]:
    assert record.body is not None
    return record.body


def drawn(xai: FakeXai) -> list[Record]:
    return [record for record in xai.requests if record.path in {DRAW, EDIT}]
