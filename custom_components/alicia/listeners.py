"""Callbacks that want to hear of one thing, or of one thing of each key."""

from collections.abc import Callable, Hashable


class Listeners[T]:
    """Tells each of its callbacks a value."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[T], None]] = []

    def add(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Call a listener with each value from now on; returns the unsubscribe."""
        self._callbacks.append(listener)

        def unsubscribe() -> None:
            if listener in self._callbacks:
                self._callbacks.remove(listener)

        return unsubscribe

    def notify(self, value: T) -> None:
        """Tell every listener a value."""
        for listener in tuple(self._callbacks):
            listener(value)


class KeyedListeners[K: Hashable, T]:
    """Tells the callbacks of a key a value; those of other keys cost nothing."""

    def __init__(self) -> None:
        self._callbacks: dict[K, list[Callable[[T], None]]] = {}

    def add(self, key: K, listener: Callable[[T], None]) -> Callable[[], None]:
        """Call a listener with each value of a key from now on; returns the unsubscribe."""
        self._callbacks.setdefault(key, []).append(listener)

        def unsubscribe() -> None:
            callbacks = self._callbacks.get(key, [])
            if listener in callbacks:
                callbacks.remove(listener)
            if not callbacks:
                self._callbacks.pop(key, None)

        return unsubscribe

    def notify(self, key: K, value: T) -> None:
        """Tell every listener of a key a value."""
        for listener in tuple(self._callbacks.get(key, ())):
            listener(value)
