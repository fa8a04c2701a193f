"""Callbacks that want to hear of one thing."""

from collections.abc import Callable


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
