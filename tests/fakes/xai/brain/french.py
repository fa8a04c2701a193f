"""French, the most common commands only."""

import re
from typing import Final

from .language import Language, rules, words

_STATES: Final = {
    "on": words("allumé allumée allumés allumées"),
    "off": words("éteint éteinte éteints éteintes"),
    "open": words("ouvert ouverte ouverts ouvertes"),
    "closed": words("fermé fermée fermés fermées"),
    "locked": words("verrouillé verrouillée verrouillés verrouillées"),
    "unlocked": words("déverrouillé déverrouillée déverrouillés déverrouillées"),
}

_RULES: Final = """
    hello: (bonjour|bonsoir|salut)( .*)?
    thanks: merci( .*)?
    time: quelle heure est[- ]il.*
    is: (est-ce que )?<what> (est|sont)(-elles?|-ils?)? <state>
    percent: (règle|mets|ouvre|ferme) <what> à <number>(<percent>)?
    on: (allume|active) <what>
    off: (éteins|désactive) <what>
    unlock: déverrouille <what>
    lock: verrouille <what>
    open: ouvre <what>
    close: ferme <what>
"""

FRENCH: Final = Language(
    code="fr",
    rules=rules(_RULES, _STATES, "rouge|vert|bleu|blanc|jaune"),
    states=_STATES,
    domains={
        "light": words("lumière lumières lampe lampes"),
        "cover": words("volet volets store stores"),
        "lock": words("serrure porte"),
    },
    alike={},
    units={},
    small=frozenset(
        words("le la les l un une des de du d dans à au aux mon ma mes tout toute tous toutes")
    ),
    all=frozenset(words("tous toutes tout")),
    also="et",
    polite=re.compile(r"\b(?:s'il te plaît|s'il vous plaît|peux-tu|pouvez-vous)(?!\w),? ?"),
)
