"""The golden messages of the contract, at the real server."""

import asyncio
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from alicia_bus.codec import decode
from alicia_bus.messages import Heartbeat, Register, SttResponse, Taken
from alicia_bus.topics import Topics
from tests.models.scripted_whisper import SCRIPT
from tests.models.tone import make_tone

from ..support import Broker, BusProbe, Sidecar, stt_request

CONTRACT = Path(__file__).resolve().parents[2] / "contract"
REQUEST, RESPONSE = "alicia/voice/stt/request", "alicia/voice/stt/response"
TONE = make_tone(SCRIPT[0].hertz, 1.0)


def _rows(file: str, topic: str) -> list[dict[str, Any]]:
    rows = json.loads((CONTRACT / file).read_text())
    return [row for row in rows if row.get("as_topic", row["topic"]) == topic]


def _raw(row: dict[str, Any]) -> bytes:
    if "raw_repeat" in row:
        text, times = row["raw_repeat"]
        return (text * times).encode()
    return row["raw"].encode()


async def _answer_to(broker: Broker, topic: str, payload: bytes) -> dict[str, Any]:
    async with BusProbe.connect(broker, RESPONSE) as probe:
        await probe.send(topic, payload)
        return await probe.expect(RESPONSE)


@pytest.mark.parametrize("row", _rows("malformed.json", REQUEST), ids=lambda row: row["what"])
async def test_malformed_requests_get_their_error(
    stt_on_bus: Sidecar, broker: Broker, row: dict[str, Any]
) -> None:
    answer = await _answer_to(broker, row["topic"], _raw(row))

    assert answer["error"]["code"] == row["code"]
    assert answer["source"] == "stt-one"


@pytest.mark.parametrize("row", _rows("speech_to_text.json", REQUEST), ids=lambda row: row["what"])
async def test_golden_requests_are_answered(
    stt_on_bus: Sidecar, broker: Broker, row: dict[str, Any]
) -> None:
    """Their audio is a sample or two: nothing is said in it."""
    answer = await _answer_to(broker, row["topic"], json.dumps(row["payload"]).encode())

    assert answer["request_id"] == row["payload"]["request_id"]
    assert answer["text"] == ""


async def test_what_it_sends_is_the_contract(stt_on_bus: Sidecar, broker: Broker) -> None:
    """Each of its messages decodes with nothing left that the contract doesn't know."""
    sent: dict[str, type] = {
        "alicia/system/discovery/register": Register,
        "alicia/system/health/stt-one": Heartbeat,
        "alicia/services/stt-one/taken": Taken,
        RESPONSE: SttResponse,
    }
    async with BusProbe.connect(broker) as probe:
        await probe.send("alicia/system/health/check", {})
        await probe.send(REQUEST, stt_request(TONE, request_id="contract-1"))
        for topic, cls in sent.items():
            message = await probe.expect(topic, source="stt-one")
            del message["_retained"]
            decoded = decode(Topics(), topic, json.dumps(message).encode())
            assert isinstance(decoded, cls)
            assert decoded.meta.extra == {}


TOPICS = [REQUEST, "capability:speech_to_text", "alicia/services/stt-one/request"]


@settings(max_examples=40)
@given(
    topic=st.sampled_from([*TOPICS, "alicia/voice/vocabulary", "alicia/system/discovery/query"]),
    payload=st.one_of(
        st.binary(max_size=512),
        st.dictionaries(
            st.sampled_from(["audio_data", "language", "sample_rate", "route", "ttl", "payload"]),
            st.recursive(
                st.none() | st.booleans() | st.floats() | st.text(max_size=8),
                lambda inner: st.lists(inner, max_size=3),
                max_leaves=4,
            ),
        ).map(lambda fields: json.dumps(fields).encode()),
    ),
)
def test_any_bytes_leave_the_server_well(
    stt_on_bus: Sidecar, broker: Broker, topic: str, payload: bytes
) -> None:
    async def scenario() -> dict[str, Any]:
        async with BusProbe.connect(broker, "alicia/reply/end") as probe:
            await probe.send(topic, payload)
            request = stt_request(bytes(3200))
            await probe.send(REQUEST, request, reply_to=("alicia/reply/end", b""))
            return await probe.expect("alicia/reply/end")

    assert asyncio.run(scenario())["text"] == ""


def test_the_server_has_survived_all_that(stt_on_bus: Sidecar) -> None:
    assert stt_on_bus.process is not None
    assert stt_on_bus.process.poll() is None
    assert "Traceback" not in stt_on_bus.log
