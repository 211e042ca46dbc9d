"""The month's ranking over HTTP, beside the bare SQL on the kept figures."""

import itertools
import json
import time
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median
from typing import Any

import asyncpg

from bench.load import request
from bench.measure import Finding, ResultLine, Sample, Target, percentile
from bench.rig import Rig
from services.supervision.facts.indicators import INDICATORS
from shared.contracts.projects import ProjectProgressed
from shared.contracts.received_event import ReceivedEvent
from shared.db.model import new_id
from shared.domain.regions import UNITS, offices_of
from shared.environment.clock import SettableClock
from shared.events.consumer import take_in, watch_sources

MONTH = "2021-04"
_KEPT = (
    "SELECT unit, indicator, sum(amount) FILTER (WHERE month = $1), sum(amount)"
    " FROM fact_counter WHERE month <= $1 GROUP BY unit, indicator"
)
_FULL = (
    "SELECT unit, indicator, sum(amount) FILTER (WHERE month = $1), sum(amount)"
    " FROM fact WHERE month <= $1 GROUP BY unit, indicator"
)


async def run(rig: Rig) -> Finding:
    """Facts of all units, a closed month, its ranking read again and again."""
    count, asks = rig.size(20_000, 500), rig.size(300, 20)
    url = await rig.database("bench_supervision", "supervision")
    clock = SettableClock(datetime(2021, 5, 6, 1, tzinfo=UTC))
    async with rig.worker_loop("supervision", url) as loop:
        await watch_sources(loop.spec, loop.sessions)
        progress = _progress(count)
        while part := list(itertools.islice(progress, 2000)):
            await take_in(loop.spec, loop.sessions, clock, part)
    file = rig.folder / "clock"
    file.write_text("2021-05-06T09:00:00+08:00", encoding="ascii")
    api = await rig.service(
        "supervision", url, HOUSING_ENVIRONMENT="demo", HOUSING_CLOCK_FILE=str(file)
    )
    close = request(
        "POST",
        "/v1/month-closings",
        token=rig.token("province", "220000"),
        body={"month": MONTH, "issued_on": "2021-05-06"},
        idempotency_key=str(uuid.uuid4()),
    )
    await api.ask(close, 201)
    token = rig.token("city", "220100")
    read = request("GET", f"/v1/rankings/{MONTH}", token=token)
    connection = await asyncpg.connect(url)
    try:
        figures = _frozen(await connection.fetchval("SELECT content FROM bulletin"))
        await _equal(connection, figures)
        ratios, mine, theirs = [], [], []
        for _ in range(rig.size(5, 1)):
            bare = await _bare(connection, asks)
            product = await api.all([read] * asks, 1, 200)
            ratios.append(product.p50 / bare.p50)
            mine.append(product.p50)
            theirs.append(bare.p50)
    finally:
        await connection.close()
    line = ResultLine(
        "月排名（接口，一个读者）",
        f"p50 {median(mine):.2f} ms",
        f"p50 {median(theirs):.2f} ms",
        median(ratios),
        Target("most", 4, 2, " 倍"),
    )
    equal = f"月排名：{count:,} 件事实，固化数字与从事实全量汇总逐项相等"
    return Finding([line], [equal])


def _progress(count: int) -> Any:
    """Monthly progress of projects in all units."""
    sample = ProjectProgressed.sample
    units = [office for unit in UNITS for office in offices_of(unit, datetime(2021, 4, 30).date())]  # noqa: DTZ001
    for position in range(1, count + 1):
        id = new_id()
        data = {**sample, "region": units[position % len(units)], "project_id": id}
        event = ProjectProgressed.model_validate(data)
        yield ReceivedEvent(
            event, new_id(), "projects", position, id, 1, datetime.now(UTC), event.event_type()
        )


def _frozen(content: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content)["figures"]
    return found


async def _equal(connection: asyncpg.Connection, figures: dict[str, Any]) -> None:
    """Frozen figures, kept figures and the facts counted from zero are one."""
    kept = await connection.fetch(_KEPT, MONTH)
    full = await connection.fetch(_FULL, MONTH)
    if {tuple(row) for row in kept} != {tuple(row) for row in full}:
        raise AssertionError("kept figures differ from the facts")
    for unit, indicator, month, total in full:
        if INDICATORS[indicator].distinct_of:
            continue
        frozen = [Decimal(one) for one in figures[unit][indicator]]
        if frozen != [month or 0, total]:
            raise AssertionError(f"{unit} {indicator}: {frozen} published, {total} counted")


async def _bare(connection: asyncpg.Connection, asks: int) -> Sample:
    took = []
    started = time.perf_counter()
    for _ in range(asks):
        sent = time.perf_counter()
        await connection.fetch(_KEPT, MONTH)
        took.append(time.perf_counter() - sent)
    known = sorted(took)
    return Sample(asks / (time.perf_counter() - started), percentile(known, 0.5) * 1000)
