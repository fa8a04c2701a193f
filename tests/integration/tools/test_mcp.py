"""An MCP client looks after the bus through Home Assistant's own MCP server, over HTTP."""

import asyncio
import json
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.alicia.bus.topics import Kind

from .conftest import SERVER, Server

pytest.importorskip("mcp", reason="Home Assistant's MCP server needs the package mcp")

OWN = "/api/mcp/alicia_bus"


class McpClient:
    """Speaks MCP's streamable HTTP."""

    def __init__(self, client: TestClient, path: str = OWN) -> None:
        self._client = client
        self._path = path

    async def status(self, method: str = "tools/list") -> int:
        return (await self._post(method, {})).status

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        response = await self._post(method, parameters)
        assert response.status == 200, await response.text()
        answer: dict[str, Any] = (await response.json())["result"]
        return answer

    async def call(self, tool: str, **arguments: Any) -> tuple[bool, Any]:
        """Call a tool; returns whether that failed, and what it tells."""
        answer = await self.ask("tools/call", name=tool, arguments=arguments)
        (content,) = answer["content"]
        is_text = answer["isError"] and not content["text"].startswith("{")
        return answer["isError"], content["text"] if is_text else json.loads(content["text"])

    async def _post(self, method: str, parameters: dict[str, Any]) -> Any:
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        headers = {"Accept": "application/json, text/event-stream"}
        return await self._client.post(self._path, json=message, headers=headers)


@pytest.fixture
async def mcp_server(hass: HomeAssistant, crowd: Any) -> None:
    """Home Assistant's MCP server, which serves the bus at its own address too."""
    assert await async_setup_component(hass, "http", {})
    entry = MockConfigEntry(
        domain="mcp_server",
        data={"llm_hass_api": ["alicia_bus"], "all_llm_apis": False, "require_admin": False},
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


@pytest.fixture
async def client(mcp_server: None, hass_client: ClientSessionGenerator) -> McpClient:
    """An administrator's client."""
    return McpClient(await hass_client())


@pytest.fixture
async def guest(
    mcp_server: None, hass_client: ClientSessionGenerator, hass_read_only_access_token: str
) -> TestClient:
    """The client of a user who is no administrator."""
    return await hass_client(hass_read_only_access_token)


async def test_a_client_is_told_which_tools_only_read(client: McpClient) -> None:
    tools = (await client.ask("tools/list"))["tools"]
    hints = {
        tool["name"]: (
            tool["annotations"]["readOnlyHint"],
            tool["annotations"]["destructiveHint"],
            tool["annotations"]["idempotentHint"],
            tool["annotations"]["openWorldHint"],
        )
        for tool in tools
    }
    assert hints == {
        "list_services": (True, False, True, False),
        "bus_health": (True, False, True, False),
        "find_devices": (True, False, True, False),
        "get_device": (True, False, True, False),
        "recent_logs": (True, False, True, True),
        "restart_sidecar": (False, True, False, True),
        "reload_sidecar": (False, True, False, True),
    }
    assert all(tool["description"] and tool["title"] for tool in tools)
    (find,) = [tool for tool in tools if tool["name"] == "find_devices"]
    assert set(find["inputSchema"]["properties"]) >= {"capability", "area"}


async def test_a_client_looks_at_the_bus(client: McpClient) -> None:
    failed, told = await client.call("list_services")
    assert not failed
    assert [each["service"] for each in told["services"]] == [SERVER]
    failed, told = await client.call("find_devices", capability="light")
    assert [each["device_id"] for each in told["devices"]] == ["lamp", "strip"]
    (prompt,) = (await client.ask("prompts/list"))["prompts"]
    assert prompt["name"] == "Alicia bus"


async def test_a_client_restarts_a_server_and_reads_its_log(
    client: McpClient, server: Server
) -> None:
    calling = asyncio.create_task(client.call("restart_sidecar", service=SERVER))
    ids = {"request_id": (await server.told(calling))["request_id"]}
    await server.says(Kind.ADMIN_RESPONSE, command="restart", detail="restarting", **ids)
    assert await calling == (False, {"service": SERVER, "detail": "restarting"})
    calling = asyncio.create_task(client.call("recent_logs", service=SERVER, limit=1))
    ids = {"request_id": (await server.told(calling, 2))["request_id"]}
    line = {"time": 1.0, "level": "info", "logger": "alicia_stt", "message": "serves"}
    await server.says(Kind.LOGS, lines=[line], **ids)
    assert await calling == (False, {"service": SERVER, "lines": [line]})


async def test_a_mistake_is_told_to_the_client(client: McpClient) -> None:
    failed, told = await client.call("restart_sidecar", service="nobody")
    assert (failed, told["error"]) == (True, "not_found")
    failed, told = await client.call("recent_logs", service=SERVER, limit=1_000)
    assert failed
    failed, told = await client.call("format_disk")
    assert failed


async def test_who_is_no_administrator_is_let_in_nowhere_but_where_the_user_lets_him(
    guest: TestClient, server: Server
) -> None:
    """At the address that the entry opens to all, he sees what is exposed, and changes nothing."""
    assert await McpClient(guest).status() == 401
    client = McpClient(guest, "/api/mcp")
    tools = {tool["name"] for tool in (await client.ask("tools/list"))["tools"]}
    assert tools == {"list_services", "bus_health", "find_devices", "get_device"}
    failed, told = await client.call("restart_sidecar", service=SERVER)
    assert failed
    failed, told = await client.call("find_devices", capability="light")
    assert [each["device_id"] for each in told["devices"]] == ["lamp"]
    assert server.commands == []
