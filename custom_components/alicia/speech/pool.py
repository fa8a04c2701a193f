"""The speech servers of a house, how each is doing, and whose turn it is."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
import logging
from typing import Final

from ..bus.balancer import Breaker, Circuit, Instance, Policy, Turn, rank, smoothed
from .abilities import Abilities, Service, async_ask
from .wire import Address, Fault, Patience, ServerError

_LOGGER: Final = logging.getLogger(__name__)

PONG: Final = 1.5  # s; a server that was asked for longer and says nothing has stalled
ANSWER: Final = 10.0  # s from the end of speech to the text, where another server could do it
SLOW: Final = 4.0  # times its own mean that a slow server may take
LAST_ANSWER: Final = 60.0  # s, where no other server could do it
#: Errors that are about the request: the server is well, and another may still take it.
REQUESTS_FAULT: Final = frozenset(
    {"invalid_field", "missing_field", "too_large", "unsupported", "unsupported_audio"}
    | {"unsupported_language", "not_found"}
)
#: Faults after which a server isn't asked again at once.
SEVERE: Final = frozenset({Fault.STALLED, Fault.MALFORMED})


@dataclass(slots=True)
class Worker:
    """One service of a server, as it was found at work."""

    breaker: Breaker
    outstanding: int = 0
    #: s, from the end of a request to its answer
    latency: float | None = None
    #: Requests by what became of them.
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that was found or added."""

    id: str
    name: str
    address: Address
    #: ``sidecar`` or ``user``
    source: str


class Member:
    """A server with what is known of it."""

    def __init__(self, server: Server, clock: Callable[[], float]) -> None:
        self.server = server
        #: What it could do when it was asked last; None while it never answered.
        self.abilities: Abilities | None = None
        #: Whether it answered when it was asked last; None before.
        self.alive: bool | None = None
        self.workers = {service: Worker(Breaker(clock)) for service in Service}

    def offers(self, service: Service) -> bool:
        """Tell whether it could do a service when it was asked last."""
        return self.abilities is not None and self.abilities.offers(service)

    def instance(self, service: Service) -> Instance:
        """Return what a choice is made by."""
        worker = self.workers[service]
        return Instance(
            self.server.id,
            worker.outstanding,
            worker.latency,
            worker.breaker.failures,
            worker.breaker.state if self.alive else Circuit.OPEN,
        )

    def take(self, abilities: Abilities | None) -> bool:
        """Take what a server says it can do, or that it doesn't answer; tell if that is news."""
        before = self.alive, self.abilities
        self.alive = abilities is not None
        self.abilities = abilities or self.abilities
        if before[0] is not self.alive:
            state = "answers" if self.alive else "does not answer"
            _LOGGER.info("The speech server %s %s", self.server.name, state)
        return before != (self.alive, self.abilities)


class Pool:
    """Knows the servers, and in which order to try them."""

    def __init__(self, policy: Policy, clock: Callable[[], float]) -> None:
        self._policy = policy
        self._clock = clock
        self._members: dict[str, Member] = {}
        self._last: dict[Service, str] = {}
        #: Called when servers come, go, or can do something else than before.
        self.on_change: Callable[[], None] = lambda: None
        #: Called when a server failed, and should be looked at.
        self.on_failure: Callable[[Member], None] = lambda _: None

    def __iter__(self) -> Iterator[Member]:
        return iter(tuple(self._members.values()))

    def set_servers(self, servers: list[Server]) -> list[Member]:
        """Take all servers there are; returns those that are new, or elsewhere than before."""
        members = {server.id: self._members.get(server.id) for server in servers}
        new = []
        for server in servers:
            known = members[server.id]
            if known is None or known.server.address != server.address:
                members[server.id] = member = Member(server, self._clock)
                new.append(member)
            else:
                known.server = server
        gone = self._members.keys() - members.keys()
        self._members = {key: each for key, each in members.items() if each is not None}
        if new or gone:
            self.on_change()
        return new

    def serving(self, service: Service) -> list[Member]:
        """Return those that offer a service, alive or not."""
        return [each for each in self if each.offers(service)]

    def is_served(self, service: Service) -> bool:
        """Tell whether anybody is there for a service."""
        return any(each.alive for each in self.serving(service))

    async def async_look(self, member: Member) -> None:
        """Ask a server what it can do."""
        try:
            abilities = await async_ask(member.server.address)
        except ServerError as err:
            _LOGGER.debug("%s: %s", member.server.name, err)
            abilities = None
        if self._members.get(member.server.id) is member and member.take(abilities):
            self.on_change()

    def order(
        self, service: Service, able: Callable[[Member], bool], key: str | None
    ) -> list[Member]:
        """Return those that can do a request, in the order in which to try them."""
        instances = [each.instance(service) for each in self.serving(service) if able(each)]
        turn = Turn(self._last.get(service), key)
        return [self._members[each.id] for each in rank(self._policy, instances, turn)]

    def begin(self, member: Member, service: Service, *, alone: bool) -> Patience:
        """Give a server a request; returns how long to wait for it.

        With no other to turn to, it is worth waiting for one that may only be slow.
        """
        self._last[service] = member.server.id
        worker = member.workers[service]
        worker.outstanding += 1
        worker.counts["requests"] += 1
        if alone:
            return Patience(LAST_ANSWER, progress=LAST_ANSWER)
        answers_ping = member.abilities is not None and member.abilities.answers_ping
        answer = max(ANSWER, SLOW * (worker.latency or 0.0))
        return Patience(answer, PONG if answers_ping else None)

    def end(self, member: Member, service: Service) -> None:
        """Take a request that is over, however it went."""
        member.workers[service].outstanding -= 1

    def succeeded(self, member: Member, service: Service, seconds: float) -> None:
        """Take an answer, and how long it took."""
        worker = member.workers[service]
        worker.breaker.succeeded()
        worker.latency = smoothed(worker.latency, seconds)
        worker.counts["answers"] += 1

    def failed(self, member: Member, service: Service, error: ServerError) -> None:
        """Take a failure; one that is the request's own says nothing of the server."""
        worker = member.workers[service]
        worker.counts[error.fault.value] += 1
        _LOGGER.debug("%s failed: %s", member.server.name, error)
        if error.code in REQUESTS_FAULT:
            return
        worker.breaker.failed(severe=error.fault in SEVERE)
        self.on_failure(member)


async def async_look_at_all(pool: Pool) -> None:
    """Ask every server what it can do."""
    await asyncio.gather(*(pool.async_look(each) for each in pool))
