"""Make a table for docs/benchmarks.md of a benchmark's last line, read from standard input.

scripts/bench voice | tee result.txt; python3 -m benchmarks.markdown < result.txt
"""

from collections.abc import Iterator, Mapping, Sequence
import json
import sys
from typing import Any, TypeAlias

Row: TypeAlias = Mapping[str, Any]

_MEDIAN = ", median"
_P95 = ", 95th percentile"
_HEAD = ("what", "ours", "peer", "unit", "ratio", "goal")


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Return the lines of a table; a median and its 95th percentile share one."""
    worst = {row["what"].removesuffix(_P95): row for row in rows if row["what"].endswith(_P95)}
    yield f"| {' | '.join(_HEAD)} |"
    yield "|---|--:|--:|---|--:|--:|"
    for row in rows:
        if not row["what"].endswith(_P95):
            what = row["what"].removesuffix(_MEDIAN)
            yield f"| {' | '.join(_cells(what, row, worst.get(what)))} |"


def _cells(what: str, row: Row, worst: Row | None) -> tuple[str, ...]:
    ours, peer = (_figures(key, row, worst) for key in ("ours", "peer"))
    ratio = _figure(row["ratio"], 2)
    goal = _figure(row["goal"])
    if goal:
        goal += " (met)" if row["met"] else " (**missed**)"
    return what, ours, peer, row["unit"], ratio, goal


def _figures(key: str, row: Row, worst: Row | None) -> str:
    figures = [_figure(each[key]) for each in (row, worst) if each is not None]
    return " / ".join(figure for figure in figures if figure)


def _figure(value: float | None, digits: int = 3) -> str:
    """Return a figure with so many significant digits, and no exponent."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{float(f'{value:.{digits}g}'):g}"


if __name__ == "__main__":
    *_, last = sys.stdin.read().splitlines()
    print(*table(json.loads(last)["rows"]), sep="\n")
