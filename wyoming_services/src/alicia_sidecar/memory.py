"""Keeps what a server takes from the system small, where the C library is glibc.

It gives each thread a heap of its own and keeps what is freed there. Loading a model goes
through several threads, and a quarter of the memory would stay taken and unused.
"""

import ctypes
from typing import Final

_ARENA_MAX: Final = -8  # M_ARENA_MAX in malloc.h


def use_one_heap() -> None:
    """Let all threads share one heap; to be called before there are any."""
    if (libc := _libc()) is not None:
        libc.mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Return to the system what is free; takes a few milliseconds."""
    if (libc := _libc()) is not None:
        libc.malloc_trim(0)


def _libc() -> ctypes.CDLL | None:
    """Other C libraries have neither function, nor a use for them."""
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
