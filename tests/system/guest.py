"""A device that joins the demo's house for one test."""

import asyncio
from collections.abc import AsyncIterator, Callable
import contextlib
from contextlib import asynccontextmanager
import json
from typing import cast
from uuid import uuid4

from demo.bus import Bus
from demo.check.mouth import Mouth
from demo.devices.device import Device
from demo.devices.models import Model
from demo.home_assistant import Json
from demo.waiting import until

from .house import House

PATIENCE = 60.0  # s; a busy machine is slow
#: Nobody listens there.
END = "alicia/reply/end"
QUERY, FOUND = "alicia/system/discovery/query", "alicia/system/discovery/response"
GUEST = "guest-plug"
SWITCH = "switch.garage_guest_plug"
POWER = "sensor.garage_guest_plug_power"


def plug(device_id: str = GUEST, name: str = "Guest plug") -> Model:
    """A socket with a meter."""
    return Model(
        device_id,
        "plug",
        name,
        "Garage",
        [{"name": "switch", "device_class": "outlet"}, {"name": "power"}],
        {"switch": {"on": False}, "power": {"value": 0}},
        {"version": "3.1", "timeout": 3600},
    )


def account(house: House) -> tuple[str, int, str, str]:
    """Where and as whom a guest connects."""
    broker = house.summary["mqtt"]
    return str(broker["host"]), int(str(broker["port"])), "operator", str(broker["password"])


@asynccontextmanager
async def joined(house: House, model: Model) -> AsyncIterator[Device]:
    """The device, while it is connected; it is unregistered in the end."""
    async with Device.join(model, *account(house)) as device:
        yield device
        device.leave()


@asynccontextmanager
async def bus(house: House) -> AsyncIterator[Bus]:
    """A client of the bus, and nothing more."""
    client = Bus()
    await client.connect(*account(house))
    try:
        yield client
    finally:
        await client.close()


async def asked(client: Bus, topic: str, answers: str, request: Json) -> Json:
    """The answer to a request."""
    request_id = uuid4().hex
    async with client.listen(answers) as responses, asyncio.timeout(PATIENCE):
        client.publish(topic, {**request, "request_id": request_id})
        while True:
            response = cast(Json, json.loads((await responses.get())[1]))
            if response.get("request_id") == request_id:
                return response


async def state(mouth: Mouth, entity: str) -> Json | None:
    """An entity's state, or None where there is no such entity."""
    rows = cast(list[Json], await mouth.socket.call("get_states"))
    return next((row for row in rows if row["entity_id"] == entity), None)


async def becomes(mouth: Mouth, entity: str, wanted: str | None, seconds: float = PATIENCE) -> bool:
    """Whether an entity comes to a state, or goes, in good time."""

    async def there() -> bool:
        found = await state(mouth, entity)
        return (found["state"] if found else None) == wanted

    return await until(there, seconds)


async def listens(house: House) -> bool:
    """Whether Home Assistant comes to answer on the bus, as it does with all subscriptions."""
    async with bus(house) as client, client.listen(FOUND) as responses:

        async def there() -> bool:
            client.publish(QUERY, {"device_id": GUEST})
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await responses.get()
                return True
            return False

        return await until(there, PATIENCE)


async def retained(house: House, topic: str) -> dict[str, bytes]:
    """What the broker has retained below a topic filter."""
    found: dict[str, bytes] = {}
    async with bus(house) as client, client.listen(topic) as messages, client.listen(END) as end:
        # The broker sends what it retains before what is published afterwards.
        client.publish(END, b"x")
        await end.get()
        while not messages.empty():
            name, payload = messages.get_nowait()
            found[name] = payload
    return found


async def view(house: House, device_id: str, condition: Callable[[Json], bool]) -> bool:
    """Whether the registry's view of a device comes to be as wanted."""
    topic = f"alicia/system/registry/{device_id}"

    async def there() -> bool:
        payload = (await retained(house, topic)).get(topic)
        return condition(json.loads(payload) if payload else {})

    return await until(there, PATIENCE)


async def device_id_of(mouth: Mouth, name: str) -> str:
    """The id that Home Assistant gave a device."""
    devices = cast(list[Json], await mouth.socket.call("config/device_registry/list"))
    return next(str(each["id"]) for each in devices if each["name"] == name)


async def stored(house: House, device_id: str) -> bool:
    """Whether a device comes to be on disk, where Home Assistant writes within seconds."""
    kept = house.places.storage / "core.device_registry"

    async def there() -> bool:
        own = house.places.storage.glob("alicia.*")
        return (
            kept.exists()
            and device_id in kept.read_text()
            and any(device_id in each.read_text(errors="replace") for each in own)
        )

    return await until(there, PATIENCE)
