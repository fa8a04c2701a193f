"""The demonstration: a conversation with Grok, typed into Home Assistant's own pipeline."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
import time
from typing import Final, cast

from ..check.states import Snapshot, snapshot
from ..home_assistant import HomeAssistantError, Json, Socket
from ..house.furnish import act
from ..progress import say
from ..table import Row, differences, print_rows
from ..waiting import until
from .account import Assistant, bill
from .service import Service

#: Conversations, sentence by sentence; what opens the house is asked about first.
_CONVERSATIONS: Final = (
    ("Turn on the desk lamp and the kitchen light",),
    ("Is the front door locked?",),
    ("Set the ceiling light to 30 percent",),
    ("Unlock the front door", "Yes"),
)
#: So that there is something to change, also the second time.
_BEFORE: Final = (
    ("light.turn_off", "light.desk_lamp"),
    ("light.turn_off", "light.kitchen_light"),
    ("light.turn_off", "light.ceiling_light"),
    ("lock.lock", "lock.front_door"),
)
#: The end of each conversation is made undone where it would be a pity to leave it so.
_AFTER: Final = ("lock.lock", "lock.front_door")
_SECONDS: Final = 60.0
_SETTLE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and when; s."""

    text: str
    first: float
    whole: float
    conversation_id: str


async def talk(socket: Socket, assistant: Assistant, service: Service) -> None:
    """Have the conversations one after the other, and tell what they cost."""
    if service.server is None:
        say("\nAsking xAI itself, which costs a fraction of a cent:")
    else:
        say(
            "\nNo XAI_API_KEY is set, so a fake of xAI's API on this machine answers. It follows "
            "rules;\nwhat it says proves nothing about Grok:"
        )
    for action, entity in _BEFORE:
        await act(socket, action, entity, {})
    for sentences in _CONVERSATIONS:
        conversation_id: str | None = None
        for text in sentences:
            before = await snapshot(socket)
            answer = await ask(socket, assistant.pipeline, text, conversation_id)
            conversation_id = answer.conversation_id
            print_rows(_rows(text, answer, await _changes(socket, before)))
    await act(socket, *_AFTER, {})
    say(f"That cost {await bill(socket, assistant)}.")


def _rows(text: str, answer: Answer, changes: list[str]) -> list[Row]:
    times = f"first word after {answer.first * 1000:.0f} ms, all after {answer.whole * 1000:.0f} ms"
    return [
        ("asked", text),
        ("did", "; ".join(changes) or "nothing changed"),
        ("answered", answer.text),
        ("took", times),
    ]


async def _changes(socket: Socket, before: Snapshot) -> list[str]:
    changes: list[str] = []

    async def seen() -> bool:
        changes[:] = differences(before, await snapshot(socket))
        return bool(changes)

    await until(seen, _SETTLE_SECONDS)
    return changes


async def ask(
    socket: Socket, pipeline: str, text: str, conversation_id: str | None = None
) -> Answer:
    """Type a sentence; raises HomeAssistantError where the pipeline fails."""
    began = time.monotonic()
    number = await socket.send(
        "assist_pipeline/run",
        pipeline=pipeline,
        start_stage="intent",
        end_stage="intent",
        input={"text": text},
        conversation_id=conversation_id,
        timeout=_SECONDS,
    )
    first: float | None = None
    async with asyncio.timeout(_SECONDS):
        while True:
            message = await socket.receive()
            if message["id"] != number or message["type"] != "event":
                continue
            event = cast(Mapping[str, object], message["event"])
            kind, data = cast(str, event["type"]), cast(Json, event["data"] or {})
            if first is None and _has_word(data):
                first = time.monotonic() - began
            if kind == "error":
                raise HomeAssistantError(f"the pipeline says: {data['message']}")
            if kind == "intent-end":
                return _answer(data, first, time.monotonic() - began)


def _answer(data: Json, first: float | None, whole: float) -> Answer:
    output = cast(Mapping[str, Json], data["intent_output"])
    speech = cast(Mapping[str, Mapping[str, str]], output["response"]["speech"])
    text = speech.get("plain", {}).get("speech", "")
    return Answer(
        text, whole if first is None else first, whole, cast(str, output["conversation_id"])
    )


def _has_word(data: Json) -> bool:
    return bool(cast(Mapping[str, str], data.get("chat_log_delta") or {}).get("content"))
