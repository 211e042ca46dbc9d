"""Every row of the bench runs in its small form and gives figures; equality is checked inside."""

import math
import os
import subprocess
import sys

import pytest

from bench.__main__ import ROWS, row
from bench.places import PLACES
from bench.rig import ROOT

_APART = """
import asyncio, sys
from bench.__main__ import measure
findings, _ = asyncio.run(measure(sys.argv[1:], quick=True, loads=[]))
for name, found in findings.items():
    for line in found.lines:
        print("figure", name, line.figure)
"""
_OVER_KAFKA = ("relay", "consume", "latency")
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
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("figure ")]
    assert {name for name, _ in told} == set(names)
    assert all(figure == "None" or math.isfinite(float(figure)) for _, figure in told)


def test_every_row_says_where_its_time_goes() -> None:
    assert set(PLACES) == set(ROWS)
    assert all(row(name).__doc__ for name in ROWS)
