"""Who may use the broker, and for what: the least each kind of client needs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
import re
from typing import Final

from alicia_bus.topics import Kind, Topics

#: The capabilities of contract version 1; each is a literal topic, which no wildcard covers.
CAPABILITIES: Final = ("speech_to_text", "text_to_speech", "natural_language_processing")
#: Where Home Assistant looks for devices, and says when it starts and stops.
HOME_ASSISTANT_TOPICS: Final = "homeassistant/#"
ANY: Final = "+"
_NAME: Final = re.compile(r"[a-z0-9_-]{1,64}\Z")


class Role(StrEnum):
    """A kind of client."""

    HOME_ASSISTANT = "homeassistant"
    SPEECH_TO_TEXT = "speech_to_text"
    TEXT_TO_SPEECH = "text_to_speech"
    DEVICE = "device"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the broker."""

    name: str
    role: Role
    #: The id that its own topics spell; ``+`` where several instances share the account.
    instance: str = ANY
    #: Further topics it may read and write.
    topics: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what would grant more than it seems to."""
        for value in (self.name, self.instance):
            if value is not ANY and not _NAME.match(value):
                raise ValueError(f"not a name of a-z, 0-9, _ and -: {value!r}")
        if any("\n" in topic for topic in self.topics):
            raise ValueError("a topic is one line")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role reads and writes; ``own`` kinds only under the account's own id."""

    reads: tuple[Kind, ...] = ()
    writes: tuple[Kind, ...] = ()
    reads_own: tuple[Kind, ...] = ()
    writes_own: tuple[Kind, ...] = ()
    capabilities: tuple[str, ...] = ()
    everything: bool = False
    extra: tuple[tuple[str, str], ...] = field(default=())


# A broker with an acl_file grants every subscription and checks each delivery, so that rights
# on a shared topic are rights on the topic itself, without the $share part.
_PRESENCE_READS: Final = (Kind.QUERY, Kind.HEALTH_CHECK)
_PRESENCE_WRITES: Final = (Kind.REGISTER, Kind.UNREGISTER)
# Home Assistant and operators alone tell a worker to restart, and read its log.
_WORKER_READS_OWN: Final = (Kind.SERVICE_REQUEST, Kind.HEALTH, Kind.ADMIN)
_WORKER_WRITES_OWN: Final = (
    Kind.HEALTH,
    Kind.ANNOUNCEMENT,
    Kind.SERVICE_TAKEN,
    Kind.ADMIN_RESPONSE,
    Kind.LOGS,
)

GRANTS: Final = {
    Role.HOME_ASSISTANT: Grant(
        everything=True,
        capabilities=CAPABILITIES,
        extra=(("readwrite", HOME_ASSISTANT_TOPICS),),
    ),
    Role.OPERATOR: Grant(everything=True, capabilities=CAPABILITIES, extra=(("read", "$SYS/#"),)),
    # A worker reads the answers of its peers: a request that is answered isn't done again.
    Role.SPEECH_TO_TEXT: Grant(
        reads=(
            *_PRESENCE_READS,
            Kind.STT_REQUEST,
            Kind.STT_RESPONSE,
            Kind.SERVICE_TAKEN,
            Kind.VOCABULARY,
        ),
        writes=(*_PRESENCE_WRITES, Kind.STT_RESPONSE, Kind.STT_PARTIAL),
        reads_own=_WORKER_READS_OWN,
        writes_own=_WORKER_WRITES_OWN,
        capabilities=("speech_to_text",),
    ),
    # A routing slip hands the answer of an earlier stage to the synthesiser.
    Role.TEXT_TO_SPEECH: Grant(
        reads=(
            *_PRESENCE_READS,
            Kind.TTS_REQUEST,
            Kind.TTS_RESPONSE,
            Kind.STT_RESPONSE,
            Kind.AI_RESPONSE,
            Kind.SERVICE_TAKEN,
        ),
        writes=(*_PRESENCE_WRITES, Kind.TTS_RESPONSE),
        reads_own=_WORKER_READS_OWN,
        writes_own=_WORKER_WRITES_OWN,
        capabilities=("text_to_speech",),
    ),
    # A device speaks, hears and obeys on its own topics alone: what others in the house said
    # and were answered goes over voice/command/response. What the registry knows of it is its
    # own too: there stands the name that the user gave it.
    Role.DEVICE: Grant(
        reads=_PRESENCE_READS,
        writes=_PRESENCE_WRITES,
        reads_own=(Kind.AUDIO_OUT, Kind.AUDIO_LISTEN, Kind.DEVICE_COMMAND, Kind.REGISTRY),
        writes_own=(
            Kind.HEALTH,
            Kind.DEVICE_STATUS,
            Kind.DEVICE_EVENT,
            Kind.DEVICE_RESPONSE,
            Kind.AUDIO_START,
            Kind.AUDIO_CANCEL,
            Kind.AUDIO_IN,
            Kind.AUDIO_PLAYED,
        ),
    ),
}

WORKERS: Final = (Role.SPEECH_TO_TEXT, Role.TEXT_TO_SPEECH)
#: Where an MQTT 5 requester may have its answers sent with a response topic of its own.
REPLIES: Final = "reply/#"

STANDARD_ACCOUNTS: Final[tuple[Account, ...]] = (
    Account("homeassistant", Role.HOME_ASSISTANT),
    Account("stt", Role.SPEECH_TO_TEXT),
    Account("tts", Role.TEXT_TO_SPEECH),
    Account("operator", Role.OPERATOR),
)


def _topic(topics: Topics, kind: Kind, instance: str) -> str:
    template = topics.filter(kind)
    return template.replace(ANY, instance) if instance is not ANY else template


def rules(account: Account, topics: Topics) -> Iterator[tuple[str, str]]:
    """Give each right of an account as the access and the topic filter of one ACL line."""
    grant = GRANTS[account.role]
    if grant.everything:
        yield "readwrite", f"{topics.base}/#"
    if account.role in WORKERS:
        yield "write", f"{topics.base}/{REPLIES}"
    for access, kinds, own in (
        ("read", grant.reads, grant.reads_own),
        ("write", grant.writes, grant.writes_own),
    ):
        for kind in kinds:
            yield access, topics.filter(kind)
        for kind in own:
            yield access, _topic(topics, kind, account.instance)
    access = "readwrite" if grant.everything else "read"
    for capability in grant.capabilities:
        yield access, topics.build(Kind.CAPABILITY, capability=capability)
    yield from grant.extra
    for topic in account.topics:
        yield "readwrite", topic


def acl_file(accounts: Iterable[Account], topics: Topics) -> str:
    """Return the broker's acl_file: who isn't named there may do nothing."""
    parts = []
    for account in accounts:
        lines = [f"topic {access} {topic}" for access, topic in rules(account, topics)]
        parts.append("\n".join((f"# {account.role.value}", f"user {account.name}", *lines, "")))
    return "\n".join(parts)
