"""A speech server's own process is looked after from Home Assistant, over a real broker."""

import asyncio
from collections.abc import Iterator
import os
from pathlib import Path
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import llm
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.wyoming_services.support import ROOT, Sidecar

from .real import PATIENCE, Broker, set_up

SERVER = "tts-one"


@pytest.fixture
def server(broker: Broker, tmp_path: Path) -> Iterator[Sidecar]:
    config = tmp_path / "tts.toml"
    config.write_text('log_level = "info"\n')
    options = {
        "--engine": "espeak",
        "--instance-id": SERVER,
        "--config": config,
        "--mqtt-host": "127.0.0.1",
        "--mqtt-port": broker.port,
    }
    arguments = tuple(str(each) for option in options.items() for each in option)
    source = {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "wyoming_services" / "src")))}
    sidecar = Sidecar("alicia_tts", tmp_path / "tts", arguments, environment=source)
    yield sidecar
    sidecar.clean_up()


async def test_it_shows_its_log_refuses_a_mistake_and_begins_anew(
    hass: HomeAssistant,
    mqtt: MockConfigEntry,
    entry: MockConfigEntry,
    server: Sidecar,
    tmp_path: Path,
    hass_admin_user: User,
) -> None:
    await set_up(hass, mqtt, entry)
    liveness = entry.runtime_data.coordinator.liveness
    went: asyncio.Queue[bool] = asyncio.Queue()
    entry.runtime_data.coordinator.async_add_presence_listener(SERVER, went.put_nowait)

    async def call(tool: str, **arguments: Any) -> llm.ToolResult:
        context = Context(user_id=hass_admin_user.id)
        asker = llm.LLMContext("test", context, "en", "conversation", None)
        api = await llm.async_get_api(hass, "alicia_bus", asker)
        return await api.async_call_tool(llm.ToolInput(tool, {"service": SERVER, **arguments}))

    async with asyncio.timeout(2 * PATIENCE):
        await asyncio.to_thread(server.start)
        while not liveness.is_online(SERVER):
            await went.get()
        logs = await call("recent_logs", limit=5)
        assert not logs.error
        assert any("serves on" in line["message"] for line in logs.data["lines"])

        await asyncio.to_thread((tmp_path / "tts.toml").write_text, "log_level = loud\n")
        refused = await call("reload_sidecar")
        assert (refused.error, refused.data["error"]) == (True, "failed")

        await asyncio.to_thread((tmp_path / "tts.toml").write_text, 'log_level = "info"\n')
        before, went = len(server.log), asyncio.Queue()
        entry.runtime_data.coordinator.async_add_presence_listener(SERVER, went.put_nowait)
        restarted = await call("reload_sidecar")
        assert not restarted.error
        assert [await went.get(), await went.get()] == [False, True]
        await asyncio.to_thread(server.wait_for_log, r"serves on (\S+)", before)
    logs = await call("recent_logs")
    assert not any("Told over the bus" in line["message"] for line in logs.data["lines"])
