"""One demo at a time in a folder: two would start the same servers and move the same lamps."""

from collections.abc import Iterator
from contextlib import contextmanager
import fcntl
from pathlib import Path

from .failure import DemoError


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep others out for a while; raises DemoError where another is at work already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoError(
                f"Another scripts/demo is at work in {folder}; wait until it has spoken."
            ) from error
        yield
