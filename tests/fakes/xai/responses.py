"""POST /v1/responses: checked, thought about, billed, answered."""

import asyncio
import sys
import time
from typing import Final

from aiohttp import web

from .answer import Answer, items_of, reasoning, thought_of, tokens_of
from .checks import Asked, refusals
from .faults import FAULTS, Fault, Where
from .models import Model, find, is_retired
from .record import Record
from .refusals import Known, Refusal, RefusedError, invalid, no_such_model
from .request import Json, Request, parse
from .sealed import Seal
from .state import State
from .stream import ENDS, BrokenError, Stream
from .tokens import FOUND, Usage, prompt
from .turns import RESPONSES, Turn
from .wire import Style, hard

_LIMITS: Final = {
    "x-ratelimit-limit-requests": "9000",
    "x-ratelimit-remaining-requests": "9000",
    "x-ratelimit-limit-tokens": "50000000",
    "x-ratelimit-remaining-tokens": "50000000",
}


class Responses:
    """Answers requests for a response."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._seal = Seal()
        #: The items of stored conversations, by the id of their last response.
        self._stored: dict[str, list[Json]] = {}

    async def answer(self, http: web.Request, record: Record) -> web.StreamResponse:
        """Answer in the order in which xAI looks: form, model, key, arguments, and then money."""
        request = parse(await http.read())
        record.body, record.request = request.body, request
        model = self._model(request)
        self._state.check_key(http)
        self._state.check_use()
        request = self._continued(request)
        self._check(request, model, record)
        turn = record.turn = self._turn(request)
        fault = FAULTS[turn.fault] if turn.fault else None
        if fault and fault.where in {Where.INSTEAD, Where.BEFORE_HEADERS}:
            await self._state.refuse(http, turn, model.name)
        chance = self._state.new_chance()
        settings = self._state.settings
        style = hard(chance) if settings.hard else Style(done=settings.done)
        answer = self._answer(turn, request, model, style)
        record.usage = answer.usage
        record.cost_in_usd_ticks = answer.usage.ticks(model, answer.tier)
        if request.body.get("store", True):
            self._stored[answer.id] = [*request.items, *answer.items]
        fault = fault or _limit(turn, request)
        if request.body.get("stream"):
            stream = Stream(answer, fault, style, chance)
            return await self._stream(http, stream, record)
        return await self._whole(http, answer, fault)

    def _model(self, request: Request) -> Model:
        if model := find(request.model):
            return model
        if is_retired(request.model):
            raise RefusedError(no_such_model(request.model, self._state.account.team))
        raise RefusedError(invalid(f"Model not found: {request.model}"))

    def _continued(self, request: Request) -> Request:
        """Return the request with what went before, if it says so."""
        previous = request.body.get("previous_response_id")
        if previous is None:
            return request
        if previous not in self._stored:
            text = f"Response with id={previous} not found."
            raise RefusedError(Refusal(404, "not-found", text, Known.DOCUMENTED))
        return Request(request.body, self._stored[previous])

    def _check(self, request: Request, model: Model, record: Record) -> None:
        record.refusals = list(refusals(Asked(request, model, self._seal)))
        if record.refusals and not self._state.settings.lenient:
            raise RefusedError(record.refusals[0])

    def _turn(self, request: Request) -> Turn:
        turn = self._state.script.take(RESPONSES, request) or Turn()
        return turn if turn.is_answer else self._state.brain.think(request, turn)

    def _answer(self, turn: Turn, request: Request, model: Model, style: Style) -> Answer:
        id_ = self._state.new_id()
        tokens = prompt(request, model, self._seal)
        if len(tokens) > model.context:
            text = (
                f"This model's maximum prompt length is {model.context} "
                f"but the request contains {len(tokens)} tokens."
            )
            raise RefusedError(invalid(text))
        thought = thought_of(turn, request, model)
        usage = Usage(
            input=len(tokens) + FOUND * len(turn.searches),
            cached=self._state.cache.meet(tokens, model.name, request.body.get("prompt_cache_key")),
            said=min(tokens_of(turn), request.body.get("max_output_tokens") or sys.maxsize),
            reasoned=thought.tokens if thought else 0,
            server_tools=tuple(search.tool for search in turn.searches),
        )
        seal = self._seal if request.wants_secrets else None
        told = reasoning(thought, id_, seal, raw=style.raw_thoughts) if thought else None
        items = tuple(items_of(turn, told, id_))
        return Answer(id_, int(time.time()), request, model, items, usage)

    async def _stream(
        self, http: web.Request, stream: Stream, record: Record
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers=self._headers())
        response.content_type = "text/event-stream"
        response.enable_chunked_encoding()
        await response.prepare(http)
        try:
            for piece in stream.pieces(record.events):
                await response.write(piece)
                self._state.move()
                await asyncio.sleep(self._state.settings.pace)
        except BrokenError as err:
            self._state.move()
            await self._state.leave(http, err.how)
        return response

    async def _whole(
        self, http: web.Request, answer: Answer, fault: Fault | None
    ) -> web.StreamResponse:
        """Return an answer in one piece; what would break a stream breaks the connection."""
        described = answer.describe("completed")
        if fault and fault.how in ENDS:
            status, changes = ENDS[fault.how]
            described = answer.describe(status, **changes(fault))
        elif fault:
            await self._state.leave(http, fault.how)
        return web.json_response(described, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        zero = self._state.account.zero_data_retention
        return {
            **_LIMITS,
            "x-zero-data-retention": str(zero).lower(),
            "x-metrics-ttft-ms": "0",
            "x-request-id": self._state.new_id(),
            "Cache-Control": "no-cache",
        }


def _limit(turn: Turn, request: Request) -> Fault | None:
    """Return the fault of an answer that is longer than it may be; thoughts don't count."""
    most = request.body.get("max_output_tokens")
    return FAULTS["incomplete_output"] if most and tokens_of(turn) > most else None
