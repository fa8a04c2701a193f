"""The command grammar, built anew whenever the house's names change."""

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
import logging
from typing import Final

from alicia_bus.messages import Vocabulary as VocabularyMessage

from ..grammar import Entity, Vocabulary
from ..grammar.recognizer import GrammarRecognizer
from ..grammar.sentences import UnsupportedLanguageError
from ..grammar.session import RecognizerSession
from ..grammar.speech import FRAME, MARGIN, Sound
from ..voice import Voice
from .base import About, Decode, Hints, LeftError, Session, Tell, Transcription, say_nothing

_LOGGER: Final = logging.getLogger(__name__)
_LANGUAGE: Final = "en"

#: What is doubtful is no voice to wait for, and may be one that goes on: nothing is final in it.
_PROBABILITY: Final = {Sound.SILENCE: 0.0, Sound.DOUBTFUL: 0.3, Sound.SPEECH: 1.0}


class GrammarEngine:
    """Understands commands to this house."""

    hears_whole = True

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
        return GrammarSession(RecognizerSession(self._recognizer))

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


class GrammarSession:
    """One utterance, whose voice pocketsphinx's own detector follows."""

    def __init__(self, session: RecognizerSession) -> None:
        self._session = session
        self._voice = Voice(_Ear(session), FRAME)

    @property
    def voice(self) -> Voice | None:
        """The voice heard so far."""
        return self._voice

    @property
    def effort(self) -> float:
        """No command is long."""
        return 1.0

    @property
    def tail(self) -> float:
        """A command ends in some silence."""
        return MARGIN

    @property
    def look(self) -> Decode | None:
        """It follows a command word by word."""
        return self._look

    def feed(self, pcm: bytes) -> None:
        """Take 16-bit mono samples at 16 kHz."""
        self._voice.feed(pcm)

    def finish(self, is_left: Callable[[], bool], _tell: Tell = say_nothing, /) -> Transcription:
        """Return what was said, or nothing where it was no command."""
        heard = self._session.finish(is_left)
        if is_left():
            raise LeftError
        return Transcription(heard.text, _LANGUAGE, round(heard.confidence, 3))

    def _look(self, is_left: Callable[[], bool]) -> Transcription:
        text = self._session.look(is_left)
        if is_left():
            raise LeftError
        return Transcription(text, _LANGUAGE)


class _Ear:
    """Hears for an utterance and for who follows its voice, once for both."""

    def __init__(self, session: RecognizerSession) -> None:
        self._session = session

    def hear(self, pcm: bytes) -> Sequence[float]:
        """Return how likely each frame is speech that is complete by now."""
        return [_PROBABILITY[sound] for sound in self._session.feed(pcm)]


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
