"""Every row of the bench runs in its small form and gives figures; equality is checked inside."""

import math
import os
import subprocess
import sys

import pytest

from bench.__main__ import ROWS, row
from bench.measure import ResultLine, Target
from bench.places import PLACES
from bench.rig import ROOT

_APART = """
import asyncio, sys
from bench.__main__ import measure
findings, _ = asyncio.run(measure(sys.argv[1:], quick=True, loads=[]))
for name, found in findings.items():
    for line in found.lines:
        print("figure", name, line.figure)
        print("lead", name, line.lead)
"""
_OVER_KAFKA = ("relay", "consume", "latency")
_BESIDE_PRACTICE = {"submit", "transition", "bulk", "reads", "consume"}
_OVER_HTTP = tuple(name for name in ROWS if name not in _OVER_KAFKA)


@pytest.mark.parametrize("names", [_OVER_HTTP, _OVER_KAFKA], ids=["http", "kafka"])
def test_the_rows_run_and_give_finite_figures(names: tuple[str, ...]) -> None:
    """In a process of their own: rows start servers and install keys."""
    done = subprocess.run(
        [sys.executable, "-c", _APART, *names],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines = done.stdout.splitlines()
    told = [line.split() for line in lines if line.startswith(("figure ", "lead "))]
    figures = {name: figure for kind, name, figure in told if kind == "figure"}
    leads = {name for kind, name, figure in told if kind == "lead" and figure != "None"}
    assert set(figures) == set(names)
    assert leads == _BESIDE_PRACTICE & set(names)
    assert all(figure == "None" or math.isfinite(float(figure)) for _, _, figure in told)


def test_every_row_says_where_its_time_goes() -> None:
    assert set(PLACES) == set(ROWS)
    assert all(row(name).__doc__ for name in ROWS)


def test_a_line_is_reached_when_both_its_targets_are() -> None:
    def line(figure: float, lead: float | None) -> ResultLine:
        return ResultLine("", "", "", figure, Target("least", 0.5), lead=lead, lead_target=ahead)

    ahead = Target("least", 3, unit=" 倍")
    assert line(0.5, 3.0).reached
    assert not line(0.49, 3.0).reached
    assert not line(0.5, 2.9).reached
    assert line(0.5, None).reached
    assert line(0.5, 3.0).wanted() == "≥ 0.5；领先 ≥ 3 倍"
