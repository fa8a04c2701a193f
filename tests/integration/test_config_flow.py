"""Every way through set-up, reconfiguration and options, and back from every error."""

from dataclasses import replace
from ipaddress import ip_address
import json
from typing import Any

from homeassistant.components.assist_pipeline import (
    async_create_default_pipeline,
    async_get_pipelines,
)
from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_MQTT,
    SOURCE_ZEROCONF,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.mqtt import MqttServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.alicia.const import DOMAIN

from .engines import async_setup_engines
from .flows import start, start_bus, submit, suggested

PIPELINE = {
    "stt_engine": "stt.ears",
    "tts_engine": "tts.mouth",
    "conversation_engine": "conversation.home_assistant",
}


@pytest.fixture(autouse=True)
async def _assist(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "assist_pipeline", {})


@pytest.fixture
async def engines(hass: HomeAssistant) -> None:
    await async_setup_engines(hass, ["en"])


def announcement(
    base_topic: str = "alicia", topic: str = "alicia/discovery/stt-1/config"
) -> MqttServiceInfo:
    return MqttServiceInfo(
        topic=topic,
        payload=json.dumps({"base_topic": base_topic, "version": "0.1.0", "instance": "stt-1"}),
        qos=1,
        retain=True,
        subscribed_topic="alicia/discovery/+/config",
        timestamp=0,
    )


def service(name: str = "stt-1", **properties: str) -> ZeroconfServiceInfo:
    return ZeroconfServiceInfo(
        ip_address=ip_address("10.0.0.5"),
        ip_addresses=[ip_address("10.0.0.5")],
        port=10300,
        hostname="ears.local.",
        type="_alicia._tcp.local.",
        name=f"{name}._alicia._tcp.local.",
        properties=properties,
    )


async def test_user_without_pipeline(hass: HomeAssistant, broker: Any) -> None:
    form = await start_bus(hass)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "bus"
    assert suggested(form) == {"create_pipeline": False}, "there are no engines to make it of"

    created = await submit(hass, form, base_topic=" alicia/ ", create_pipeline=False)
    assert created["type"] is FlowResultType.CREATE_ENTRY
    assert created["title"] == "Alicia"
    assert created["data"] == {"base_topic": "alicia"}
    assert created["options"] == {}
    assert created["result"].unique_id == "alicia"


async def test_user_with_pipeline(hass: HomeAssistant, broker: Any, engines: None) -> None:
    form = await start_bus(hass)
    assert suggested(form) == {"create_pipeline": True}

    form = await submit(hass, form, base_topic="home/voice", create_pipeline=True)
    assert form["step_id"] == "pipeline"
    assert suggested(form) == PIPELINE

    created = await submit(hass, form, **PIPELINE)
    assert created["title"] == "Alicia (home/voice)"
    (pipeline,) = (each for each in async_get_pipelines(hass) if each.name == "Alicia")
    assert created["options"] == {"pipeline": pipeline.id}
    assert pipeline.stt_engine == "stt.ears"
    assert pipeline.tts_engine == "tts.mouth"
    assert pipeline.conversation_engine == "conversation.home_assistant"


async def test_pipeline_takes_another_agent(
    hass: HomeAssistant, broker: Any, engines: None
) -> None:
    form = await start_bus(hass)
    form = await submit(hass, form, base_topic="alicia", create_pipeline=True)
    await submit(hass, form, **PIPELINE | {"conversation_engine": "conversation.other"})
    (pipeline,) = (each for each in async_get_pipelines(hass) if each.name == "Alicia")
    assert pipeline.conversation_engine == "conversation.other"


async def test_engines_go_away_meanwhile(hass: HomeAssistant, broker: Any, engines: None) -> None:
    form = await start_bus(hass)
    form = await submit(hass, form, base_topic="alicia", create_pipeline=True)
    (test,) = hass.config_entries.async_entries("test")
    assert await hass.config_entries.async_unload(test.entry_id)

    form = await hass.config_entries.flow.async_configure(form["flow_id"])
    assert form["step_id"] == "pipeline"
    assert suggested(form) == {}


async def test_existing_pipeline_is_used(hass: HomeAssistant, broker: Any, engines: None) -> None:
    pipeline = await async_create_default_pipeline(hass, "stt.ears", "tts.mouth", "Alicia")
    assert pipeline is not None
    form = await start_bus(hass)
    created = await submit(hass, form, base_topic="alicia", create_pipeline=True)
    assert created["options"] == {"pipeline": pipeline.id}


async def test_pipeline_without_engines(hass: HomeAssistant, broker: Any) -> None:
    form = await start_bus(hass)
    form = await submit(hass, form, base_topic="alicia", create_pipeline=True)
    assert form["step_id"] == "bus"
    assert form["errors"] == {"create_pipeline": "no_engines"}

    created = await submit(hass, form, base_topic="alicia", create_pipeline=False)
    assert created["type"] is FlowResultType.CREATE_ENTRY


async def test_pipeline_in_a_language_nobody_speaks(hass: HomeAssistant, broker: Any) -> None:
    languages = ["fr"]
    await async_setup_engines(hass, languages)
    form = await start_bus(hass)
    form = await submit(hass, form, base_topic="alicia", create_pipeline=True)
    form = await submit(hass, form, **PIPELINE)
    assert form["step_id"] == "pipeline"
    assert form["errors"] == {"base": "language_not_supported"}

    languages.append("en")
    created = await submit(hass, form, **PIPELINE)
    assert created["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("base_topic", ["", "a//b", "alicia/#", "+", "ali cia", "x" * 200])
async def test_user_with_invalid_base_topic(
    hass: HomeAssistant, broker: Any, base_topic: str
) -> None:
    form = await start_bus(hass)
    form = await submit(hass, form, base_topic=base_topic, create_pipeline=False)
    assert form["errors"] == {"base_topic": "invalid_base_topic"}

    created = await submit(hass, form, base_topic="alicia", create_pipeline=False)
    assert created["type"] is FlowResultType.CREATE_ENTRY


async def test_user_without_mqtt(hass: HomeAssistant) -> None:
    abort = await start_bus(hass)
    assert abort["type"] is FlowResultType.ABORT
    assert abort["reason"] == "mqtt_missing"


async def test_user_while_disconnected(hass: HomeAssistant, broker: Any) -> None:
    form = await start_bus(hass)
    broker.connected = False
    form = await submit(hass, form, base_topic="alicia", create_pipeline=False)
    assert form["errors"] == {"base": "cannot_connect"}

    broker.connected = True
    created = await submit(hass, form, base_topic="alicia", create_pipeline=False)
    assert created["type"] is FlowResultType.CREATE_ENTRY


async def test_user_for_a_bus_that_is_there(
    hass: HomeAssistant, broker: Any, entry: MockConfigEntry
) -> None:
    form = await start_bus(hass)
    abort = await submit(hass, form, base_topic="alicia", create_pipeline=False)
    assert abort["reason"] == "already_configured"


async def test_mqtt_discovery(hass: HomeAssistant, broker: Any) -> None:
    form = await start(hass, SOURCE_MQTT, announcement())
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"] == {"name": "stt-1", "base_topic": "alicia"}

    created = await submit(hass, form, create_pipeline=False)
    assert created["type"] is FlowResultType.CREATE_ENTRY
    assert created["data"] == {"base_topic": "alicia"}


@pytest.mark.parametrize("payload", ["", "{", "[]", "{}", b"\xff", '{"base_topic": "a/#"}'])
async def test_mqtt_discovery_of_nonsense(
    hass: HomeAssistant, broker: Any, payload: str | bytes
) -> None:
    abort = await start(hass, SOURCE_MQTT, replace(announcement(), payload=payload))
    assert abort["reason"] == "invalid_discovery_info"


async def test_mqtt_discovery_of_an_invalid_base(hass: HomeAssistant, broker: Any) -> None:
    abort = await start(hass, SOURCE_MQTT, announcement(base_topic="a/#"))
    assert abort["reason"] == "invalid_discovery_info"


async def test_zeroconf_discovery(hass: HomeAssistant, broker: Any, engines: None) -> None:
    form = await start(hass, SOURCE_ZEROCONF, service(base_topic="home"))
    assert form["step_id"] == "confirm"
    assert suggested(form) == {"create_pipeline": True}
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": "home"}

    form = await submit(hass, form, create_pipeline=True)
    created = await submit(hass, form, **PIPELINE)
    assert created["data"] == {"base_topic": "home"}


async def test_zeroconf_discovery_before_mqtt(
    hass: HomeAssistant, mock_hass_config: None, mqtt_client_mock: Any, pass_time: Any
) -> None:
    """A sidecar may be found before there is a broker; the offer waits for it."""
    form = await start(hass, SOURCE_ZEROCONF, service())
    form = await submit(hass, form, create_pipeline=False)
    assert form["errors"] == {"base": "mqtt_missing"}

    mqtt = MockConfigEntry(
        domain="mqtt",
        data={"broker": "broker", "protocol": "5"},
        options={"birth_message": {}, "discovery": False},
        version=2,
        minor_version=1,
    )
    mqtt.add_to_hass(hass)
    assert await hass.config_entries.async_setup(mqtt.entry_id)
    await hass.async_block_till_done()
    created = await submit(hass, form, create_pipeline=False)
    assert created["type"] is FlowResultType.CREATE_ENTRY
    await pass_time(1)


async def test_one_offer_for_all_sidecars(hass: HomeAssistant, broker: Any) -> None:
    await start(hass, SOURCE_ZEROCONF, service("stt-1"))
    for source, data in (
        (SOURCE_ZEROCONF, service("tts-1")),
        (SOURCE_MQTT, announcement()),
    ):
        abort = await start(hass, source, data)
        assert abort["reason"] == "already_in_progress"
    assert len(hass.config_entries.flow.async_progress()) == 1


async def test_user_does_not_wait_for_an_offer(hass: HomeAssistant, broker: Any) -> None:
    await start(hass, SOURCE_MQTT, announcement())
    form = await start_bus(hass)
    created = await submit(hass, form, base_topic="alicia", create_pipeline=False)
    assert created["type"] is FlowResultType.CREATE_ENTRY
    assert hass.config_entries.flow.async_progress() == [], "the offer is gone"


@pytest.mark.parametrize(
    ("source", "data"), [(SOURCE_ZEROCONF, service()), (SOURCE_MQTT, announcement())]
)
async def test_no_offer_for_a_bus_that_is_there(
    hass: HomeAssistant, broker: Any, entry: MockConfigEntry, source: str, data: Any
) -> None:
    abort = await start(hass, source, data)
    assert abort["reason"] == "already_configured"


async def test_user_after_ignoring_the_offer(hass: HomeAssistant, broker: Any) -> None:
    MockConfigEntry(domain=DOMAIN, unique_id="alicia", source=SOURCE_IGNORE).add_to_hass(hass)
    form = await start_bus(hass)
    created = await submit(hass, form, base_topic="alicia", create_pipeline=False)
    assert created["type"] is FlowResultType.CREATE_ENTRY
