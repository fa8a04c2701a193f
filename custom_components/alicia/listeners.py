"""Callbacks that want to hear of one thing, or of one thing of each key."""

from collections.abc import Callable, Hashable, Iterator


class Listeners[T]:
    """Tells each of its callbacks a value."""

    def __init__(self) -> None:
        # By a token, so that one of thousands leaves at no cost.
        self._callbacks: dict[object, Callable[[T], None]] = {}

    def add(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Call a listener with each value from now on; returns the unsubscribe."""
        token = object()
        self._callbacks[token] = listener

        def unsubscribe() -> None:
            self._callbacks.pop(token, None)

        return unsubscribe

    def notify(self, value: T) -> None:
        """Tell every listener a value."""
        for token, listener in tuple(self._callbacks.items()):
            if token in self._callbacks:
                listener(value)

    def __bool__(self) -> bool:
        return bool(self._callbacks)


class KeyedListeners[K: Hashable, T]:
    """Tells the callbacks of a key a value; those of other keys cost nothing."""

    def __init__(self) -> None:
        self._listeners: dict[K, Listeners[T]] = {}

    def __iter__(self) -> Iterator[K]:
        return iter(tuple(self._listeners))

    def add(self, key: K, listener: Callable[[T], None]) -> Callable[[], None]:
        """Call a listener with each value of a key from now on; returns the unsubscribe."""
        listeners = self._listeners.setdefault(key, Listeners())
        remove = listeners.add(listener)

        def unsubscribe() -> None:
            remove()
            if not listeners and self._listeners.get(key) is listeners:
                del self._listeners[key]

        return unsubscribe

    def notify(self, key: K, value: T) -> None:
        """Tell every listener of a key a value."""
        if (listeners := self._listeners.get(key)) is not None:
            listeners.notify(value)
