"""What Home Assistant listens to on a bus."""

from typing import Final

from .bus.topics import Kind, Topics

#: What Home Assistant listens to, with its QoS. Overlapping filters would deliver twice.
#: It hears itself on the topics of commands and responses, which others publish to as well.
SUBSCRIPTIONS: Final = (
    (Kind.HEALTH, 1),
    (Kind.UNREGISTER, 1),
    (Kind.ADMIN_RESPONSE, 1),
    (Kind.LOGS, 1),
    (Kind.QUERY, 1),
    (Kind.AI_REQUEST, 1),
    (Kind.STT_REQUEST, 1),
    (Kind.TTS_REQUEST, 1),
    (Kind.SERVICE_TAKEN, 1),
    (Kind.STT_RESPONSE, 1),
    (Kind.AI_RESPONSE, 1),
    (Kind.TTS_RESPONSE, 1),
    (Kind.COMMAND_ROUTE, 1),
    (Kind.AUDIO_START, 1),
    (Kind.AUDIO_CANCEL, 1),
    (Kind.AUDIO_PLAYED, 1),
    (Kind.AUDIO_IN, 0),
    # The latest state is retained, and an acknowledgement costs as much as the message.
    (Kind.DEVICE_STATUS, 0),
    (Kind.DEVICE_EVENT, 1),
    (Kind.HA_COMMAND, 1),
    (Kind.DEVICE_RESPONSE, 1),
    (Kind.DEVICE_COMMAND, 1),
    (Kind.REGISTER, 1),
)
#: Capability topics have no base, so that only one bus can serve them.
CAPABILITIES: Final = ("natural_language_processing", "speech_to_text", "text_to_speech")
#: They stand in an instance's place where Home Assistant is to choose one.
CHOSEN_FOR: Final = ("speech_to_text", "text_to_speech")


def filters(topics: Topics, *, serves: bool) -> list[tuple[str, int]]:
    """Return the filters of a bus with their QoS; the capabilities' too if it serves them."""
    capabilities = CAPABILITIES if serves else ()
    return [
        *((topics.build(Kind.CAPABILITY, capability=name), 1) for name in capabilities),
        *((topics.build(Kind.SERVICE_REQUEST, instance=name), 1) for name in CHOSEN_FOR),
        *((topics.filter(kind), qos) for kind, qos in SUBSCRIPTIONS),
    ]
