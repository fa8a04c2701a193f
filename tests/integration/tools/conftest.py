"""A bus with a lamp, a lock, a group of locks and a speech server, and models that ask of it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from homeassistant.auth.models import User
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, llm
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.alicia.bus.topics import Kind
from custom_components.alicia.voice.origin import BusContext

SERVER = "stt-one"
LAMP, LOCK, STRIP = "light.lamp", "lock.door", "light.strip"
_DEVICES: tuple[dict[str, Any], ...] = (
    {
        "device_id": "lamp",
        "device_type": "lamp",
        "capabilities": [{"name": "light", "color": False, "commands": ["fade"]}],
        "metadata": {"name": "Lamp"},
    },
    {
        "device_id": "strip",
        "device_type": "lamp",
        "capabilities": ["light", "temperature"],
        "metadata": {"name": "Strip"},
    },
    {
        "device_id": "door",
        "device_type": "lock",
        "capabilities": ["lock"],
        "metadata": {"name": "Door"},
    },
    {
        "device_id": SERVER,
        "device_type": "service",
        "capabilities": ["speech_to_text"],
        "metadata": {"name": "Ears", "version": "0.1.0", "detail": "Whisper base"},
    },
)


class Model:
    """Somebody whose model calls tools."""

    def __init__(self, hass: HomeAssistant, context: Context | None) -> None:
        self.hass = hass
        self._context = llm.LLMContext("test", context, "en", "conversation", None)

    async def api(self, api: str = "assist") -> llm.APIInstance:
        return await llm.async_get_api(self.hass, api, self._context)

    async def offered(self, api: str = "assist") -> list[str]:
        """The names of Alicia's tools that it is offered."""
        instance = await self.api(api)
        return [tool.name for tool in instance.tools if tool.integration == "alicia"]

    async def call(self, api: str, name: str, /, **arguments: Any) -> llm.ToolResult:
        instance = await self.api(api)
        return await instance.async_call_tool(llm.ToolInput(name, arguments))

    async def assist(self, name: str, /, **arguments: Any) -> Any:
        """Call a tool of Assist; returns what it tells."""
        return (await self.call("assist", f"alicia__{name}", **arguments)).data

    async def bus(self, name: str, /, **arguments: Any) -> Any:
        """Call a tool of the bus's own API; returns what it tells."""
        return (await self.call("alicia_bus", name, **arguments)).data


class Server:
    """A speech server that is looked after."""

    def __init__(self, hass: HomeAssistant, bus: Any) -> None:
        self._hass = hass
        self._bus = bus

    async def told(self, calling: "asyncio.Task[Any]", count: int = 1) -> dict[str, Any]:
        """Wait until it is told something; returns that."""
        # The broker that pretends sets no event.
        while len(self.commands) < count and not calling.done():  # noqa: ASYNC110
            await asyncio.sleep(0)
        if calling.done():
            await calling
        return self.commands[-1]

    async def says(self, kind: Kind, **fields: Any) -> None:
        await self._bus.say(kind, {"source": SERVER, **fields}, device_id=SERVER)

    @property
    def commands(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._bus.heard(Kind.ADMIN, device_id=SERVER)
        return found


@pytest.fixture
async def crowd(hass: HomeAssistant, bus: Any) -> Any:
    """The bus with everybody on it; the lamp and the lock are exposed."""
    assert await async_setup_component(hass, "conversation", {})
    for device in _DEVICES:
        await bus.say(Kind.REGISTER, {"status": "online", **device})
    await bus.say(
        Kind.HEALTH,
        {"status": "online", "uptime": 5.0, "load": 0.5, "counters": {}},
        device_id=SERVER,
    )
    for entity_id in hass.states.async_entity_ids():
        is_exposed = entity_id in (LAMP, LOCK)
        async_expose_entity(hass, "conversation", entity_id, should_expose=is_exposed)
    return bus


@pytest.fixture
def kitchen(hass: HomeAssistant, crowd: Any, entry: MockConfigEntry) -> None:
    """The lamp is in the kitchen."""
    devices = dr.async_get(hass)
    identifier = ("alicia", f"{entry.entry_id}:lamp")
    lamp = devices.async_get_device_by_identifier(identifier, entry.entry_id)
    assert lamp is not None
    area = ar.async_get(hass).async_get_or_create("Kitchen")
    devices.async_update_device(lamp.id, area_id=area.id)


@pytest.fixture
def server(hass: HomeAssistant, crowd: Any) -> Server:
    return Server(hass, crowd)


@pytest.fixture
def anybody(hass: HomeAssistant, crowd: Any) -> Model:
    """A voice in the room."""
    return Model(hass, Context())


@pytest.fixture
def stranger(hass: HomeAssistant, crowd: Any, hass_admin_user: User) -> Model:
    """Somebody on the bus, who says that he is an administrator."""
    return Model(hass, BusContext(user_id=hass_admin_user.id))


@pytest.fixture
def admin(hass: HomeAssistant, crowd: Any, hass_admin_user: User) -> Model:
    return Model(hass, Context(user_id=hass_admin_user.id))


@pytest.fixture
def askers(
    hass: HomeAssistant, anybody: Model, stranger: Model, hass_read_only_user: User
) -> Mapping[str, Model]:
    """All who are no administrators."""
    gone = MockUser(name="Gone", is_owner=True, is_active=False).add_to_hass(hass)
    return {
        "anybody": anybody,
        "stranger": stranger,
        "nobody": Model(hass, None),
        "unknown": Model(hass, Context(user_id="no such user")),
        "reader": Model(hass, Context(user_id=hass_read_only_user.id)),
        "gone": Model(hass, Context(user_id=gone.id)),
    }
