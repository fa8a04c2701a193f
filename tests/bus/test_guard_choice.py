"""Where Home Assistant is to choose, it asks the least busy."""

from collections import Counter

from .guard_bench import STT, Bench


def test_it_chooses_where_it_is_asked_to() -> None:
    bench = Bench("a", "b")
    bench.guard.heard("a", ready=True, load=2)
    bench.address("r1")
    assert bench.sent == ["b"]
    bench.address("r2")
    bench.address("r3")
    assert Counter(bench.sent) == {"b": 2, "a": 1}, "by what each says, or is known to have"
    bench.guard.gone("b")
    assert Counter(bench.sent) == {"b": 2, "a": 3}
    assert bench.resent() == {"gone": 2}
    bench.address("r3")
    assert len(bench.sent) == 5
    assert bench.guard.counters["repeated"] == 1


def test_among_equals_it_takes_turns() -> None:
    bench = Bench("a", "b", "c")
    for number in range(6):
        bench.now += 1
        bench.address(f"r{number}")
        bench.answer(f"r{number}")
    assert bench.sent == ["a", "b", "c"] * 2


def test_where_it_chooses_but_nobody_is_there() -> None:
    bench = Bench()
    bench.address(None)
    assert bench.failed == [("", "unavailable")]
    bench.address()
    bench.guard.know("a", {STT})
    bench.guard.heard("a", ready=True)
    assert bench.sent == ["a"]
    bench.address(None)
    assert bench.sent == ["a", "a"]


def test_by_its_own_word_or_by_what_it_is_known_to_have() -> None:
    bench = Bench("a", "b", "c")
    for number in range(2):
        bench.address(f"r{number}")
    bench.guard.heard("c", ready=True, load=0.5)
    bench.address("r2")
    assert bench.sent == ["a", "b", "c"]
    bench.guard.heard("c", ready=True, load=1.5)
    bench.address("r3")
    assert bench.sent[3:] == ["a"]
