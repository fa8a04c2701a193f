"""One request, tried at one server after the other until it is answered."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from ..bus.balancer import Circuit
from .abilities import Service
from .pool import Member, Pool
from .wire import Connection, Fault, ServerError, connect

RETURN_SECONDS: Final = 6.0  # in which a server that died may be back, where there is no other
RETRY_SECONDS: Final = 0.25
#: Faults of a server that may be starting anew.
PASSING: Final = frozenset({Fault.REFUSED, Fault.CLOSED})


class NoServerError(Exception):
    """Nobody is there who can do a request."""


@dataclass(slots=True)
class Attempt:
    """A server that has been given the request."""

    member: Member
    connection: Connection
    #: by the event loop's clock
    began: float
    #: s from the end of the request to its answer; unknown while there is none
    took: float | None = None


@dataclass(slots=True)
class Attempts:
    """Goes through the servers for one request, or for the parts of one."""

    pool: Pool
    service: Service
    able: Callable[[Member], bool]
    key: str | None = None
    #: Whom to try first of those who are well.
    prefers: Callable[[Member], bool] | None = None
    #: Who did the part before; a voice shouldn't change without need.
    stays_with: Member | None = None
    #: How many servers have failed it.
    failures: int = 0
    _tried: set[str] = field(default_factory=set)
    _lost: set[str] = field(default_factory=set)
    _until: float | None = None

    def begin_part(self) -> None:
        """Let everybody be tried again for the next part."""
        self._tried.clear()
        self._lost.clear()
        self._until = None

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[Attempt]:
        """Give the request to the next server; a ServerError inside counts against it.

        Raises NoServerError when there is no other, and ServerError for the body to be
        run again with the next one.
        """
        member, alone = await self._next()
        patience = self.pool.begin(member, self.service, alone=alone)
        try:
            async with connect(member.server.address, patience) as connection:
                attempt = Attempt(member, connection, asyncio.get_running_loop().time())
                yield attempt
        except ServerError as err:
            self._fail(member, err)
            raise
        finally:
            self.pool.end(member, self.service)
        self.stays_with = member
        if attempt.took is not None:
            self.pool.succeeded(member, self.service, attempt.took)

    def _fail(self, member: Member, error: ServerError) -> None:
        self.failures += 1
        self.stays_with = None
        if error.fault in PASSING:
            self._lost.add(member.server.id)
        if self._until is None:
            self._until = asyncio.get_running_loop().time() + RETURN_SECONDS
        self.pool.failed(member, self.service, error)

    async def _next(self) -> tuple[Member, bool]:
        while True:
            order = self.pool.order(self.service, self.able, self.key)
            if left := [each for each in order if each.server.id not in self._tried]:
                break
            now = asyncio.get_running_loop().time()
            if not self._lost or self._until is None or now > self._until:
                raise NoServerError
            await asyncio.sleep(RETRY_SECONDS)
            self._tried -= self._lost
            self._lost.clear()
        member = self.stays_with if self.stays_with in left else self._first(left)
        self._tried.add(member.server.id)
        return member, not any(each.alive for each in left if each is not member)

    def _first(self, left: list[Member]) -> Member:
        def reserve(member: Member) -> tuple[bool, bool]:
            is_spared = member.instance(self.service).state is Circuit.OPEN
            return is_spared, self.prefers is not None and not self.prefers(member)

        return min(left, key=reserve)
