"""Whatever is heard in whatever order: a request ends, and is not sent without end."""

from itertools import permutations, product

from hypothesis import given, settings, strategies as st
import pytest

from alicia_bus.guard import MAX_RESENDS, MAX_WATCHED

from .guard_bench import WAIT, Bench

EVENTS = ("watch", "taken by a", "answered")


@pytest.mark.parametrize("order", list(permutations(EVENTS)))
def test_the_order_in_which_it_is_heard_changes_nothing(order: tuple[str, ...]) -> None:
    bench = Bench("a", "b")
    for event in order:
        do(bench, event)
        bench.wait(0.01)
    bench.wait(100)
    assert (bench.sent, bench.failed, len(bench.guard)) == ([], [], 0)


DEEDS = (
    "taken by a",
    "taken by b",
    "refused by a",
    "refused by b",
    "a dies",
    "b dies",
    "a comes",
    "b comes",
    "a second",
    "four seconds",
)


def do(bench: Bench, event: str) -> None:
    words = event.split()
    match words:
        case ["watch"]:
            bench.watch()
        case ["answered"]:
            bench.answer()
        case ["taken", "by", name]:
            bench.take(name)
        case ["refused", "by", name]:
            bench.guard.refused(name, "r")
        case [name, "dies"]:
            bench.guard.gone(name)
        case [name, "comes"]:
            bench.guard.heard(name, ready=True)
        case ["a", "second"]:
            bench.wait(1)
        case _:
            bench.wait(4)


@pytest.mark.parametrize("first", DEEDS)
def test_whatever_happens_in_whatever_order_it_ends(first: str) -> None:
    """All orders of four deeds: it is never sent without end, and never kept without end."""
    for deeds in product((first,), DEEDS, DEEDS, DEEDS):
        bench = Bench("a", "b")
        bench.watch()
        for deed in deeds:
            do(bench, deed)
            assert len(bench.sent) <= MAX_RESENDS
            assert len(bench.guard) + len(bench.failed) == 1, deeds
        bench.wait(WAIT.total)
        assert bench.failed in ([("r", "unavailable")], [("r", "timeout")]), deeds
        assert (len(bench.guard), bench.guard.size, bench.guard.due) == (0, 0, None)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from((*DEEDS, "answered", "watch")), max_size=30))
def test_it_is_told_of_failure_or_answered_but_not_both(deeds: list[str]) -> None:
    bench = Bench("a", "b")
    bench.watch()
    for deed in deeds:
        do(bench, deed)
    answered_first = "answered" in deeds and not bench.failed
    bench.wait(WAIT.total)
    if answered_first:
        assert bench.failed == []
    assert len(bench.guard) == 0
    assert bench.guard.size == 0


def test_an_answer_is_remembered_for_a_while() -> None:
    bench = Bench("a")
    bench.answer()
    bench.wait(301)
    bench.answer("other")
    bench.watch()
    assert len(bench.guard) == 1


def test_words_on_what_is_not_known_are_not_kept_without_end() -> None:
    bench = Bench("a")
    for number in range(MAX_WATCHED + 50):
        bench.take("a", f"r{number}")
    assert len(bench.guard._early) == MAX_WATCHED
    bench.now += 6
    bench.watch(f"r{MAX_WATCHED}")
    bench.wait(WAIT.taken)
    assert bench.sent == ["a"], "that word is too old"


def test_a_lone_worker_that_wakes_is_waited_for() -> None:
    bench = Bench("a")
    bench.watch()
    bench.take("a")
    bench.wait(4)
    bench.take("a")
    bench.work("a", int(WAIT.nobody) + 1)
    bench.answer()
    assert (bench.sent, bench.failed) == ([], [])
