"""Make a table for docs/benchmarks.md of a benchmark's last line, read from standard input.

scripts/bench voice | tee result.txt; python3 -m benchmarks.markdown < result.txt
"""

from collections.abc import Iterator, Mapping, Sequence
import json
from pathlib import Path
import re
import sys
from typing import Any, TypeAlias

Row: TypeAlias = Mapping[str, Any]

_MEDIAN = ", median"
_P95 = ", 95th percentile"
_MARK = re.compile(r"(?P<mark><!-- rows: (?P<beginnings>.*) -->)\n(\n(\|.*\n)+)?")
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
    ours, peer, ratio = (_figures(key, row, worst) for key in ("ours", "peer", "ratio"))
    return what, ours, peer, row["unit"], ratio, _goals(row, worst)


def _figures(key: str, row: Row, worst: Row | None) -> str:
    figures = [_figure(each[key]) for each in (row, worst) if each is not None]
    return " / ".join(figure for figure in figures if figure)


def _goals(row: Row, worst: Row | None) -> str:
    """A goal that the median has and the 95th percentile too is told once, with both outcomes."""
    given = [each for each in (row, worst) if each is not None and each["goal"] is not None]
    goals = dict.fromkeys(_figure(each["goal"]) for each in given)
    outcomes = dict.fromkeys("met" if each["met"] else "**missed**" for each in given)
    return f"{' / '.join(goals)} ({' / '.join(outcomes)})" if given else ""


def _figure(value: float | None) -> str:
    """Return a figure with three significant digits, and no exponent."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{float(f'{value:.3g}'):g}"


def fill(page: str, rows: Sequence[Row]) -> str:
    """Return a page with a new table after each mark that names the beginning of any row."""

    def fill_mark(mark: re.Match[str]) -> str:
        beginnings = tuple(mark["beginnings"].split(", "))
        named = [row for row in rows if row["what"].startswith(beginnings)]
        return "\n".join((mark["mark"], "", *table(named), "")) if named else mark[0]

    return _MARK.sub(fill_mark, page)


def main() -> None:
    """Put the tables of a result into a page."""
    page = Path(sys.argv[1])
    *_, last = sys.stdin.read().splitlines()
    page.write_text(fill(page.read_text(), json.loads(last)["rows"]))


if __name__ == "__main__":
    main()
