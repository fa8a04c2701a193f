"""xAI's API on this machine, as honest as we know it. It proves nothing about the live service."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, Self

from aiohttp import web

from . import catalogue, control, pictures
from .delay import delayed
from .record import Record
from .refusals import Refusal, RefusedError, no_such_route
from .request import Json
from .responses import Responses
from .state import Settings, State
from .turns import RESPONSES

_HOST: Final = "127.0.0.1"
_LARGEST: Final = 32 * 1024 * 1024  # bytes of a request

Answering = Callable[[web.Request, Record], Awaitable[web.StreamResponse]]


class FakeXai(State):
    """The server: what it was asked is in requests, what it will do is in script."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__(settings)
        self.port = self.settings.port
        self._responses = Responses(self)

    @property
    def url(self) -> str:
        """The base URL for clients."""
        scheme = "https" if self.settings.tls else "http"
        return f"{scheme}://{_HOST}:{self.port}/v1"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Serve for a while."""
        # Whoever is stalled is let go by _closing; nobody needs a minute to say good-bye.
        runner = web.AppRunner(
            self._application(),
            keepalive_timeout=self.settings.idle,
            handler_cancellation=True,
            shutdown_timeout=0.5,
            access_log=None,
        )
        async with AsyncExitStack() as stack:
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            stack.callback(self._closing.set)
            inner = 0 if self.settings.delay else self.settings.port
            site = web.TCPSite(runner, _HOST, inner, ssl_context=self.settings.tls)
            await site.start()
            self.port = int(runner.addresses[0][1])
            if self.settings.delay:
                network = delayed(self.settings.port, self.port, self.settings.delay)
                self.port = await stack.enter_async_context(network)
            yield self

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=_LARGEST)
        routes = application.router
        routes.add_post(RESPONSES, self._handled(self._responses.answer))
        for path, parse in (
            ("/v1/images/generations", pictures.parse),
            ("/v1/images/edits", pictures.parse_edit),
        ):
            routes.add_post(path, self._handled(self._drawn(parse)))
        for path, describe in (
            ("/v1/models", catalogue.models),
            ("/v1/language-models", catalogue.language_models),
            ("/v1/api-key", self.account.describe_key),
            ("/v1/me", self.account.describe_owner),
        ):
            routes.add_get(path, self._handled(self._told(describe)))
        control.add_routes(application, self)
        routes.add_route("*", "/{path:.*}", self._handled(_nothing))
        return application

    def _handled(self, answer: Answering) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Return a handler that keeps a record and turns refusals into responses."""

        async def handle(request: web.Request) -> web.StreamResponse:
            record = self.record(request)
            try:
                response = await answer(request, record)
            except RefusedError as err:
                response = _refused(err.refusal)
            if not response.prepared:
                response.headers.setdefault("x-request-id", self.new_id())
            record.status = response.status
            record.complete = request.transport is not None and not request.transport.is_closing()
            return response

        return handle

    def _told(self, describe: Callable[[], Json]) -> Answering:
        """Return what answers with a description."""

        async def tell(request: web.Request, record: Record) -> web.StreamResponse:
            await self._fail(request, record)
            self.check_key(request)
            return web.json_response(describe())

        return tell

    def _drawn(self, parse: Callable[[bytes], Json]) -> Answering:
        """Return what answers with pictures."""

        async def draw(request: web.Request, record: Record) -> web.StreamResponse:
            record.body = parse(await request.read())
            await self._fail(request, record)
            self.check_key(request)
            self.check_use()
            drawn = pictures.generate(record.body)
            record.cost_in_usd_ticks = drawn["usage"]["cost_in_usd_ticks"]
            return web.json_response(drawn)

        return draw

    async def _fail(self, request: web.Request, record: Record) -> None:
        """Do what the script says is wrong with a request that is not for a response."""
        record.turn = self.script.take(request.path)
        if record.turn and record.turn.fault:
            await self.refuse(request, record.turn)


async def _nothing(request: web.Request, record: Record) -> web.StreamResponse:
    raise RefusedError(no_such_route())


def _refused(refusal: Refusal) -> web.Response:
    return web.Response(
        status=refusal.status,
        body=refusal.body,
        headers={"Content-Type": refusal.content_type, **refusal.headers},
    )
