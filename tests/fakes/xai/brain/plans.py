"""What a command comes to: calls of tools, or what there is to say instead."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from ..turns import Call
from . import replies
from .commands import Command
from .targets import Target, Unclear, targets
from .tools import call, finder, named, search, tool_for
from .view import View

_ALREADY: Final = {"it", "that", "them", "es", "das", "sie", "ihn", "le", "la"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do about a command; with neither calls nor a reply there is nothing."""

    command: Command
    calls: tuple[Call, ...] = ()
    reply: str = ""
    #: What each call is about.
    whats: tuple[str, ...] = ()


def plan(command: Command, view: View) -> Plan:
    """Return what to do about a command; the same for the same request, whatever was done."""
    return _PLANNERS.get(command.kind, _things)(command, view)


def _saying(command: Command, view: View) -> Plan:
    return Plan(command, reply=replies.say(command.kind, command.language))


def _nothing(command: Command, view: View) -> Plan:
    return Plan(command)


def _free(command: Command, view: View) -> Plan:
    tool = tool_for(command, "", view.functions)
    return _with(command, [call(tool, command)] if tool else [])


def _again(command: Command, view: View) -> Plan:
    """Repeat the last call before that did not work: the user has confirmed it."""
    failed = [step.call for step in view.before if step.failure is not None]
    if not failed:
        return _saying(command, view)
    return Plan(command, (failed[-1],), whats=(str(failed[-1].arguments.get("name", "")),))


def _run(command: Command, view: View) -> Plan:
    """Run a script that is a tool of its own, or a thing."""
    words = command.what.casefold()
    for function in view.functions:
        _, script, name = function.name.rpartition("script__")
        if script and name.replace("_", " ") in words:
            return _with(command, [Call(function.name)], (command.what,))
    return _things(command, view)


def _things(command: Command, view: View) -> Plan:
    what = _former(view) if command.what in _ALREADY else command.what
    command = replace(command, what=what)
    language = command.language
    found = targets(what, command.kind, view.house, language, view.here)
    if isinstance(found, Unclear):
        return Plan(command, reply=replies.say("which", language, text=", ".join(found.names)))
    return _aimed(command, found, view) if found else _lookup(command, view)


def _former(view: View) -> str:
    """Return what something was last done to."""
    for step in reversed(view.before):
        name = step.call.arguments.get("name") or step.call.arguments.get("area")
        if name:
            return str(name)
    return ""


def _aimed(command: Command, found: list[Target], view: View) -> Plan:
    calls, whats = [], []
    for target in found:
        if tool := tool_for(command, target.domain, view.functions):
            calls.append(call(tool, command, target))
            whats.append(target.name or command.what or target.domain)
    return _with(command, calls, tuple(whats))


def _with(command: Command, calls: list[Call], whats: tuple[str, ...] = ()) -> Plan:
    if not calls:
        return Plan(command, reply=replies.say("no_tool", command.language))
    return Plan(command, tuple(calls), whats=whats)


def _lookup(command: Command, view: View) -> Plan:
    """Ask for a thing by the user's own words; say so when nothing comes of it."""
    made = [step.call for step in view.steps]
    small = command.language.small
    words = " ".join(word for word in command.what.split() if word not in small)
    tool, live = finder(view.functions), named("GetLiveContext", view.functions)
    for each in (
        *((search(tool, words),) if tool else ()),
        *((Call(live.name, {"name": words}),) if live else ()),
    ):
        if each not in made:
            return Plan(command, (each,))
    unknown = replies.say("unknown", command.language, what=command.what)
    return Plan(command, reply=unknown)


def _what(command: Command, view: View) -> Plan:
    """Tell of a thing of the house; what is none is left to the web."""
    plan_ = _things(command, view)
    return plan_ if plan_.whats else Plan(command)


_PLANNERS: Final[dict[str, Callable[[Command, View], Plan]]] = {
    **dict.fromkeys(("hello", "thanks", "no"), _saying),
    **dict.fromkeys(("timer", "left", "cancel", "say", "time"), _free),
    "web": _nothing,
    "what": _what,
    "yes": _again,
    "run": _run,
}
