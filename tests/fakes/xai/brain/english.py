"""English."""

import re
from typing import Final

from .language import Language, rules, words

_STATES: Final = {
    "on": words("on running"),
    "off": words("off"),
    "open": words("open"),
    "closed": words("closed shut"),
    "locked": words("locked"),
    "unlocked": words("unlocked"),
    "home": words("home"),
    "playing": words("playing"),
}

_RULES: Final = """
    yes: (yes|yeah|yep|sure|do it|confirm|go ahead)( do it| go ahead| (open|unlock) it)?
    no: no|nope|cancel that|never ?mind
    hello: (hello|hi|good morning|good evening)( .*)?
    thanks: (thanks|thank you)( .*)?
    time: what('s| is) the (time|date)|what (time|day|date) is it.*
    timer: (set|start)( a| the)? <number>[ -]?<unit>s? timer
    timer: (set|start) (a|the) timer (for|of) <number> ?<unit>s?
    left: how (much|long).* timer( .*)?
    cancel: (cancel|stop|delete) (the |my |all )*timers?
    items: (what('s| is| do i have)? on|read)( me)? (?P<what>.*list)
    add: (add|put) <item> (to|on|onto) (?P<what>.*list)
    done: (check|tick|mark) off <item> (from|on) (?P<what>.*list)
    remove: (remove|delete|take) <item> (from|off) (?P<what>.*list)
    say: (announce|broadcast|tell (everyone|everybody))( that)? <text>
    web: (search|look up|google)( the web| online)?( for)? <text>
    is: (is|are) (there )?(any )?<what> <state>( now| right now| at home)?
    which: (which|what) <what> (is|are) <state>
    warm: (how (warm|cold|hot) is it|what('s| is) the temperature) (in|of|at) <what>
    warm: (how (warm|cold|hot) is it|what('s| is) the temperature) (?P<what>outside)
    warm: (how (warm|cold|hot) is it|what('s| is) the temperature)
    what: what('s| is) the (state|status|value|mode) of <what>
    what: what('s| is) <what>
    volume: (set|turn) (the )?volume( (of|in|on) <what>)? to <number>(<percent>)?
    louder: (louder|turn up the volume|turn the volume up|volume up)( (of|in|on) <what>)?
    quieter: (quieter|turn down the volume|turn the volume down|volume down)( (of|in|on) <what>)?
    temperature: (set|turn|change) (the )?(temperature|heating)( (in|of) <what>)? to <number>.*
    temperature: (set|turn|heat) <what> to <number> ?(degrees|°).*
    percent: (set|dim|brighten|turn|open|close|move|raise|lower) <what>( up| down)?
        ( to <number>)(<percent>)?
    color: (set|turn|make|change) <what>( to)? <color>
    mute: mute( <what>)?
    unmute: unmute( <what>)?
    next: (next|skip)( (the )?(track|song))?( (on|in) <what>)?
    previous: (previous|last) (track|song)( (on|in) <what>)?
    pause: pause( <what>)?
    resume: (resume|continue|unpause)( <what>)?
    dock: (send|return) <what> (home|back|to (its |the )?(base|dock).*)
    on: (turn|switch|put) on <what>
    on: (turn|switch|put) <what> on
    off: (turn|switch|shut) off <what>
    off: (turn|switch|shut) <what> off
    unlock: unlock <what>
    lock: lock <what>
    open: (open|raise|pull up) <what>
    close: (close|shut|lower) <what>
    disarm: disarm <what>
    stop: stop <what>
    run: (run|start|activate|execute|launch) <what>
    web: (who|when|where|why|how|what) <text>
"""

ENGLISH: Final = Language(
    code="en",
    rules=rules(_RULES, _STATES, "red|green|blue|warm white|white|yellow|orange|purple|pink"),
    states=_STATES,
    domains={
        "light": words("light lights lamp lamps"),
        "switch": words("switch switches plug plugs outlet outlets"),
        "cover": words("blind blinds shutter shutters curtain curtains cover covers shade shades"),
        "lock": words("lock locks door doors"),
        "climate": words("thermostat heating heater"),
        "fan": words("fan fans"),
        "media_player": words("music player speaker speakers tv television"),
        "vacuum": words("vacuum robot hoover"),
        "binary_sensor": words("window windows door doors"),
        "todo": words("list"),
    },
    alike={"outside": words("outdoor outdoors")},
    units={"second": "seconds", "sec": "seconds", "minute": "minutes", "hour": "hours"},
    small=frozenset(words("the a an my our in of at on to for all every any up down now again")),
    all=frozenset(words("all every everything any")),
    also="and",
    polite=re.compile(r"\b(?:please|(?:can|could|would) you|(?:hey|ok) grok|again|now)\b,? ?"),
)
