"""The guard on a real broker: workers die and stall there as they do at home."""

import asyncio
from collections.abc import AsyncGenerator
import json
from typing import Any
import uuid

from homeassistant.core import HomeAssistant
from paho.mqtt import client as paho
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .real import PATIENCE, Broker, set_up

REQUEST, RESPONSE = "alicia/voice/stt/request", "alicia/voice/stt/response"
SPEAK, SPOKEN = "alicia/voice/tts/request", "alicia/voice/tts/response"
QUERY, LISTED = "alicia/system/discovery/query", "alicia/system/discovery/response"


class Client:
    """Somebody on the bus, whose will the broker knows."""

    def __init__(self, port: int, *topics: str, name: str = "somebody") -> None:
        self.name = name
        self._loop = asyncio.get_running_loop()
        self._heard: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        self._client.on_message = lambda _client, _data, message: self._loop.call_soon_threadsafe(
            self._heard.put_nowait, (message.topic, message.payload)
        )
        self._client.will_set(
            f"alicia/system/health/{name}", json.dumps({"status": "offline"}), 1, retain=True
        )
        self._client.connect("127.0.0.1", port)
        for topic in topics:
            self._client.subscribe(topic, 1)
        self._client.loop_start()

    def say(self, topic: str, payload: bytes | None = None, **fields: Any) -> None:
        raw = json.dumps(fields).encode() if payload is None else payload
        self._client.publish(topic, raw, 1).wait_for_publish(PATIENCE)

    async def hears(self, topic: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(await self.hears_raw(topic))
        return found

    async def hears_raw(self, topic: str) -> bytes:
        async with asyncio.timeout(PATIENCE):
            while True:
                found, payload = await self._heard.get()
                if found == topic:
                    return payload

    def die(self) -> None:
        """Vanish without a word."""
        self._client.loop_stop()
        sock = self._client.socket()
        if sock is not None:
            sock.close()

    def leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Worker(Client):
    """A sidecar that does nothing of its own accord."""

    def __init__(self, port: int, name: str, capability: str = "speech_to_text") -> None:
        super().__init__(port, f"alicia/services/{name}/request", name=name)
        self._capability = capability

    def join(self, load: float = 0) -> None:
        self.register()
        self.say(f"alicia/system/health/{self.name}", status="online", load=load)

    def register(self) -> None:
        self.say(
            "alicia/system/discovery/register",
            device_id=self.name,
            device_type="service",
            capabilities=[self._capability],
            status="online",
        )

    def take(self, request_id: str, **more: Any) -> None:
        topic = f"alicia/services/{self.name}/taken"
        self.say(topic, request_id=request_id, source=self.name, **more)

    async def asked(self) -> bytes:
        """The next request that is sent to this one alone."""
        return await self.hears_raw(f"alicia/services/{self.name}/request")

    def answer(self, request_id: str, topic: str = RESPONSE, **more: Any) -> None:
        self.say(topic, request_id=request_id, source=self.name, text="heard", **more)


@pytest.fixture
async def client(broker: Broker) -> AsyncGenerator[Client]:
    client = Client(broker.port, RESPONSE, SPOKEN, QUERY, LISTED)
    yield client
    client.leave()


@pytest.fixture
async def workers(
    hass: HomeAssistant,
    mqtt: MockConfigEntry,
    entry: MockConfigEntry,
    broker: Broker,
    client: Client,
) -> AsyncGenerator[tuple[Worker, Worker]]:
    """Two workers that Home Assistant knows."""
    await set_up(hass, mqtt, entry)
    await client.hears(QUERY)
    one, two = Worker(broker.port, "ears-1"), Worker(broker.port, "ears-2")
    for worker in (one, two):
        worker.join()
    yield one, two
    for worker in (one, two):
        worker.leave()


def wave() -> tuple[str, bytes]:
    """A request with an id of its own, as bytes that no encoder of ours would write."""
    request_id = uuid.uuid4().hex
    audio = "A" * 200_000
    return request_id, f'{{ "audio_data" :"{audio}",\n "request_id": "{request_id}"}}'.encode()


def counters(entry: MockConfigEntry) -> dict[str, int]:
    found: dict[str, int] = entry.runtime_data.guard.as_dict()
    return found


async def until_heard(client: Client) -> None:
    """Home Assistant has heard all that was said up to now: it answers in that order."""
    request_id = uuid.uuid4().hex
    client.say(QUERY, device_id="nobody", request_id=request_id)
    while (await client.hears(LISTED)).get("request_id") != request_id:
        pass


async def until_answered(client: Client) -> None:
    """The client and Home Assistant have heard an answer."""
    await client.hears(RESPONSE)
    await until_heard(client)


@pytest.mark.parametrize("topic", [REQUEST, "capability:speech_to_text"])
async def test_worker_that_dies(
    entry: MockConfigEntry, workers: tuple[Worker, Worker], client: Client, topic: str
) -> None:
    one, two = workers
    request_id, payload = wave()
    client.say(topic, payload)
    one.take(request_id, every=60)
    one.die()
    assert await two.asked() == payload
    two.take(request_id, every=60)
    two.answer(request_id)
    await until_answered(client)
    assert {"answered": 1, "resent_gone": 1, "watched": 1, "bytes_now": 0}.items() <= counters(
        entry
    ).items()


async def test_worker_that_stalls_and_wakes(
    entry: MockConfigEntry, workers: tuple[Worker, Worker], client: Client
) -> None:
    one, two = workers
    request_id, payload = wave()
    client.say(REQUEST, payload)
    one.take(request_id, every=0.1)
    assert await two.asked() == payload
    two.take(request_id, every=60)
    two.answer(request_id)
    await client.hears(RESPONSE)
    one.answer(request_id)
    await until_answered(client)
    assert counters(entry)["resent_silent"] == 1
    assert counters(entry)["answered_again"] == 1


async def test_worker_that_refuses(
    entry: MockConfigEntry, workers: tuple[Worker, Worker], client: Client
) -> None:
    one, two = workers
    request_id, payload = wave()
    client.say(REQUEST, payload)
    one.take(request_id, every=60)
    one.take(request_id, error={"code": "busy", "message": "9 are in hand already"})
    assert await two.asked() == payload
    two.answer(request_id)
    await until_answered(client)
    assert counters(entry)["resent_refused"] == 1


async def test_request_that_nobody_takes_in_its_time(
    entry: MockConfigEntry, workers: tuple[Worker, Worker], client: Client
) -> None:
    client.say(SPEAK, text="hello", request_id="r-1", session_id="s-1", ttl=0.2, route=["tts"])
    answer = await client.hears(SPOKEN)
    assert answer["error"]["code"] == "timeout"
    assert answer["source"] == "home_assistant"
    assert (answer["request_id"], answer["session_id"]) == ("r-1", "s-1")
    assert counters(entry)["gave_up"] == 1
    assert counters(entry).get("answered_again", 0) == 0, "it hears itself"


async def test_worker_that_was_there_first_has_registered_only(
    hass: HomeAssistant,
    mqtt: MockConfigEntry,
    entry: MockConfigEntry,
    broker: Broker,
    client: Client,
) -> None:
    await set_up(hass, mqtt, entry)
    await client.hears(QUERY)
    worker = Worker(broker.port, "ears-1")
    worker.register()
    _, payload = wave()
    # The same client says both, and so they are heard in this order.
    worker.say("alicia/services/speech_to_text/request", payload)
    assert await worker.asked() == payload
    worker.leave()


async def test_least_busy_is_asked_where_one_is_to_be_chosen(
    entry: MockConfigEntry, workers: tuple[Worker, Worker], client: Client
) -> None:
    one, two = workers
    one.join(load=3)
    request_id, payload = wave()
    # The same client says both, and so they are heard in this order.
    client.say("alicia/system/health/ears-1", status="online", load=3)
    client.say("alicia/services/speech_to_text/request", payload)
    assert await two.asked() == payload
    two.take(request_id, every=60)
    two.die()
    assert await one.asked() == payload
    one.answer(request_id)
    await until_answered(client)
    assert counters(entry)["addressed"] == 1


async def test_routing_slip_is_watched_over(
    entry: MockConfigEntry,
    workers: tuple[Worker, Worker],
    client: Client,
    broker: Broker,
) -> None:
    mouth = Worker(broker.port, "mouth", "text_to_speech")
    mouth.join()
    one, _ = workers
    client.say(REQUEST, wave()[1])
    one.answer("r-7", language="de", route=["tts", "x"], session_id="s-7", audio_data="AAAA")
    asked = json.loads(await mouth.asked())
    expected = {"text": "heard", "language": "de", "request_id": "r-7", "session_id": "s-7"}
    assert expected.items() <= asked.items()
    assert asked["route"] == ["tts", "x"]
    mouth.answer("r-7", SPOKEN, audio_data="A" * 100_000, route=["x"])
    await client.hears(SPOKEN)
    mouth.leave()


async def test_what_is_going_on_while_the_broker_is_away_is_not_guarded(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    workers: tuple[Worker, Worker],
    client: Client,
    broker: Broker,
) -> None:
    client.say(REQUEST, wave()[1])
    coordinator = entry.runtime_data.coordinator
    await until_heard(client)
    assert counters(entry)["watched_now"] == 1
    gone = asyncio.Event()
    coordinator.async_add_connection_listener(lambda _: gone.set())
    broker.kill()
    async with asyncio.timeout(PATIENCE):
        await gone.wait()
    assert counters(entry)["lost_sight"] == 1
    assert counters(entry)["watched_now"] == 0
