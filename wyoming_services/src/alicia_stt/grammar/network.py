"""A sentence network: from fragments of text to the smallest word automaton."""

from dataclasses import dataclass, field

#: Between two words; a fragment never holds a space.
BOUNDARY = " "


@dataclass(slots=True)
class Network:
    """An acyclic network whose arcs carry fragments of words, boundaries, or nothing."""

    arcs: list[list[tuple[str, int]]] = field(default_factory=lambda: [[], []])
    start: int = 0
    final: int = 1

    def state(self) -> int:
        """Return a new state."""
        self.arcs.append([])
        return len(self.arcs) - 1

    def join(self, source: int, label: str, target: int) -> None:
        """Add an arc; an empty label is passed without a sound."""
        self.arcs[source].append((label, target))

    def text(self, source: int, text: str) -> int:
        """Add the text after the state `source` and return where it ends."""
        for index, word in enumerate(text.split(BOUNDARY)):
            if index:
                source = self._step(source, BOUNDARY)
            if word:
                source = self._step(source, word)
        return source

    def _step(self, source: int, label: str) -> int:
        target = self.state()
        self.join(source, label, target)
        return target

    def words_from(self, source: int) -> dict[str, set[int]]:
        """Return the whole words that can follow, each with the states it leads to."""
        found: dict[str, set[int]] = {}
        seen: set[tuple[int, str]] = set()
        pending = [(source, "")]
        while pending:
            state, word = pending.pop()
            if (state, word) in seen:
                continue
            seen.add((state, word))
            if state == self.final and word:
                found.setdefault(word, set()).add(state)
            for label, target in self.arcs[state]:
                if label != BOUNDARY:
                    pending.append((target, word + label))
                elif word:
                    found.setdefault(word, set()).add(target)
                else:
                    pending.append((target, word))
        return found

    def may_end(self, source: int) -> bool:
        """Return whether nothing but boundaries lies between the state and the end."""
        seen: set[int] = set()
        pending = [source]
        while pending:
            state = pending.pop()
            if state == self.final:
                return True
            if state not in seen:
                seen.add(state)
                pending += [t for label, t in self.arcs[state] if label in ("", BOUNDARY)]
        return False


@dataclass(frozen=True, slots=True)
class Automaton:
    """Word arcs of each state (0 is the start) and the states where a sentence may end."""

    arcs: tuple[tuple[tuple[str, int], ...], ...]
    ends: frozenset[int]

    @property
    def words(self) -> frozenset[str]:
        """Return every word that some sentence holds."""
        return frozenset(word for arcs in self.arcs for word, _ in arcs)

    def accepts(self, words: list[str]) -> bool:
        """Return whether these words are one whole sentence."""
        state = 0
        for word in words:
            following = dict(self.arcs[state]).get(word)
            if following is None:
                return False
            state = following
        return state in self.ends


def minimal(network: Network) -> Automaton:
    """Return the smallest deterministic automaton of the network's sentences."""
    builder = _Builder(network)
    root = builder.number(frozenset({network.start}))
    return builder.automaton(root)


@dataclass(slots=True)
class _Builder:
    """Numbers sets of network states so that sets with the same future share a number."""

    network: Network
    _numbers: dict[frozenset[int], int] = field(default_factory=dict)
    _futures: dict[tuple[bool, tuple[tuple[str, int], ...]], int] = field(default_factory=dict)
    _words: dict[int, dict[str, set[int]]] = field(default_factory=dict)

    def number(self, states: frozenset[int]) -> int:
        known = self._numbers.get(states)
        if known is not None:
            return known
        following: dict[str, set[int]] = {}
        for state in states:
            if state not in self._words:
                self._words[state] = self.network.words_from(state)
            for word, targets in self._words[state].items():
                following.setdefault(word, set()).update(targets)
        arcs = tuple(
            (word, self.number(frozenset(targets))) for word, targets in sorted(following.items())
        )
        ends = any(self.network.may_end(state) for state in states)
        number = self._futures.setdefault((ends, arcs), len(self._futures))
        self._numbers[states] = number
        return number

    def automaton(self, root: int) -> Automaton:
        futures = list(self._futures)
        order = [root, *(n for n in range(len(futures)) if n != root)]
        place = {number: index for index, number in enumerate(order)}
        arcs = tuple(
            tuple((word, place[target]) for word, target in futures[number][1]) for number in order
        )
        ends = frozenset(place[number] for number in order if futures[number][0])
        return Automaton(arcs, ends)
