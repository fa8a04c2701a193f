"""What the generated rights allow and refuse, asked of a real broker."""

import pytest

from .broker import Broker

ALLOWED = [
    ("homeassistant", "homeassistant/status"),
    ("homeassistant", "alicia/voice/command/response"),
    ("homeassistant", "capability:speech_to_text"),
    ("operator", "alicia/voice/command/route"),
    ("operator", "alicia/anything/at/all"),
    ("operator", "capability:natural_language_processing"),
    ("stt", "alicia/voice/stt/response"),
    ("stt", "alicia/voice/stt/partial"),
    ("stt", "alicia/system/health/stt-here-1234"),
    ("stt", "alicia/discovery/stt-here-1234/config"),
    ("stt", "alicia/services/stt-here-1234/taken"),
    ("tts", "alicia/voice/tts/response"),
    ("tts", "alicia/system/discovery/register"),
    ("kitchen-panel", "alicia/system/discovery/register"),
    ("kitchen-panel", "alicia/voice/audio/kitchen-panel/start"),
    ("kitchen-panel", "alicia/voice/audio/kitchen-panel/in"),
    ("kitchen-panel", "alicia/voice/audio/kitchen-panel/played"),
    ("kitchen-panel", "alicia/devices/kitchen-panel/status"),
    ("kitchen-panel", "alicia/devices/kitchen-panel/event"),
    ("kitchen-panel", "alicia/devices/kitchen-panel/response"),
    ("homeassistant", "alicia/devices/kitchen-panel/command"),
    ("homeassistant", "alicia/integration/ha/state/light/desk"),
    ("operator", "alicia/integration/ha/command"),
    ("stt", "alicia/reply/somebody"),
    ("stt", "alicia/system/admin/stt-here-1234/response"),
    ("stt", "alicia/system/logs/stt-here-1234"),
    ("tts", "alicia/system/admin/tts-here-1234/response"),
    ("homeassistant", "alicia/system/admin/stt-here-1234"),
    ("operator", "alicia/system/admin/stt-here-1234"),
]
REFUSED = [
    ("stt", "alicia/system/admin/tts-here-1234"),
    ("tts", "alicia/system/admin/tts-here-1234"),
    ("kitchen-panel", "alicia/system/admin/stt-here-1234"),
    ("kitchen-panel", "alicia/system/admin/kitchen-panel/response"),
    ("kitchen-panel", "alicia/system/logs/kitchen-panel"),
    ("homeassistant", "elsewhere/topic"),
    ("operator", "elsewhere/topic"),
    ("operator", "homeassistant/status"),
    ("stt", "alicia/voice/stt/request"),
    ("stt", "alicia/voice/tts/response"),
    ("stt", "alicia/voice/command/route"),
    ("stt", "capability:text_to_speech"),
    ("tts", "alicia/voice/stt/response"),
    ("tts", "alicia/integration/ha/command"),
    ("kitchen-panel", "alicia/voice/audio/bedroom-panel/in"),
    ("kitchen-panel", "alicia/voice/audio/kitchen-panel/out"),
    ("kitchen-panel", "alicia/voice/command/route"),
    ("kitchen-panel", "alicia/reply/somebody"),
    ("kitchen-panel", "alicia/system/health/bedroom-panel"),
    ("kitchen-panel", "alicia/devices/bedroom-panel/status"),
    ("kitchen-panel", "alicia/devices/bedroom-panel/command"),
    ("kitchen-panel", "alicia/devices/kitchen-panel/command"),
    ("kitchen-panel", "alicia/system/registry/kitchen-panel"),
    ("kitchen-panel", "alicia/integration/ha/command"),
    ("kitchen-panel", "alicia/integration/ha/state/light/desk"),
]
HEARD = [
    ("stt", "$share/speech_to_text/alicia/voice/stt/request", "alicia/voice/stt/request"),
    ("stt", "$share/speech_to_text/capability:speech_to_text", "capability:speech_to_text"),
    ("tts", "$share/text_to_speech/alicia/voice/tts/request", "alicia/voice/tts/request"),
    ("stt", "alicia/voice/vocabulary", "alicia/voice/vocabulary"),
    ("homeassistant", "alicia/#", "alicia/voice/audio/kitchen-panel/in"),
    ("operator", "alicia/reply/me", "alicia/reply/me"),
    (
        "kitchen-panel",
        "alicia/voice/audio/kitchen-panel/listen",
        "alicia/voice/audio/kitchen-panel/listen",
    ),
    (
        "kitchen-panel",
        "alicia/voice/audio/kitchen-panel/out",
        "alicia/voice/audio/kitchen-panel/out",
    ),
    (
        "kitchen-panel",
        "alicia/devices/kitchen-panel/command",
        "alicia/devices/kitchen-panel/command",
    ),
    ("kitchen-panel", "alicia/system/registry/+", "alicia/system/registry/kitchen-panel"),
    ("stt", "alicia/system/admin/+", "alicia/system/admin/stt-here-1234"),
]
#: What somebody must not hear, and beside it a topic that it may, to tell when all has arrived.
UNHEARD = [
    ("stt", "alicia/voice/command/response", "alicia/system/discovery/query"),
    ("stt", "$share/speech_to_text/capability:text_to_speech", "alicia/system/discovery/query"),
    ("tts", "alicia/voice/stt/request", "alicia/system/discovery/query"),
    ("kitchen-panel", "alicia/voice/command/response", "alicia/system/discovery/query"),
    ("kitchen-panel", "alicia/voice/audio/bedroom-panel/out", "alicia/system/health/check"),
    ("kitchen-panel", "alicia/#", "alicia/system/health/check"),
    ("kitchen-panel", "alicia/devices/bedroom-panel/command", "alicia/system/health/check"),
    ("kitchen-panel", "alicia/integration/ha/state/light/desk", "alicia/system/health/check"),
    ("kitchen-panel", "alicia/system/logs/stt-here-1234", "alicia/system/health/check"),
    ("kitchen-panel", "alicia/voice/ai/partial", "alicia/system/health/check"),
    ("stt", "alicia/system/logs/tts-here-1234", "alicia/system/discovery/query"),
    ("tts", "alicia/voice/ai/partial", "alicia/system/discovery/query"),
]


@pytest.mark.parametrize(("account", "topic"), ALLOWED)
def test_account_may_publish(loopback: Broker, account: str, topic: str) -> None:
    with loopback.client(account) as client:
        assert client.publish(topic)


@pytest.mark.parametrize(("account", "topic"), REFUSED)
def test_account_may_not_publish(loopback: Broker, account: str, topic: str) -> None:
    with loopback.client(account) as client:
        assert not client.publish(topic)


@pytest.mark.parametrize(("account", "subscription", "topic"), HEARD)
def test_account_hears(loopback: Broker, account: str, subscription: str, topic: str) -> None:
    with loopback.client(account) as client, loopback.client("operator") as operator:
        client.subscribe(subscription)
        assert operator.publish(topic)
        assert client.receive(1) == [topic]


@pytest.mark.parametrize(("account", "secret", "open_topic"), UNHEARD)
def test_account_does_not_hear(
    loopback: Broker, account: str, secret: str, open_topic: str
) -> None:
    with loopback.client(account) as client, loopback.client("operator") as operator:
        client.subscribe(secret, open_topic)
        topic = secret.removeprefix("$share/speech_to_text/").replace("#", "voice/ai/response")
        assert operator.publish(topic)
        assert operator.publish(open_topic)
        assert client.receive(1) == [open_topic]


@pytest.mark.parametrize("account", ["operator", "nobody", ""])
def test_wrong_password_is_refused(loopback: Broker, account: str) -> None:
    with loopback.client(account, password="wrong") as client:
        assert client.connected == 0x87
