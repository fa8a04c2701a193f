"""One recogniser for the demo's house."""

import pytest

from alicia_stt.grammar.recognizer import GrammarRecognizer
from demo.trial.names import HOUSE


@pytest.fixture(scope="session")
def recognizer() -> GrammarRecognizer:
    """Return a recogniser of the demo's house."""
    return GrammarRecognizer(HOUSE)
