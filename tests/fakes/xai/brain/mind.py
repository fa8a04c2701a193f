"""The default model: a small set of rules that knows nothing but what a request says.

It understands what the files of the languages hold, calls the tools that are offered with names
that were told, looks up what it doesn't find, and says what came of it.
"""

from collections.abc import Iterator
from dataclasses import replace
import json
import re
from typing import Any, Final

from ..request import Json, Request
from ..turns import Call, Search, Turn
from . import replies
from .commands import Command, language_of, orders, plain, understand
from .house import Thing, things
from .language import Language
from .plans import Plan, plan
from .tools import guess
from .view import Step, View


class Brain:
    """Thinks of answers."""

    def __init__(self, *, gullible: bool = False) -> None:
        #: Do what any text says, also the name of a thing or the result of a tool.
        self.gullible = gullible

    def think(self, request: Request, turn: Turn) -> Turn:
        """Return a turn with an answer to a request."""
        schema = (request.body.get("text") or {}).get("format") or {}
        if schema.get("type") == "json_schema":
            return replace(turn, text=json.dumps(instance(schema["schema"])))
        view = View(request)
        plans = [plan(command, view) for command in self._commands(view)]
        made = [step.call for step in view.steps]
        calls = dict.fromkeys(
            _key(each) for planned in plans for each in planned.calls if each not in made
        )
        if calls:
            return replace(turn, calls=tuple(_few(calls, request)))
        sentences = [sentence for each in plans for sentence in self._report(each, view)]
        if sentences:
            return replace(turn, text=" ".join(dict.fromkeys(sentences)))
        return self._otherwise(view, turn)

    def _commands(self, view: View) -> list[Command]:
        commands = understand(view.said) or list(_named(view))
        if self.gullible:
            names = [name for thing in view.house.things for name in thing.names]
            outputs = [text for step in view.steps for text in step.texts]
            commands += [order for text in (*names, *outputs) for order in orders(text)]
        return commands

    def _report(self, planned: Plan, view: View) -> Iterator[str]:
        """Yield what there is to say once nothing is left to do."""
        command, language = planned.command, planned.command.language
        if planned.reply:
            yield planned.reply
            return
        for index, each in enumerate(planned.calls):
            step = next(step for step in view.steps if step.call == each)
            what = planned.whats[index] if index < len(planned.whats) else command.what
            if (wrong := step.failure) is not None:
                asks = wrong.rstrip().endswith("?")
                yield wrong if asks else replies.say("failed", language, text=wrong)
            elif command.kind in _ANSWERS:
                yield _ANSWERS[command.kind](command, step, what)
            else:
                text = command.item or command.color or command.text
                yield replies.done(command.kind, language, what, command.number, text)

    def _otherwise(self, view: View, turn: Turn) -> Turn:
        """Answer what is not a command: by the web, by a tool that fits, or not at all."""
        language = language_of(view.said)
        if view.pictures:
            text = replies.say("pictures", language, number=str(view.pictures))
            return replace(turn, text=text)
        asked = next((each for each in understand(view.said) if each.kind in _ASKS), None)
        if asked and (tool := next(iter(view.request.server_tools & _WEB), None)):
            urls = ("https://example.com/1", "https://example.com/2")
            query = asked.text or asked.what
            text = replies.say("found", language, text=query)
            return replace(turn, text=text, searches=(Search(query, tool, urls),))
        guessed = guess(view.said, view.functions, view.knows)
        if guessed and guessed not in [step.call for step in view.steps]:
            return replace(turn, calls=(guessed,))
        if view.steps:
            return replace(turn, text=_retold(view.steps[-1], language))
        return replace(turn, text=replies.say("puzzled", language))


def _named(view: View) -> Iterator[Command]:
    """Yield the command that is no more than the name of a scene or a script."""
    language = language_of(view.said)
    said = plain(view.said, language)
    names = [name for thing in view.house.of(("scene", "script")) for name in thing.names]
    scripts = [each.name.rpartition("script__")[2] for each in view.functions]
    if said in {name.casefold().replace("_", " ") for name in (*names, *scripts)}:
        yield Command("run", language, said)


_WEB: Final = {"web_search", "x_search"}
_ASKS: Final = {"web", "what"}


def _time(command: Command, step: Step, what: str) -> str:
    data = json.loads(step.output)
    data = data.get("data", data)
    parts = {name: str(data.get(name, "")) for name in ("time", "date")}
    return replies.say("time", command.language, **{**parts, "time": parts["time"][:5]})


def _items(command: Command, step: Step, what: str) -> str:
    found = re.findall(r'"(?:summary|item|name)": ?"([^"]+)"', step.output)
    if not found:
        return replies.say("empty", command.language, what=what)
    return replies.say("items", command.language, what=what, text=", ".join(found))


def _state(command: Command, step: Step, what: str) -> str:
    found, language = list(things(step.output)), command.language
    if command.kind == "warm":
        return _temperature(found, language)
    if len(found) == 1 and command.kind != "which":
        return replies.state(found[0], language, command.state)
    wanted = {value for value, names in language.states.items() if command.state in names}
    named_ = [thing.name for thing in found if not wanted or replies.matches(thing, wanted)]
    if not named_:
        return replies.say("none", language)
    text = language.states.get(next(iter(wanted), ""), (command.state,))[0]
    return replies.say("state", language, what=", ".join(named_), text=text)


def _temperature(found: list[Thing], language: Language) -> str:
    for thing in found:
        if thing.domain in {"climate", "weather"} or "°" in str(thing.attributes):
            unit = thing.attributes.get("unit_of_measurement", "°")
            text = f"{replies.temperature(thing)} {unit}"
            return replies.say("state", language, what=thing.name, text=text)
    return replies.say("puzzled", language)


_ANSWERS: Final = {
    "time": _time, "items": _items, "is": _state, "which": _state, "what": _state, "warm": _state,
}  # fmt: skip


def _retold(step: Step, language: Language) -> str:
    """Return the result of a tool that the brain has no words for."""
    if (wrong := step.failure) is not None:
        return replies.say("failed", language, text=wrong)
    return step.output[:300]


def _key(each: Call) -> str:
    return json.dumps([each.name, each.arguments], sort_keys=True)


def _few(keys: dict[str, None], request: Request) -> Iterator[Call]:
    """Yield calls, only the first if they may not be made at once."""
    parallel = request.body.get("parallel_tool_calls", True)
    for key in list(keys)[: None if parallel else 1]:
        yield Call(*json.loads(key))


def instance(schema: Json) -> Any:
    """Return the least value that a schema allows."""
    if "const" in schema or schema.get("enum"):
        return schema.get("const", (schema.get("enum") or [None])[0])
    for word in ("anyOf", "oneOf"):
        if schema.get(word):
            return instance(schema[word][0])
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: instance(each) for name, each in schema.get("properties", {}).items()}
    if kind == "array":
        return [instance(schema["items"])] if schema.get("items") else []
    return {"string": "text", "integer": 1, "number": 1, "boolean": True}.get(str(kind))
