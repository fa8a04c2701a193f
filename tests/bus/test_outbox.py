"""What somebody waits for goes out first, and nothing waits without end."""

from collections import defaultdict
from collections.abc import Iterable
import logging

from hypothesis import given, settings, strategies as st
import pytest

from alicia_bus.codec import Outgoing
from alicia_bus.outbox import Outbox


class Bench:
    """An outbox with what it sent and what it gave up, each as topic and text."""

    def __init__(self, in_flight: int = 2, waiting: int = 100, size: int = 10_000) -> None:
        self.sent: list[str] = []
        self.lost: list[str] = []
        self.outbox = Outbox(
            lambda message: self.sent.append(told(message)),
            lambda message: self.lost.append(told(message)),
            in_flight,
            waiting,
            size,
        )

    def put(self, *messages: str) -> None:
        """Put messages in: "topic=text", with a star before what is retained."""
        for each in messages:
            topic, _, text = each.removeprefix("*").partition("=")
            self.outbox.put(Outgoing(topic, text.encode(), retain=each.startswith("*")))

    def confirm(self, times: int = 1) -> list[str]:
        """Have the broker confirm some; returns what was sent in their place."""
        before = len(self.sent)
        for _ in range(times):
            self.outbox.confirm(self.outbox.connection)
        return self.sent[before:]


def told(message: Outgoing) -> str:
    return f"{'*' * message.retain}{message.topic}={message.payload.decode()}"


def test_few_messages_go_out_at_once_and_in_order() -> None:
    bench = Bench(in_flight=3)
    bench.put("*view=1", "answer=2", "*view=3")
    assert bench.sent == ["*view=1", "answer=2", "*view=3"]
    assert bench.confirm(3) == []
    bench.put("answer=4")
    assert bench.sent[3:] == ["answer=4"]


def test_the_others_wait_until_the_broker_has_confirmed_one() -> None:
    bench = Bench(in_flight=2)
    bench.put("a=1", "b=2", "c=3", "d=4")
    assert bench.sent == ["a=1", "b=2"]
    assert len(bench.outbox) == 2
    assert bench.confirm() == ["c=3"]
    assert bench.confirm() == ["d=4"]
    assert bench.confirm(2) == []


def test_an_answer_overtakes_what_is_retained() -> None:
    bench = Bench(in_flight=1)
    bench.put("*view=0", "*view/a=1", "*view/b=2", "answer=3", "answer=4")
    assert bench.confirm(4) == ["answer=3", "answer=4", "*view/a=1", "*view/b=2"]


def test_a_newer_retained_message_takes_the_place_of_the_older() -> None:
    bench = Bench(in_flight=1)
    bench.put("*a=0", "*a=1", "*b=2", "*a=3", "*a=4")
    assert bench.confirm(3) == ["*a=4", "*b=2"]
    assert not bench.lost


def test_messages_to_one_topic_keep_their_order() -> None:
    bench = Bench(in_flight=1)
    bench.put("x=0", "*a=1", "a=2", "*a=3", "*b=4", "a=5")
    assert bench.confirm(6) == ["*a=1", "a=2", "*a=3", "a=5", "*b=4"]


def test_an_answer_costs_the_oldest_retained_message_its_place() -> None:
    bench = Bench(in_flight=1, waiting=3)
    bench.put("x=0", "*a=1", "*b=2", "*c=3", "answer=4", "answer=5")
    assert bench.lost == ["*a=1", "*b=2"]
    assert bench.confirm(3) == ["answer=4", "answer=5", "*c=3"]


def test_an_answer_is_lost_where_only_answers_wait() -> None:
    bench = Bench(in_flight=1, waiting=2)
    bench.put("x=0", "answer=1", "answer=2", "answer=3", "*a=4")
    assert bench.lost == ["answer=3", "*a=4"]
    assert bench.confirm(2) == ["answer=1", "answer=2"]


def test_bytes_are_bounded_as_well() -> None:
    bench = Bench(in_flight=1, size=20)
    bench.put("x=0", "*a=123456789", "*b=123456789", "*b=1234", "answer=1234")
    assert bench.lost == ["*a=123456789"]
    assert bench.confirm(3) == ["answer=1234", "*b=1234"]


def test_what_can_never_fit_costs_nobody_his_place() -> None:
    bench = Bench(in_flight=1, size=20)
    bench.put("x=0", "*a=1", "answer=" + "2" * 20)
    assert bench.lost == ["answer=" + "2" * 20]
    assert bench.confirm() == ["*a=1"]
    bench.confirm()
    bench.put("answer=" + "3" * 20)
    assert bench.sent[-1].endswith("3")


def test_a_burst_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(in_flight=1, waiting=1)
    with caplog.at_level(logging.WARNING):
        for burst in range(1, 3):
            bench.put("x=0", "a=1", "a=2", "a=3")
            assert len(caplog.records) == burst
            bench.confirm(2)
        assert len(bench.lost) == 4
        for burst in range(3, 5):
            bench.put("x=0", "a=1", "a=2", "a=3")
            assert len(caplog.records) == burst
            bench.outbox.clear()


def test_nothing_that_waits_outlives_the_connection(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(in_flight=1)
    bench.put("x=0", "*a=1", "answer=2")
    bench.outbox.clear()
    assert bench.lost == ["answer=2", "*a=1"]
    assert len(bench.outbox) == 0
    assert not caplog.records, "the connection is told of elsewhere"


def test_what_was_in_flight_is_not_waited_for_on_the_next_connection() -> None:
    bench = Bench(in_flight=1)
    before = bench.outbox.connection
    bench.put("a=1", "a=2")
    bench.outbox.clear()
    bench.put("b=3", "b=4")
    assert bench.sent == ["a=1", "b=3"]
    bench.outbox.confirm(before)
    assert bench.sent == ["a=1", "b=3"], "only this connection's confirmations count"
    assert bench.confirm() == ["b=4"]


def test_all_is_sent_by_one_who_leaves() -> None:
    bench = Bench(in_flight=1)
    bench.put("x=0", "*a=1", "answer=2", "answer=3")
    bench.outbox.flush()
    assert bench.sent[1:] == ["answer=2", "answer=3", "*a=1"]
    bench.put("b=4")
    assert bench.confirm(4) == ["b=4"]


def test_thousands_may_fail_at_once() -> None:
    lost: list[Outgoing] = []
    sent: list[Outgoing] = []

    def send(message: Outgoing) -> None:
        sent.append(message)
        if len(sent) > 1:
            outbox.confirm(outbox.connection)

    outbox = Outbox(send, lost.append, max_in_flight=1)
    for number in range(9_000):
        outbox.put(Outgoing(f"t{number}", b""))
    outbox.confirm(outbox.connection)
    assert len(sent) == 9_000
    assert not lost


def test_what_is_put_in_while_another_is_sent_waits_for_its_turn() -> None:
    sent: list[bytes] = []

    def send(message: Outgoing) -> None:
        sent.append(message.payload)
        if message.payload == b"1":
            outbox.confirm(outbox.connection)
            outbox.put(Outgoing("t", b"3"))

    outbox = Outbox(send, lambda _: None, max_in_flight=1)
    for number in range(3):
        outbox.put(Outgoing("t", b"%d" % number))
    for _ in range(3):
        outbox.confirm(outbox.connection)
    assert sent == [b"0", b"1", b"2", b"3"]


def test_the_connection_may_be_lost_while_sending() -> None:
    sent: list[Outgoing] = []
    lost: list[Outgoing] = []

    def send(message: Outgoing) -> None:
        connection = outbox.connection
        sent.append(message)
        if message.payload == b"2":
            outbox.clear()
            outbox.confirm(connection)

    outbox = Outbox(send, lost.append, max_in_flight=1)
    for number in range(5):
        outbox.put(Outgoing("t", b"%d" % number))
    outbox.confirm(0)
    outbox.confirm(0)
    assert [each.payload for each in sent] == [b"0", b"1", b"2"]
    assert [each.payload for each in lost] == [b"3", b"4"]
    outbox.put(Outgoing("t", b"5"))
    assert sent[-1].payload == b"5"


ACTIONS = st.lists(
    st.sampled_from(["a", "b", "*a", "*b", "*c"]) | st.sampled_from(["confirm", "clear"]),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(ACTIONS, st.integers(1, 3), st.integers(0, 4))
def test_no_order_of_things_breaks_the_order_of_messages(
    actions: list[str], in_flight: int, waiting: int
) -> None:
    bench = Bench(in_flight, waiting)
    flying = 0
    for number, action in enumerate(actions):
        before = len(bench.sent)
        if action == "clear":
            bench.outbox.clear()
            flying = 0
        elif action == "confirm" and flying:
            bench.outbox.confirm(bench.outbox.connection)
            flying -= 1
        elif action != "confirm":
            bench.put(f"{action}={number}")
        flying += len(bench.sent) - before
        assert flying <= in_flight
        assert len(bench.outbox) <= waiting
        assert flying == in_flight or not len(bench.outbox), "nothing waits without need"
    assert all(numbers == sorted(numbers) for numbers in by_topic(bench.sent))
    assert len({*bench.sent, *bench.lost}) == len(bench.sent) + len(bench.lost)


def by_topic(messages: Iterable[str]) -> Iterable[list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for each in messages:
        topic, _, number = each.removeprefix("*").partition("=")
        found[topic].append(int(number))
    return found.values()
