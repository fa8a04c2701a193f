"""Topics are built and parsed segment by segment."""

import pytest

from alicia_bus.topics import Kind, Topics, is_base_topic

PARAMS = {
    "device_id": "panel",
    "instance": "stt-1",
    "capability": "speech_to_text",
    "domain": "light",
    "object_id": "kitchen_" * 20,
}


def _params(kind: Kind) -> dict[str, str]:
    return {name: value for name, value in PARAMS.items() if f"{{{name}}}" in kind.value}


@pytest.mark.parametrize("base", ["alicia", "home/Bus-2"])
@pytest.mark.parametrize("kind", Kind)
def test_each_kind_parses_back(kind: Kind, base: str) -> None:
    topics = Topics(base)
    address = topics.parse(topics.build(kind, **_params(kind)))
    assert address is not None
    assert (address.kind, dict(address.params)) == (kind, _params(kind))


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "alicia",
        "alicia/",
        "aliciax/voice/stt/request",
        "other/voice/stt/request",
        "alicia/voice/stt/request/more",
        "alicia/voice/audio/UPPER/in",
        "alicia/voice/audio//in",
        "alicia/voice/audio/" + "a" * 65 + "/in",
        "alicia/voice/audio/panel\n/in",
        "capability:",
        "capability:a/b",
    ],
)
def test_what_is_not_ours_is_none(topic: str) -> None:
    assert Topics().parse(topic) is None


def test_a_literal_wins_over_an_id() -> None:
    address = Topics().parse("alicia/system/health/check")
    assert address is not None
    assert address.kind is Kind.HEALTH_CHECK


@pytest.mark.parametrize("bad", ["", "a/b", "+", "#", "A", "a" * 65, "é"])
def test_an_id_that_can_not_be_in_a_topic_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="not a valid id"):
        Topics().build(Kind.AUDIO_IN, device_id=bad)


def test_filters_use_wildcards_for_ids() -> None:
    assert Topics().filter(Kind.AUDIO_IN) == "alicia/voice/audio/+/in"
    assert Topics().filter(Kind.STT_REQUEST) == "alicia/voice/stt/request"
    with pytest.raises(ValueError, match="literal"):
        Topics().filter(Kind.CAPABILITY)


def test_shared_filters_name_their_group() -> None:
    topic = Topics().build(Kind.STT_REQUEST)
    assert Topics().shared("speech_to_text", topic) == (
        "$share/speech_to_text/alicia/voice/stt/request"
    )


@pytest.mark.parametrize(
    ("base", "ok"),
    [("alicia", True), ("a/B_2", True), ("", False), ("a/", False), ("a b", False), ("#", False)],
)
def test_base_topics(base: str, ok: bool) -> None:
    assert is_base_topic(base) is ok
