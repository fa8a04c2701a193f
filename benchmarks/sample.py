"""Many measurements of the same thing."""

from collections.abc import Iterator, Sequence
import statistics

from benchmarks.report import Row

MS = 1000.0


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile, interpolated; of a single value, itself."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def compare(
    what: str,
    ours: Sequence[float],
    peer: Sequence[float] | None = None,
    goal: float | None = None,
) -> Iterator[Row]:
    """Two rows, of seconds as milliseconds: median, which the goal is for, and 95th percentile."""
    for title, figure, limit in (
        ("median", statistics.median, goal),
        ("95th percentile", p95, None),
    ):
        yield Row(
            what=f"{what}, {title}",
            ours=figure(ours) * MS,
            peer=None if peer is None else figure(peer) * MS,
            unit="ms",
            goal=limit,
        )
