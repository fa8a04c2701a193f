"""Fuzz both protocols for a while: scripts/fuzz [--minutes N] [--seed N] [--targets a,b].

Each round is told by its seed; --seed of a round that failed begins with that round again.
"""

import argparse
import asyncio
from collections import Counter
import logging
from pathlib import Path
import random
import sys
import tempfile
import time

from .house import running
from .targets import descriptors, memory

#: Inputs of a batch: what costs nothing, more of it.
SIZES = {"hub": 2000, "framing": 500, "stt": 40, "tts": 40, "bus": 40}

#: Rounds after which it says that it is still there.
_TELLING = 10


async def fuzz(minutes: float, seed: int, names: list[str], folder: Path) -> int:
    """Run rounds until the time is over; return the exit status."""
    began = time.monotonic()
    sent: Counter[str] = Counter()
    async with running(folder) as (targets, sidecars):
        before = [(descriptors(each), memory(each)) for each in sidecars]
        while time.monotonic() < began + 60 * minutes:
            for name in names:
                try:
                    await targets[name].batch(random.Random(f"{name} {seed}"), SIZES[name])
                    await targets[name].check()
                except (AssertionError, OSError, TimeoutError) as err:
                    print(f"{name} failed in the round of --seed {seed}: {err!r}")
                    print(*(each.log[-4000:] for each in sidecars), sep="\n")
                    return 1
                sent[name] += SIZES[name]
            if seed % _TELLING == 0:
                print(f"Well after the round of --seed {seed}", flush=True)
            seed += 1
        for sidecar, (files, mebibytes) in zip(sidecars, before, strict=True):
            print(
                f"{sidecar.module}: {files} files open before, {descriptors(sidecar)} after; "
                f"{mebibytes:.0f} MiB before, {memory(sidecar):.0f} after"
            )
    spent = (time.monotonic() - began) / 60
    told = ", ".join(f"{name} {count:,}" for name, count in sent.items())
    print(f"All is well after {spent:.1f} minutes, up to the round of --seed {seed - 1}: {told}")
    return 0


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="(default: 60)")
    parser.add_argument("--seed", type=int, default=1, help="of the first round (default: 1)")
    parser.add_argument("--targets", default=",".join(SIZES), help="(default: all)")
    given = parser.parse_args()
    logging.disable()  # the hub's, which says what is wrong with all this
    names = given.targets.split(",")
    if unknown := set(names) - SIZES.keys():
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="alicia-fuzz-") as folder:
        return asyncio.run(fuzz(given.minutes, given.seed, names, Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
