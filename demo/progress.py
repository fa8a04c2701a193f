"""Steps on the terminal, with the time each took."""

from collections.abc import Iterator
from contextlib import contextmanager
import sys
import time


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show a step while it is done, and how long it took."""
    print(f"  {title:44} ", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:6.1f} s", flush=True)


def say(text: str = "") -> None:
    """Print a line for the user."""
    print(text, flush=True)


def warn(text: str) -> None:
    """Print a line beside the ordinary output."""
    print(text, file=sys.stderr, flush=True)
