"""The command grammar, built anew whenever the house's names change."""

from collections.abc import Callable, Mapping
from importlib.metadata import version
import logging
from typing import Final

from alicia_bus.messages import Vocabulary as VocabularyMessage

from ..grammar import Entity, Vocabulary
from ..grammar.recognizer import GrammarRecognizer, RecognizerSession
from ..grammar.sentences import UnsupportedLanguageError
from ..voice import Voice
from .base import About, Hints, Session, Tell, Transcription, say_nothing

_LOGGER: Final = logging.getLogger(__name__)
_LANGUAGE: Final = "en"


class GrammarEngine:
    """Understands commands to this house."""

    hears_whole = False

    def __init__(self) -> None:
        self._recognizer = GrammarRecognizer(Vocabulary())

    @property
    def about(self) -> About:
        """What it is."""
        return About(
            name="alicia-grammar",
            description="command grammar: Home Assistant's sentences and the house's names only",
            version=version("pocketsphinx"),
            author="CMU Sphinx; Open Home Foundation",
            url="https://github.com/cmusphinx/pocketsphinx",
            model="command-grammar",
            languages=(_LANGUAGE,),
        )

    def start(self, _hints: Hints, /) -> Session:
        """Return a new utterance."""
        return _GrammarSession(self._recognizer.start())

    @property
    def known(self) -> Mapping[str, int]:
        """How many names and areas are in the grammar."""
        vocabulary = self._recognizer.vocabulary
        return {"names": len(vocabulary.entities), "areas": len(vocabulary.areas)}

    def learn(self, vocabulary: VocabularyMessage, /) -> None:
        """Build the grammar anew where the names are others than before.

        Utterances under way keep the grammar that they began with.
        """
        wanted = _read(vocabulary)
        if wanted == self._recognizer.vocabulary:
            return
        try:
            self._recognizer = GrammarRecognizer(wanted)
        except UnsupportedLanguageError as err:
            _LOGGER.error("The house's names can't be used: %s", err)
            return
        _LOGGER.info(
            "The grammar knows %d names and %d areas", len(wanted.entities), len(wanted.areas)
        )

    def close(self) -> None:
        """It stays for as long as the server does."""


class _GrammarSession:
    """One utterance, decoded while it is spoken."""

    def __init__(self, session: RecognizerSession) -> None:
        self._session = session

    @property
    def voice(self) -> Voice | None:
        """It decodes what it hears at once."""
        return None

    @property
    def effort(self) -> float:
        """The end costs next to nothing."""
        return 0.0

    def feed(self, pcm: bytes) -> None:
        """Take 16-bit mono samples at 16 kHz."""
        self._session.feed(pcm)

    def finish(self, _is_left: Callable[[], bool], _tell: Tell = say_nothing, /) -> Transcription:
        """Return what was said, or nothing where it was no command."""
        heard = self._session.finish()
        return Transcription(heard.text, _LANGUAGE, round(heard.confidence, 3))


def _read(message: VocabularyMessage) -> Vocabulary:
    """Take what has a name; a row without one names nothing."""
    rows = [(row.get("name"), row.get("domain"), row.get("area")) for row in message.entities]
    entities = tuple(
        Entity(name, domain, area if isinstance(area, str) else None)
        for name, domain, area in rows
        if isinstance(name, str) and name and isinstance(domain, str)
    )
    language = message.language.replace("_", "-").split("-", maxsplit=1)[0].lower()
    return Vocabulary(language, entities, tuple(message.areas))
