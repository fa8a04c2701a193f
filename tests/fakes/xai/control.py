"""For whoever runs the fake as a program: what it was asked, and what it is to do next.

No such paths are at xAI; they lie outside /v1, and need no key.

    GET    /fake/requests   what was asked, and what it took
    POST   /fake/script     turns in JSON, see turns.py
    DELETE /fake            forget requests, turns and cached prompts
"""

from aiohttp import web

from .record import Record
from .request import Json
from .state import State
from .turns import read, said


def add_routes(application: web.Application, state: State) -> None:
    """Let a program's user look and steer."""

    async def requests(request: web.Request) -> web.Response:
        return web.json_response([_told(record) for record in state.requests])

    async def script(request: web.Request) -> web.Response:
        try:
            turns = read(await request.text())
        except (TypeError, ValueError) as err:
            return web.json_response({"error": str(err)}, status=400)
        state.will(*turns)
        return web.json_response({"turns": len(state.script)})

    async def forget(request: web.Request) -> web.Response:
        state.forget()
        return web.json_response({})

    application.router.add_get("/fake/requests", requests)
    application.router.add_post("/fake/script", script)
    application.router.add_delete("/fake", forget)


def _told(record: Record) -> Json:
    usage = record.usage
    return {
        "number": record.number,
        "method": record.method,
        "path": record.path,
        "connection": record.connection,
        "status": record.status,
        "complete": record.complete,
        "said": said(record.request) if record.request else None,
        "body": record.body,
        "answer": record.turn.text if record.turn else None,
        "calls": [call.name for call in record.turn.calls] if record.turn else [],
        "fault": record.turn.fault if record.turn else "",
        "input_tokens": usage.input if usage else 0,
        "cached_tokens": usage.cached if usage else 0,
        "output_tokens": usage.output if usage else 0,
        "cost_in_usd_ticks": record.cost_in_usd_ticks,
        "refusals": [
            {"error": each.text, "status": each.status, "known": each.known}
            for each in record.refusals
        ],
    }
