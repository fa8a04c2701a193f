"""What a query for a capability costs, among few and among many devices."""

from collections.abc import Iterator
import statistics
import time
from typing import Final

from benchmarks.report import Row
from custom_components.alicia.bus.messages import Query, Register
from custom_components.alicia.bus.registry import Registry

MATCHING: Final = 10
TIMES: Final = 2_000


def query_rows() -> Iterator[Row]:
    """One row a size; the larger one may cost no more than the smaller, within a third."""
    few, many = _query(900), _query(9_000)
    yield Row(what="capability query, 10 of 900 devices match", ours=few, unit="µs")
    yield Row(
        what="capability query, 10 of 9,000 devices match",
        ours=many,
        peer=few,
        unit="µs",
        goal=1.33,
        goal_is_ratio=True,
    )


def _query(devices: int) -> float:
    registry = Registry()
    for number in range(devices):
        capability = "camera" if number < MATCHING else "temperature"
        registry.apply(
            Register(device_id=f"d{number}", device_type="x", capabilities={capability: {}}), 0.0
        )
    query = Query(capability="camera")
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        found = registry.find(query)
        taken.append(time.perf_counter() - started)
    if len(found) != MATCHING:
        raise ValueError(f"{len(found)} devices match")
    return statistics.median(taken) * 1e6
