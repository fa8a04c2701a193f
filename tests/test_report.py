"""The table and the line of JSON that every benchmark ends with."""

import json

import pytest

from benchmarks.report import Row, median_and_p95, report


@pytest.mark.parametrize(
    ("ours", "higher_is_better", "met"),
    [(99.0, False, True), (101.0, False, False), (99.0, True, False), (101.0, True, True)],
)
def test_goal_is_a_limit_on_ours(ours: float, higher_is_better: bool, met: bool) -> None:
    row = Row(what="x", ours=ours, unit="ms", goal=100.0, higher_is_better=higher_is_better)
    assert row.met is met


def test_row_without_peer_or_goal_claims_nothing() -> None:
    row = Row(what="x", ours=1.0, unit="s")
    assert (row.ratio, row.met) == (None, None)


def test_median_and_95th_percentile() -> None:
    median, worst = median_and_p95("stage", [float(n) for n in range(1, 101)], "ms")
    assert (median.ours, worst.ours) == (50.5, pytest.approx(95.05))


def test_last_line_is_the_whole_report(capsys: pytest.CaptureFixture[str]) -> None:
    report("voice", [Row(what="decode", ours=1.23456, unit="ms", peer=2.46912, goal=2.0)])
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert result["bench"] == "voice"
    assert result["rows"] == [
        {
            "what": "decode",
            "ours": 1.235,
            "peer": 2.469,
            "unit": "ms",
            "ratio": 0.5,
            "goal": 2.0,
            "met": True,
        }
    ]
