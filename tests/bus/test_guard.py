"""The guard sends on what a worker dies with, stalls on or refuses, and nothing twice in vain."""

import pytest

from alicia_bus.guard import MAX_BYTES, MAX_RESENDS, MAX_WATCHED
from alicia_bus.messages import Meta
from alicia_bus.watch import span

from .guard_bench import PAYLOAD, STT, TTS, WAIT, Bench


def test_what_is_answered_is_left_alone() -> None:
    bench = Bench("a", "b")
    bench.watch()
    assert len(bench.guard) == 1
    assert bench.guard.size == len(PAYLOAD)
    bench.take("a")
    bench.work("a", 10)
    bench.answer()
    bench.wait(100)
    assert (bench.sent, bench.failed, len(bench.guard), bench.guard.size) == ([], [], 0, 0)
    assert bench.guard.due is None
    assert bench.guard.counters == {"watched": 1, "answered": 1}


def test_whose_worker_dies_is_sent_to_another_at_once() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.take("a")
    bench.guard.gone("a")
    assert bench.sent == ["b"]
    assert bench.payloads == [PAYLOAD]
    bench.take("b")
    bench.answer()
    assert bench.resent() == {"gone": 1}


def test_what_was_perhaps_dealt_to_one_who_died_is_not_waited_for_long() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.guard.gone("a")
    assert bench.sent == []
    bench.wait(WAIT.bereaved)
    assert bench.sent == ["b"]


def test_whose_worker_falls_silent_is_sent_to_another() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.take("a")
    bench.wait(2.9)
    assert bench.sent == []
    bench.wait(0.1)
    assert bench.sent == ["b"]
    assert bench.resent() == {"silent": 1}


def test_what_nobody_takes_is_sent_to_somebody() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.wait(WAIT.taken)
    assert len(bench.sent) == 1
    assert bench.resent() == {"untaken": 1}


def test_who_does_not_take_what_is_sent_to_him_is_not_trusted() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.wait(2 * WAIT.taken)
    assert sorted(bench.sent) == ["a", "b"]
    bench.answer()
    stalled, healthy = bench.sent
    bench.take(healthy, "old")
    bench.watch("s")
    bench.wait(WAIT.hurried)
    assert bench.sent[2:] == [healthy], "and what the broker deals to him is seen sooner"
    bench.guard.heard(stalled, ready=True)
    bench.answer("s")
    bench.watch("t")
    bench.wait(WAIT.hurried)
    assert len(bench.sent) == 3, "he is back"


def test_who_is_slow_gets_company_once_and_may_still_win() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.take("a")
    bench.work("a", 16)
    assert bench.sent == ["b"]
    assert bench.resent() == {"slow": 1}
    bench.take("b")
    for _ in range(20):
        bench.work("a", 1)
        bench.take("b")
    assert bench.sent == ["b"]
    bench.answer()
    bench.answer()
    assert bench.guard.counters["answered_again"] == 1


def test_who_says_only_once_that_he_works_is_believed_until_the_answer_is_due() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.take("a", every=None)
    bench.wait(WAIT.answer - 0.1)
    assert bench.sent == []
    bench.wait(0.2)
    assert bench.sent == ["b"]


def test_what_is_refused_is_sent_to_another_and_the_last_refuser_answers() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.take("a")
    bench.guard.refused("a", "r")
    assert bench.sent == ["b"]
    bench.guard.refused("b", "r")
    assert bench.sent == ["b"]
    bench.wait(1)
    assert bench.failed == [], "the refuser tells the sender"
    bench.answer(failed=True)
    assert bench.resent() == {"refused": 1}
    assert len(bench.guard) == 0


def test_what_all_refuse_is_answered_by_the_last_of_them_alone() -> None:
    bench = Bench("a", "b", "c", "d", "e")
    bench.watch()
    bench.take("a")
    refuser = "a"
    for _ in range(MAX_RESENDS + 1):
        bench.guard.refused(refuser, "r")
        refuser = bench.sent[-1]
    assert len(bench.sent) == MAX_RESENDS
    assert bench.failed == []


def test_nobody_is_there_until_somebody_comes() -> None:
    bench = Bench()
    bench.watch()
    bench.wait(5)
    assert bench.sent == []
    bench.guard.know("a", {STT})
    bench.guard.heard("a", ready=False)
    bench.guard.heard("stranger", ready=True)
    assert bench.sent == []
    bench.guard.heard("a", ready=True)
    assert bench.sent == ["a"]
    bench.take("a")
    bench.answer()
    assert bench.failed == []


def test_nobody_comes() -> None:
    bench = Bench("speaker", kind=TTS)
    bench.watch()
    bench.wait(WAIT.taken + WAIT.nobody)
    assert bench.failed == [("r", "unavailable")]
    assert bench.guard.size == 0
    bench.answer()
    assert bench.guard.counters["answered_again"] == 1


def test_one_that_comes_back_has_forgotten_and_may_be_asked_again() -> None:
    bench = Bench("a")
    bench.watch()
    bench.take("a")
    bench.guard.gone("a")
    assert bench.sent == []
    bench.guard.heard("a", ready=True)
    assert bench.sent == ["a"]


def test_what_kills_its_workers_kills_no_more_than_a_few() -> None:
    bench = Bench("a", "b", "c", "d", "e", "f")
    bench.watch()
    bench.take("a")
    killer = "a"
    for _ in range(MAX_RESENDS + 1):
        bench.guard.gone(killer)
        bench.guard.heard(killer, ready=True)
        killer = bench.sent[-1]
        bench.take(killer)
    assert len(bench.sent) == MAX_RESENDS
    assert bench.failed == [("r", "unavailable")]


def test_a_lone_worker_that_dies_again_and_again() -> None:
    bench = Bench("a")
    bench.watch()
    bench.take("a")
    for _ in range(MAX_RESENDS + 1):
        bench.guard.gone("a")
        bench.guard.heard("a", ready=True)
        bench.take("a")
    assert len(bench.sent) == MAX_RESENDS
    assert bench.failed == [("r", "unavailable")]


@pytest.mark.parametrize("seconds", [0.0, 0.5, 5.0, 300.0])
def test_nobody_waits_longer_than_the_request_says(seconds: float) -> None:
    bench = Bench("a")
    bench.watch(span=seconds)
    bench.take("a")
    if seconds > 1:
        bench.work("a", int(seconds) - 1)
        assert bench.failed == []
    bench.wait(1)
    assert bench.failed == [("r", "timeout")]


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        (Meta(), None),
        (Meta(timestamp=50), None),
        (Meta(ttl=5), 5),
        (Meta(timestamp=50, ttl=5), 5),
        (Meta(timestamp=50, expires_at=58), 8),
        (Meta(expires_at=110), 10),
        (Meta(expires_at=90), 0),
        (Meta(ttl=-5), 0),
    ],
)
def test_how_long_a_request_is_good_for(meta: Meta, expected: float | None) -> None:
    assert span(meta, now=100) == expected


def test_without_an_id_there_is_no_guard() -> None:
    bench = Bench("a", "b")
    bench.watch(None)
    bench.wait(100)
    assert (bench.sent, bench.failed) == ([], [])
    assert bench.guard.counters == {"without_id": 1}


def test_what_was_said_is_not_kept_beside_the_payload() -> None:
    bench = Bench("a")
    bench.watch()
    (watch,) = bench.guard._watches.values()
    assert watch.meta.extra == {}


def test_it_keeps_no_more_than_so_many() -> None:
    bench = Bench("a", "b")
    for number in range(MAX_WATCHED + 5):
        bench.watch(f"r{number}")
    assert len(bench.guard) == MAX_WATCHED
    assert bench.guard.counters["full"] == 5
    bench.answer("r0")
    bench.watch("one-more")
    assert len(bench.guard) == MAX_WATCHED


def test_it_keeps_no_more_than_so_many_bytes() -> None:
    bench = Bench("a", "b")
    half = bytes(MAX_BYTES // 2)
    for request_id in ("r", "s", "t"):
        bench.guard.watch(STT, Meta(request_id=request_id), half, None)
    assert (len(bench.guard), bench.guard.size) == (2, MAX_BYTES)
    for request_id in ("r", "s"):
        bench.answer(request_id)
    assert bench.guard.size == 0


def test_the_same_request_twice_is_watched_over_once() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.watch()
    bench.take("a")
    bench.answer()
    bench.watch()
    assert len(bench.guard) == 0, "it was answered"
    assert bench.guard.counters["repeated"] == 2


def test_what_failed_may_be_asked_again() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.answer(failed=True)
    bench.watch()
    bench.wait(WAIT.taken)
    assert len(bench.sent) == 1
    bench.answer()
    bench.answer(failed=True)
    bench.watch()
    assert len(bench.guard) == 0, "an error does not take an answer back"


def test_stages_of_one_slip_share_an_id() -> None:
    bench = Bench("ears")
    bench.guard.know("mouth", {TTS})
    bench.guard.heard("mouth", ready=True)
    bench.watch()
    bench.take("ears")
    bench.answer()
    bench.watch(kind=TTS)
    bench.take("mouth")
    bench.guard.gone("ears")
    assert bench.sent == []
    bench.guard.gone("mouth")
    bench.guard.heard("mouth", ready=True)
    assert bench.sent == ["mouth"]


def test_what_can_not_be_seen_is_not_guarded() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.take("a")
    bench.guard.lose_sight()
    bench.guard.gone("a")
    bench.wait(100)
    assert (bench.sent, bench.failed, bench.guard.size) == ([], [], 0)
    assert bench.guard.counters["lost_sight"] == 1


def test_one_who_wakes_late_is_counted() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.take("a")
    bench.wait(3)
    bench.take("b")
    bench.answer()
    bench.take("a")
    bench.answer()
    bench.wait(100)
    assert bench.guard.counters["answered_again"] == 1
    assert bench.sent == ["b"]


def test_one_that_left_for_good_is_not_asked() -> None:
    bench = Bench("a", "b")
    bench.watch()
    bench.take("a")
    bench.guard.forget("a")
    assert bench.sent == ["b"]
    bench.guard.forget("b")
    assert bench.sent == ["b"]
    bench.wait(WAIT.nobody)
    assert bench.failed == [("r", "unavailable")]
