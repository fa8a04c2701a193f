"""How a benchmark tells its results: a table for people, then one line of JSON for programs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
import json
import os
from pathlib import Path
import platform
import statistics

_TITLES = ("what", "ours", "peer", "unit", "ratio", "goal", "met")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured figure; goal is the limit that ours, or its ratio, should keep to."""

    what: str
    ours: float
    unit: str
    peer: float | None = None
    goal: float | None = None
    higher_is_better: bool = False
    goal_is_ratio: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the peer's."""
        return self.ours / self.peer if self.peer else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached, if there is one."""
        if self.goal is None:
            return None
        figure = self.ratio if self.goal_is_ratio else self.ours
        if figure is None:
            return False
        return figure >= self.goal if self.higher_is_better else figure <= self.goal

    def as_dict(self) -> dict[str, object]:
        """The row by column, figures rounded to what a reader can use."""
        return {title: _rounded(getattr(self, title)) for title in _TITLES}


def _rounded(value: object) -> object:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def median_and_p95(what: str, values: Sequence[float], unit: str) -> Iterator[Row]:
    """Two rows that describe a sample of at least two values."""
    yield Row(what=f"{what}, median", ours=statistics.median(values), unit=unit)
    worst = statistics.quantiles(values, n=20, method="inclusive")[-1]
    yield Row(what=f"{what}, 95th percentile", ours=worst, unit=unit)


def machine() -> str:
    """The machine in words, without its name."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return f"{os.cpu_count()} x {model}, {platform.system()} {platform.machine()}"


def _cells(row: Row) -> tuple[str, ...]:
    words = {None: "", True: "yes", False: "NO"}
    return tuple(
        words[value] if value is None or isinstance(value, bool) else str(value)
        for value in row.as_dict().values()
    )


def _table(rows: Sequence[Row]) -> Iterator[str]:
    cells = [_TITLES, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))


def report(bench: str, rows: Iterable[Row]) -> None:
    """Print the table, and as the last line the same as JSON."""
    rows = list(rows)
    where = machine()
    print(f"{bench} on {where}")
    print(*_table(rows), sep="\n")
    result = {"bench": bench, "machine": where, "rows": [row.as_dict() for row in rows]}
    print(json.dumps(result), flush=True)
