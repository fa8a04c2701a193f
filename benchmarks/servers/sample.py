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
    what: str, ours: Sequence[float], peer: Sequence[float] | None = None, scale: float = MS
) -> Iterator[Row]:
    """Two rows, in milliseconds unless the scale says otherwise: median and 95th percentile."""
    unit = "ms" if scale == MS else "s"
    for title, figure in (("median", statistics.median), ("95th percentile", p95)):
        other = None if peer is None else figure(peer) * scale
        yield Row(what=f"{what}, {title}", ours=figure(ours) * scale, peer=other, unit=unit)
