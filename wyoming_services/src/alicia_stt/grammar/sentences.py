"""Which of Home Assistant's English sentences the grammar knows, and with which names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import re

from hassil.expression import Expression, Sentence
from hassil.intents import IntentData, Intents
from home_assistant_intents import get_intents

from .lists import Lists, is_number
from .vocabulary import Vocabulary

#: Intents worth recognising, with the domains of which the house must have one.
INTENTS: dict[str, frozenset[str]] = {
    "HassTurnOn": frozenset(),
    "HassTurnOff": frozenset(),
    "HassGetState": frozenset(),
    "HassNevermind": frozenset(),
    "HassGetCurrentTime": frozenset(),
    "HassGetCurrentDate": frozenset(),
    "HassStartTimer": frozenset(),
    "HassCancelTimer": frozenset(),
    "HassCancelAllTimers": frozenset(),
    "HassPauseTimer": frozenset(),
    "HassUnpauseTimer": frozenset(),
    "HassTimerStatus": frozenset(),
    "HassLightSet": frozenset({"light"}),
    "HassFanSetSpeed": frozenset({"fan"}),
    "HassSetPosition": frozenset({"cover", "valve"}),
    "HassClimateSetTemperature": frozenset({"climate"}),
    "HassClimateGetTemperature": frozenset({"climate"}),
    "HassSetVolume": frozenset({"media_player"}),
    "HassSetVolumeRelative": frozenset({"media_player"}),
    "HassMediaPause": frozenset({"media_player"}),
    "HassMediaUnpause": frozenset({"media_player"}),
    "HassMediaNext": frozenset({"media_player"}),
    "HassMediaPrevious": frozenset({"media_player"}),
    "HassMediaPlayerMute": frozenset({"media_player"}),
    "HassMediaPlayerUnmute": frozenset({"media_player"}),
    "HassVacuumStart": frozenset({"vacuum"}),
    "HassVacuumReturnToBase": frozenset({"vacuum"}),
    "HassLawnMowerStartMowing": frozenset({"lawn_mower"}),
    "HassLawnMowerDock": frozenset({"lawn_mower"}),
}

#: Domains whose bare name, with no verb, is a command people do speak.
SPOKEN_BARE = frozenset({"scene", "script"})

#: More numbers in one sentence than "an hour and thirty minutes" aren't spoken.
MOST_NUMBERS = 2


#: A template's written forms that nobody speaks, such as "%", "°" and "1/2".
_WRITTEN_ONLY = re.compile(r"[^a-z~' -]")


class UnsupportedLanguageError(ValueError):
    """There are no sentences for this language."""


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence template, and what may stand in each of its lists in this house."""

    intent: str
    domains: frozenset[str]
    block: IntentData
    sentence: Sentence
    rules: Mapping[str, Sentence]
    lists: Mapping[str, tuple[Expression, ...]]

    @property
    def asks(self) -> bool:
        """Return whether it only asks for a state."""
        return self.intent == "HassGetState"

    @property
    def needs_area(self) -> bool:
        """Return whether it is understood only from a device whose area is known."""
        return "area" in self.block.requires_context


def load_intents(language: str) -> Intents:
    """Return Home Assistant's own sentences; only English ones can be recognised."""
    family = language.replace("_", "-").partition("-")[0].lower()
    if family != "en":
        raise UnsupportedLanguageError(f"The command grammar speaks English, not {language}")
    data = get_intents(family)
    if data is None:
        raise UnsupportedLanguageError(f"home-assistant-intents has no sentences for {family}")
    return Intents.from_dict(data)


def templates(vocabulary: Vocabulary, intents: Intents) -> Iterator[Template]:
    """Yield every template that makes sense in this house."""
    for name, needed in INTENTS.items():
        for block in intents.intents[name].data if name in intents.intents else ():
            domains = frozenset(block.domains) or needed
            if not domains or domains & vocabulary.domains:
                yield from _of_block(vocabulary, intents, name, block, domains)


def _of_block(
    vocabulary: Vocabulary,
    intents: Intents,
    name: str,
    block: IntentData,
    domains: frozenset[str],
) -> Iterator[Template]:
    rules = {**intents.expansion_rules, **block.expansion_rules}
    lists = Lists(vocabulary, intents, block, domains)
    for sentence in block.sentences:
        wanted = list(sentence.list_names(rules))
        numbers = sum(is_number(intents.slot_lists.get(key)) for key in wanted)
        bare = len(wanted) == 1 and not sentence.get_required_clauses(rules)
        if numbers > MOST_NUMBERS or (bare and not domains <= SPOKEN_BARE):
            continue
        for filled in lists.fill(frozenset(wanted)):
            yield Template(name, domains, block, sentence, rules, filled)


def speakable(text: str) -> bool:
    """Return whether a template's text has only words, none of the signs people write."""
    return not _WRITTEN_ONLY.search(text)
