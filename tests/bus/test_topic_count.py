"""Topics without end are noticed."""

from alicia_bus.topic_count import TopicCount


def test_a_house_has_few_topics() -> None:
    count = TopicCount(limit=3)
    assert not any(count.add(topic) for topic in ("a", "b", "a", "c", "b"))


def test_too_many_topics_are_told_once() -> None:
    count = TopicCount(limit=3)
    assert [count.add(str(number)) for number in range(8)] == [False] * 3 + [True] + [False] * 3 + [
        True
    ]


def test_many_devices_may_have_many_topics() -> None:
    count = TopicCount(limit=3)
    assert not any(count.add(str(number), expected=5) for number in range(8))
    assert count.add("8", expected=5)


def test_long_topics_count_for_more() -> None:
    count = TopicCount(length=100)
    assert not count.add("a" * 100)
    assert count.add("b")
