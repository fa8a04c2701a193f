"""German."""

import re
from typing import Final

from .language import Language, rules, words

_STATES: Final = {
    "on": words("an eingeschaltet"),
    "off": words("aus ausgeschaltet"),
    "open": words("offen auf"),
    "closed": words("zu geschlossen"),
    "locked": words("abgeschlossen verriegelt"),
    "unlocked": words("aufgeschlossen entriegelt"),
    "home": words("zuhause zu_hause"),
}

_RULES: Final = """
    yes: (ja|jawohl|mach das|bestätigt|gerne)( mach das| gerne)?
    no: nein|nee|lass (es|das)|abbrechen
    hello: (hallo|guten (morgen|tag|abend))( .*)?
    thanks: (danke|vielen dank)( .*)?
    time: wie spät ist es|wie ?viel uhr ist es|welche[rsn]? (tag|datum) (ist|haben).*
    timer: (stelle?|setze?|starte?) (einen )?timer (auf|für|von) <number> ?<unit>n?
    timer: (stelle?|setze?|starte?) (einen )?<number>[ -]?<unit>n?[ -]timer
    left: wie (lange|viel).* timer( .*)?
    cancel: (stoppe?|lösche?|brich) (den |alle |meinen )*timer( ab)?
    items: (was steht auf|lies mir) (?P<what>.*liste)( vor)?
    add: (setze?|füge?|schreibe?|packe?) <item> (auf|zu|zur) (?P<what>.*liste)( hinzu)?
    done: hake? <item> (auf|von) (?P<what>.*liste) ab
    remove: (nimm|streiche?|lösche?) <item> (von|aus) (?P<what>.*liste)
    say: (sage? allen|sage? durch|verkünde|melde)(,? dass)? <text>
    web: (suche?|google)( im internet| im netz)?( nach)? <text>
    is: (ist|sind|läuft) <what> <state>
    which: welche <what> (ist|sind) <state>
    warm: (wie (warm|kalt) ist es|(was|wie hoch) ist die temperatur) (im|in|am|bei) <what>
    warm: (wie (warm|kalt) ist es|(was|wie hoch) ist die temperatur) (?P<what>draußen)
    warm: (wie (warm|kalt) ist es|(was|wie hoch) ist die temperatur)
    what: (was|wie) ist der (zustand|status|wert) (von|des|der) <what>
    what: (was|wie) ist <what>
    volume: (stelle?|setze?|mache?) die lautstärke( (von|in|im) <what>)? auf <number>(<percent>)?
    louder: lauter|mache? <what> lauter
    quieter: leiser|mache? <what> leiser
    temperature: (stelle?|setze?|drehe?) die (temperatur|heizung) (im|in|von) <what> auf <number>.*
    temperature: (stelle?|setze?|drehe?|heize?) <what> auf <number> ?grad.*
    percent: (stelle?|setze?|dimme?|fahre?|mache?|öffne|schließe?) <what> auf <number>(<percent>)?
    color: (stelle?|mache?|färbe?) <what>( auf)? <color>
    mute: (schalte?|stelle?|mache?) <what> stumm
    next: (nächste[rs]?|überspringe?)( (lied|titel|song))?
    pause: pausiere?( <what>)?
    resume: spiele? weiter|setze? <what> fort
    dock: (schicke?|fahre?) <what> (nach hause|zurück|zur (basis|station))
    lock: (schließe?|sperre?) <what> (ab|zu)
    lock: verriegle? <what>
    unlock: (schließe?|sperre?) <what> auf
    unlock: entriegle? <what>
    on: (schalte?|mache?|stelle?) <what> (an|ein)
    off: (schalte?|mache?|stelle?) <what> aus
    open: öffne <what>
    open: (mache?|fahre?) <what> (auf|hoch)
    close: schließe? <what>
    close: (mache?|fahre?) <what> (zu|runter)
    disarm: entschärfe? <what>
    disarm: schalte? <what> unscharf
    stop: stoppe? <what>
    run: (starte?|aktiviere) <what>
    run: führe? <what> aus
    web: (wer|wann|wo|warum|wie|was) <text>
"""

GERMAN: Final = Language(
    code="de",
    rules=rules(_RULES, _STATES, "rot|grün|blau|weiß|gelb|orange|lila|rosa"),
    states=_STATES,
    domains={
        "light": words("licht lichter lampe lampen beleuchtung"),
        "switch": words("schalter steckdose steckdosen"),
        "cover": words("rollladen rollläden jalousie jalousien vorhang vorhänge rollo rollos"),
        "lock": words("schloss schlösser tür türen"),
        "climate": words("heizung thermostat klimaanlage"),
        "fan": words("ventilator lüfter"),
        "media_player": words("musik lautsprecher fernseher"),
        "vacuum": words("staubsauger saugroboter roboter"),
        "binary_sensor": words("fenster tür türen"),
        "todo": words("liste"),
    },
    alike={"draußen": words("außentemperatur außen outdoor")},
    units={"sekunde": "seconds", "minute": "minutes", "stunde": "hours"},
    small=frozenset(
        words(
            "der die das den dem des ein eine einen einem einer im in am an auf von zu zur mein "
            "meine meinen meiner alle allen alles jetzt wieder"
        )
    ),
    all=frozenset(words("alle allen alles")),
    also="und",
    polite=re.compile(r"\b(?:bitte|kannst du|könntest du|hey grok|mal|doch|jetzt|wieder)\b,? ?"),
)
