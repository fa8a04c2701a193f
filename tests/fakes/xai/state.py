"""What the server's parts share: settings, account, script, brain, and a record of all requests."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
import random
import ssl
import uuid

from aiohttp import web

from .account import Account
from .brain import Brain
from .faults import FAULTS, How, Occasion
from .record import Record, without_key
from .refusals import RefusedError
from .tokens import PrefixCache
from .turns import RESPONSES, Script, Turn


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server behaves."""

    port: int = 0  # any
    #: Of the network, each way; s.
    delay: float = 0.0
    #: How long a connection may be idle; s.
    idle: float = 15.0
    #: Between two events of a stream; s.
    pace: float = 0.0
    #: Let pass what xAI would refuse, and only note it.
    lenient: bool = False
    #: Make streams as nasty as they may be, or plain.
    hard: bool = True
    #: End plain streams with ``[DONE]``, or without; xAI was seen to do both.
    done: bool = True
    seed: int = 1
    #: How many requests are remembered.
    records: int = 1_000
    tls: ssl.SSLContext | None = None


class State:
    """The server as a test sees it; its parts see the same."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.account = Account()
        self.script = Script()
        self.brain = Brain()
        self.requests: deque[Record] = deque(maxlen=self.settings.records)
        self.cache = PrefixCache()
        self._closing = asyncio.Event()
        self._moved = asyncio.Event()
        self._chance = random.Random(self.settings.seed)
        self._count = 0

    @property
    def asked(self) -> list[Record]:
        """The requests for a response, without those for anything else."""
        return [record for record in self.requests if record.path == RESPONSES]

    def will(self, *turns: Turn) -> None:
        """Say what the next requests get."""
        self.script.add(*turns)

    def forget(self) -> None:
        """Forget what was asked, what is to come, and which prompts were there."""
        self.requests.clear()
        self.script.clear()
        self.cache = PrefixCache()

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait until something is so; it is looked at with each request and each event."""
        while not reached():
            self._moved.clear()
            await self._moved.wait()

    def move(self) -> None:
        """Say that something happened."""
        self._moved.set()

    def new_id(self) -> str:
        """Return an id; the same seed gives the same ones."""
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))

    def new_chance(self) -> random.Random:
        """Return a source of chance for one stream."""
        return random.Random(self._chance.getrandbits(64))

    def record(self, request: web.Request) -> Record:
        """Take down a request."""
        peer = request.transport.get_extra_info("peername") if request.transport else None
        self._count += 1
        record = Record(
            number=self._count,
            method=request.method,
            path=request.path,
            headers=without_key(request.headers),
            connection=peer[1] if peer else 0,
            at=asyncio.get_running_loop().time(),
        )
        self.requests.append(record)
        self.move()
        return record

    def check_key(self, request: web.Request) -> None:
        """Raise RefusedError if the key is not the account's."""
        if refusal := self.account.check(request.headers):
            raise RefusedError(refusal)

    def check_use(self) -> None:
        """Raise RefusedError if the account may not use models."""
        if refusal := self.account.check_use():
            raise RefusedError(refusal)

    async def refuse(self, request: web.Request, turn: Turn, model: str = "") -> None:
        """Do what goes wrong instead of an answer."""
        fault = FAULTS[turn.fault]
        if fault.refusal:
            raise RefusedError(fault.refusal(Occasion(self.account, model, turn.retry_after)))
        await self.leave(request, fault.how)

    async def leave(self, request: web.Request, how: How) -> None:
        """Say nothing more, at once or after a long silence."""
        if how is How.STALL:
            await self._closing.wait()
        if request.transport:
            request.transport.abort()
