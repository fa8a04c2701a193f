"""Which trial goes wrong, and how."""

import random
import signal

SEED = 20261


def plan(trials: int, kills: int, stops: int) -> list[signal.Signals | None]:
    """Return what is done in each trial, in an order that is the same each time."""
    faults: list[signal.Signals | None] = [signal.SIGKILL] * kills + [signal.SIGSTOP] * stops
    faults += [None] * (trials - len(faults))
    random.Random(SEED).shuffle(faults)
    return faults
