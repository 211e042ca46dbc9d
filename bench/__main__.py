"""Measure: python -m bench [ROW …] [--quick]. Without rows all of them, and the page is written.

`python -m bench plans` looks at what the services read of tables with a million rows.
"""

import argparse
import asyncio
import importlib
import os
import sys
import time
import traceback
from collections.abc import Sequence
from types import ModuleType

import asyncpg
import uvloop

from bench import report
from bench.measure import Finding, ResultLine
from bench.plans import page
from bench.rig import Rig

ROWS = (
    "submit",
    "transition",
    "objects",
    "bulk",
    "reads",
    "ranking",
    "relay",
    "consume",
    "latency",
    "overload",
)


def row(name: str) -> ModuleType:
    """The module of a row."""
    return importlib.import_module(f"bench.rows.{name}")


async def measure(
    names: Sequence[str], *, quick: bool, loads: list[float]
) -> tuple[dict[str, Finding], str]:
    """Every row on one server, one after another; what they found, and the server's version."""
    findings = {}
    async with Rig(quick) as rig:
        connection = await asyncpg.connect(rig.postgres.url)
        postgres = str(await connection.fetchval("SHOW server_version")).split()[0]
        await connection.close()
        for name in names:
            started = time.monotonic()
            try:
                findings[name] = await row(name).run(rig)
            except Exception as error:  # told in the table; the other rows still count
                if quick:
                    raise
                traceback.print_exc()
                failed = f"测量失败：{type(error).__name__}"
                findings[name] = Finding([ResultLine(name, failed, "", None)], failed=True)
            finally:
                await rig.end_all()
            loads.append(os.getloadavg()[0])
            sys.stderr.write(f"· {name} {time.monotonic() - started:.0f} 秒\n")
    return findings, postgres


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python3 run.py bench", description=__doc__)
    parser.add_argument("rows", nargs="*", help="只测这些行；plans 写 docs/plans.md")
    parser.add_argument("--quick", action="store_true", help="小样本，只看每一行能否运行")
    chosen = parser.parse_args()
    if chosen.rows == ["plans"]:
        asyncio.run(page.write(quick=chosen.quick))
        return 0
    if unknown := set(chosen.rows) - set(ROWS):
        parser.error(f"没有这些行：{'、'.join(sorted(unknown))}；可选：{'、'.join(ROWS)}")
    started, loads = time.monotonic(), [os.getloadavg()[0]]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        findings, postgres = runner.run(
            measure(chosen.rows or ROWS, quick=chosen.quick, loads=loads)
        )
    report.show(findings)
    if not chosen.rows and not chosen.quick:
        minutes = (time.monotonic() - started) / 60
        report.write(findings, postgres=postgres, minutes=minutes, loads=loads)
        sys.stderr.write(f"· 已写入 {report.PAGE}\n")
    return int(any(one.failed for one in findings.values()))


if __name__ == "__main__":
    sys.exit(main())
