"""Every row of the bench runs in its small form and gives figures; equality is checked inside."""

import math
import os
import subprocess
import sys

import pytest

from bench.__main__ import ROWS, row
from bench.places import PLACES
from bench.rig import ROOT

_ALONE = """
import asyncio, sys
from bench.__main__ import measure
findings, _ = asyncio.run(measure([sys.argv[1]], quick=True, loads=[]))
for line in findings[sys.argv[1]].lines:
    print("figure", line.figure)
"""


@pytest.mark.parametrize("name", ROWS)
def test_a_row_runs_and_gives_finite_figures(name: str) -> None:
    """In a process of its own: a row starts servers and installs keys."""
    done = subprocess.run(
        [sys.executable, "-c", _ALONE, name],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    figures = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("figure ")]
    assert figures
    assert all(figure == "None" or math.isfinite(float(figure)) for figure in figures)


def test_every_row_says_where_its_time_goes() -> None:
    assert set(PLACES) == set(ROWS)
    assert all(row(name).__doc__ for name in ROWS)
