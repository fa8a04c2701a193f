"""Fragments become words, and equal futures one state."""

from alicia_stt.grammar.network import BOUNDARY, Network, minimal


def sentences(*texts: str) -> Network:
    """Return a network of whole sentences."""
    network = Network()
    for text in texts:
        network.join(network.text(network.start, text), BOUNDARY, network.final)
    return network


def test_fragments_join_into_words() -> None:
    """An optional plural is a fragment of its own in a template: "light[s] on"."""
    network = Network()
    stem = network.text(network.start, "light")
    plural = network.text(stem, "s")
    network.join(stem, "", plural)
    network.join(network.text(plural, " on"), BOUNDARY, network.final)
    automaton = minimal(network)
    assert automaton.words == {"light", "lights", "on"}
    assert automaton.accepts(["lights", "on"])
    assert automaton.accepts(["light", "on"])
    assert not automaton.accepts(["light", "s", "on"])


def test_same_endings_share_their_states() -> None:
    """Two first words with the same rest need no more states than one."""
    one = minimal(sentences("open the door now"))
    two = minimal(sentences("open the door now", "close the door now"))
    assert len(one.arcs) == len(two.arcs) == 5


def test_only_whole_sentences_are_accepted() -> None:
    """A sentence that was broken off isn't one, even where another goes on from it."""
    automaton = minimal(sentences("stop", "stop the timer"))
    assert [automaton.accepts(["stop", "the", "timer"][:n]) for n in range(4)] == [
        False,
        True,
        False,
        True,
    ]
