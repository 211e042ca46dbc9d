"""The long form: python -m tests.faults --minutes N --report docs/fault-matrix.md [--seed S].

With `--only SCENARIO`, such as `restarted_and_cut`, that one alone, again and again; no page then.
"""

import argparse
import asyncio
import contextlib
import secrets
import shutil
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from shared.local.kafka_server import LocalKafka, missing
from tests.faults.brokers import ONE_BROKER, THREE_BROKERS, rows_on, topic_ready
from tests.faults.disk import disk_full, small_disk, why_not
from tests.faults.oracle import check
from tests.faults.report import Report, Tally
from tests.faults.rows import ROWS, Row, play
from tests.faults.scale import LONG
from tests.faults.server import new_folder
from tests.faults.stage import Stage
from tests.kafka.presence import JARS, local_name


def say(text: str) -> None:
    """One line for the person who waits."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def so_far(stage: Stage) -> Counter[str]:
    """All counts of a stage up to now; the starts of all processes as one."""
    found = Counter(stage.journal.ends)
    for name, count in stage.events.items():
        found["start" if name.startswith("start ") else name] += count
    return found


async def one_row(row: Row, stage: Stage, seed: int, tally: Tally) -> int:
    """Play one scenario and let the oracle speak; the events so far, or 0 when it said no."""
    began, before = time.monotonic(), so_far(stage)
    events = 0
    stage.journal.slowest = 0
    try:
        await play(row, stage, LONG, seed)
        events = (await check(stage)).events
    except Exception:  # noqa: BLE001 - the page tells it, with the seed that shows it again
        tally.failure = f"FAULT_SEED={seed} {row.ids} {row.label}\n{traceback.format_exc()[-3000:]}"
    tally.runs += 1
    tally.seconds += time.monotonic() - began
    tally.slowest = max(tally.slowest, stage.journal.slowest)
    tally.counts += so_far(stage) - before
    say(
        f"{'×' if tally.failure else '✓'} {row.ids:8} {time.monotonic() - began:5.1f} s {row.label}"
    )
    return events


async def one_pass(report: Report, rows: Sequence[Row], seed: int, deadline: float) -> bool:
    """Every scenario once on a fresh stage, in another order; whether all was well."""
    folder = new_folder()
    order = list(rows)
    Random(seed).shuffle(order)
    events = 0
    async with Stage(folder) as stage:
        for row in order:
            if time.monotonic() > deadline and report.passes:
                break
            tally = report.rows[row.ids, row.label]
            events = max(events, await one_row(row, stage, seed, tally))
            if tally.failure:
                return False
    shutil.rmtree(folder, ignore_errors=True)
    report.events += events
    report.passes += 1
    return True


async def disk(report: Report, seed: int) -> None:
    """F15, where this machine can do it."""
    cannot = why_not()
    label = f"磁盘写满（未验证：{cannot}）" if cannot else "磁盘写满，腾出空间后恢复"
    tally = report.rows["F15", label] = Tally()
    if cannot:
        return
    began = time.monotonic()
    try:
        tally.counts.update(await disk_full(LONG, Random(seed)))
    except Exception:  # noqa: BLE001 - the page tells it
        tally.failure = f"FAULT_SEED={seed} F15\n{traceback.format_exc()[-3000:]}"
    tally.runs, tally.seconds = 1, time.monotonic() - began


async def kafka(report: Report, seed: int) -> None:
    """The rows of a real Kafka, once each, where this machine can run one."""
    lacking = missing(JARS)
    report.kafka = f"未验证：{lacking}" if lacking else local_name()
    if lacking:
        return
    for count, scenarios in ((1, ONE_BROKER), (3, THREE_BROKERS)):
        with small_disk(mebibytes=count * 320) as disk_, contextlib.ExitStack() as ending:
            cluster = LocalKafka(JARS, disk_ / "kafka", brokers=count)
            await asyncio.to_thread(cluster.start)
            ending.callback(cluster.stop)
            await topic_ready(cluster.servers)
            folder = new_folder()
            async with Stage(folder, cluster.servers) as stage:
                for row in rows_on(cluster, scenarios):
                    tally = report.rows[row.ids, row.label] = Tally()
                    events = await one_row(row, stage, seed, tally)
                    if tally.failure:
                        return
                report.events += events
            shutil.rmtree(folder, ignore_errors=True)


async def postgres_version() -> str:
    """The version of the server that the stages stand on."""
    folder = new_folder()
    async with Stage(folder) as stage:
        found = str(await stage.value("postgres", "SHOW server_version"))
    shutil.rmtree(folder, ignore_errors=True)
    return found


async def run(minutes: float, seed: int, only: str) -> Report:
    """Passes with fresh seeds until the time is over; at least one."""
    deadline = time.monotonic() + minutes * 60
    report = Report(datetime.now(UTC), seed, await postgres_version())
    rows = [row for row in ROWS if only in ("", row.play.__name__)]
    report.rows = {(row.ids, row.label): Tally() for row in rows}
    if not only:
        await disk(report, seed)
    while not report.passes or time.monotonic() < deadline:
        say(f"── 第 {report.passes + 1} 轮，种子 {seed}")
        if not await one_pass(report, rows, seed, deadline):
            break
        seed += 1
    if not only:
        say("── 真实 Kafka")
        await kafka(report, seed)
    return report


def main() -> int:
    """Read the command line, run, write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    names = sorted({row.play.__name__ for row in ROWS})
    parser.add_argument("--only", choices=names, default="", metavar="SCENARIO")
    chosen = parser.parse_args()
    report = asyncio.run(run(chosen.minutes, chosen.seed, chosen.only))
    page = report.text(datetime.now(UTC))
    if chosen.report and not chosen.only:
        chosen.report.write_text(page, encoding="utf-8")
    else:
        say(page)
    return 1 if any(tally.failure for tally in report.rows.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
