"""What a speech service offers, to be served on Wyoming and on the bus."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from wyoming.event import Event
from wyoming.info import Info

from alicia_bus.hub import Hub
from alicia_bus.messages import Answer, Message

from .worker import Worker

#: Sends an event to the client of one Wyoming connection.
Send = Callable[[Event], Awaitable[None]]

RequestT = TypeVar("RequestT", bound=Message)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a service is, whatever its engine."""

    #: As the bus spells it: ``speech_to_text``.
    capability: str
    #: The name that a routing slip uses: ``stt``.
    stage: str
    #: The prefix of environment variables, and the command's name.
    command: str
    #: For people.
    title: str


@dataclass(frozen=True, slots=True)
class State:
    """Whether requests can be done now, and if not, what to do about it."""

    ready: bool
    detail: str = ""
    #: What the engine can do, as the registration lists it.
    parameters: Mapping[str, object] = field(default_factory=dict)


class Conversation(Protocol):
    """What one Wyoming client says and is answered."""

    async def handle(self, event: Event) -> None:
        """Take one event; a BusError is told to the client, which is then disconnected."""

    async def close(self) -> None:
        """Stop whatever is in hand: the client is gone."""


class WyomingService(Protocol):
    """The half of a service that Wyoming clients see."""

    @property
    def info(self) -> Info:
        """What ``describe`` is answered; must cost next to nothing."""

    def converse(self, send: Send) -> Conversation:
        """Return the handler of a new Wyoming connection."""


class Service(WyomingService, Protocol[RequestT]):
    """A speech service; its computing happens in its worker."""

    profile: Profile
    worker: Worker
    #: The bus request that it answers.
    request: type[RequestT]
    #: Answers of other stages that it continues when a routing slip says so.
    continues: Sequence[type[Answer]]

    @property
    def state(self) -> State:
        """Whether it is ready."""

    async def prepare(self) -> None:
        """Load the engine; raises BusError when it can't be."""

    async def answer(self, request: RequestT) -> Answer:
        """Return the answer to a bus request; raises BusError."""

    def continued(self, answer: Answer, /) -> RequestT | None:
        """Return the request that another stage's answer amounts to."""

    def listen(self, hub: Hub, changed: Callable[[], None], /) -> Sequence[str]:
        """Subscribe to what else it wants from the bus; returns the topics.

        It calls ``changed`` when what it can do is no longer what it registered with.
        """
