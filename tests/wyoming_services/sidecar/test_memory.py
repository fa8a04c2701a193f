"""A server shares one heap among its threads, and gives back what it has freed."""

import os
import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc keeps a heap for each thread"
)

_HEAPS = """
import ctypes, threading
from alicia_sidecar.memory import use_one_heap
{first}
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
gate = threading.Barrier(4)
def take():
    gate.wait()
    [libc.malloc(1000) for _ in range(100)]
    gate.wait()
threads = [threading.Thread(target=take) for _ in range(4)]
[each.start() for each in threads]
[each.join() for each in threads]
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""

_FREED = """
import ctypes
from alicia_sidecar.memory import give_back
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
def taken():
    pages = int(open("/proc/self/statm").read().split()[1])
    return pages * 4096 / 2**20
kept = [ctypes.c_void_p(libc.malloc(10_000)) for _ in range(5_000)]
[ctypes.memset(each, 1, 10_000) for each in kept]
last = libc.malloc(10_000)  # above all others, so that they can't be given back by themselves
[libc.free(each) for each in kept]
before = taken()
give_back()
print(before - taken())
"""


def _run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_threads_share_one_heap() -> None:
    assert _run(_HEAPS.format(first="")).count("<heap nr=") > 1
    assert _run(_HEAPS.format(first="use_one_heap()")).count("<heap nr=") == 1


def test_what_is_free_is_given_back() -> None:
    assert float(_run(_FREED)) > 20  # of 48 MiB
