"""Every golden message is read and written the same by both ends of the bus."""

import json

import pytest

from alicia_bus import messages
from alicia_bus.codec import ANSWERS, class_of, decode, encode
from alicia_bus.errors import DecodeError
from alicia_bus.hub import Hub
from alicia_bus.topics import Topics

TOPICS = Topics()


def test_decodes_to_its_class_and_fields(golden: dict) -> None:
    message = decode(TOPICS, golden["topic"], golden["bytes"])
    assert type(message) is getattr(messages, golden["class"])
    for name, value in golden["fields"].items():
        found = getattr(message, name)
        assert (list(found) if isinstance(found, tuple) else found) == value


def test_encodes_to_the_same_topic_and_payload(golden: dict) -> None:
    message = decode(TOPICS, golden["topic"], golden["bytes"])
    assert message is not None
    outgoing = encode(TOPICS, message)
    assert outgoing.topic == golden.get("as_topic", golden["topic"])
    written = json.loads(outgoing.payload)
    assert written == {**written, **golden["payload"]}
    assert decode(TOPICS, outgoing.topic, outgoing.payload) == message


def test_reads_the_same_from_an_envelope(golden: dict) -> None:
    outer = {"message_id": "m-1", "destination": "all", "payload": golden["payload"]}
    enveloped = decode(TOPICS, golden["topic"], json.dumps(outer).encode())
    plain = decode(
        TOPICS,
        golden["topic"],
        json.dumps({**golden["payload"], "message_id": "m-1", "destination": "all"}).encode(),
    )
    assert enveloped == plain


def test_refuses_malformed_messages(malformed: dict) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(TOPICS, malformed["topic"], malformed["bytes"])
    assert caught.value.code.value == malformed["code"]


def test_answers_malformed_requests(malformed: dict) -> None:
    sent = []
    hub = Hub(TOPICS, sent.append, lambda: 1_764_000_000.0, "tester")
    address = TOPICS.parse(malformed["topic"])
    assert address is not None
    cls = class_of(address)
    assert cls is not None
    heard: list[messages.Message] = []
    hub.on(cls, heard.append)
    hub.handle_message(malformed["topic"], malformed["bytes"])
    assert heard == []
    assert hub.counters[malformed["code"]] == 1
    answers = [json.loads(each.payload)["error"]["code"] for each in sent]
    assert answers == ([malformed["code"]] if cls.KIND in ANSWERS else [])
