"""A recogniser of Home Assistant's own sentences, with the house's own names in them.

It needs no model beyond the small one that pocketsphinx carries, understands nothing but
commands, and says nothing rather than guess. `recognizer.GrammarRecognizer` is the engine and
`session.RecognizerSession` an utterance; `sentences` chooses the templates, `network` turns them
into a word network, `lexicon` says how its words sound, `judge` tells a command from other speech,
and `partial` what is certain before it's over.
"""

from .vocabulary import Entity, Vocabulary

__all__ = ["Entity", "Vocabulary"]
