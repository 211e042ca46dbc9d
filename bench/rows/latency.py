"""From the commit of a command to its fact in supervision: idle, at 200 a second, at full load.

Both instants are commit times that PostgreSQL itself notes (`track_commit_timestamp`), of the
household's row in one database and of the fact in the other; the same clock, no polling.
"""

import asyncio
import contextlib
import itertools
import os
import random
import signal
import uuid
from collections.abc import Iterator
from statistics import median

import asyncpg

from bench import events, households
from bench.load import Client, request
from bench.measure import Finding, ResultLine, Target, percentile
from bench.rig import Rig
from shared.contracts.base import topic

WIDTH = 16
_WRITTEN = (
    "SELECT application_id, pg_xact_commit_timestamp(xmin) FROM household_member WHERE position = 0"
)
_SEEN = "SELECT subject, pg_xact_commit_timestamp(xmin) FROM fact"


async def run(rig: Rig) -> Finding:
    """applications (api, worker) and supervision (worker), three processes over a real Kafka."""
    servers = await rig.kafka()
    if servers is None:
        return Finding([ResultLine("提交 → 督导可见", "未测：缺少 Java 或 Maven", "", None)])
    there = {
        "HOUSING_TRANSPORT": "kafka",
        "HOUSING_KAFKA_SERVERS": servers,
        "HOUSING_KAFKA_GROUP": f"bench-{uuid.uuid4().hex[:6]}",
    }
    await rig.empty_topic(servers, topic(events.SERVICE))
    source = await rig.database("bench_applications", events.SERVICE)
    target = await rig.database("bench_supervision", "supervision")
    api = await rig.service(events.SERVICE, source)
    await rig.service(events.SERVICE, source, "worker", **there)
    await rig.service("supervision", target, "worker", **there)
    workers = [process.pid for process in rig.processes[-2:] if process.pid]
    token, numbers = rig.token("street", households.REGION), itertools.count()

    def body() -> bytes:
        return request(
            "POST",
            "/v1/applications",
            token=token,
            body=households.body(next(numbers)),
            idempotency_key=str(uuid.uuid4()),
        )

    lags = Lags(source, target)
    await api.ask(body(), 201)
    await lags.news()
    lines, told = [], []
    for name, rate, count in (
        ("空闲（每秒 10 件）", 10, rig.size(200, 10)),
        ("每秒 200 件", 200, rig.size(2500, 60)),
    ):
        refused = await _arrivals(api, [body() for _ in range(count)], rate)
        found = await lags.news()
        lines.append(_line(f"提交 → 督导可见，{name}", found, Target("most", 50, 25, " ms")))
        told.append(f"可见时间，{name}：{count:,} 件中有 {refused} 件得到 503，没有办理")
    kept, found = [], []
    for _ in range(rig.size(3, 1)):
        with _asleep(workers):
            alone = await api.all([body() for _ in range(rig.size(1000, 60))], WIDTH, 201)
        await lags.news()
        full = await api.all([body() for _ in range(rig.size(1000, 60))], WIDTH, 201)
        found += await lags.news()
        kept.append(full.rate / alone.rate)
    share = median(kept)
    lines += [
        _line("提交 → 督导可见，满负荷", found, Target("most", 300, 100, " ms")),
        ResultLine(
            "满负荷时保持的提交速度",
            f"{share:.2f}",
            "后台进程停住时为 1",
            share,
            Target("least", 0.7),
        ),
    ]
    return Finding(
        lines, [*told, f"可见时间：办成的 {len(lags.told):,} 件全部在督导出现，各一件事实"]
    )


def _line(path: str, seconds: list[float], target: Target) -> ResultLine:
    known = sorted(one * 1000 for one in seconds)
    p50, p99 = percentile(known, 0.5), percentile(known, 0.99)
    return ResultLine(path, f"p50 {p50:.0f} / p99 {p99:.0f} ms（{len(known)} 件）", "", p99, target)


class Lags:
    """How long facts took, each told once."""

    def __init__(self, source: str, target: str) -> None:
        self._source, self._target = source, target
        self.told: set[object] = set()

    async def news(self, seconds: float = 60) -> list[float]:
        """Wait until every application is visible; the lags of those not told yet."""
        one, other = await asyncpg.connect(self._source), await asyncpg.connect(self._target)
        try:
            written = dict(await one.fetch(_WRITTEN))
            deadline = asyncio.get_running_loop().time() + seconds
            while True:
                rows = await other.fetch(_SEEN)
                if len(rows) == len(written):
                    break
                if asyncio.get_running_loop().time() > deadline or len(rows) > len(written):
                    raise AssertionError(f"{len(rows)} of {len(written)} became visible")
                await asyncio.sleep(0.2)
        finally:
            await one.close()
            await other.close()
        fresh = [(s, at) for s, at in rows if s not in self.told]
        self.told |= {subject for subject, _ in fresh}
        return [(at - written[subject]).total_seconds() for subject, at in fresh]


async def _arrivals(api: Client, raws: list[bytes], rate: float) -> int:
    """Requests at random instants, so many a second on average; how many were refused."""
    dice = random.Random(1)
    async with asyncio.TaskGroup() as group:
        asked = []
        for raw in raws:
            asked.append(group.create_task(api.ask(raw, 201, 503)))
            await asyncio.sleep(dice.expovariate(rate))
    return sum(one.result().status == 503 for one in asked)


@contextlib.contextmanager
def _asleep(pids: list[int]) -> Iterator[None]:
    """Some processes of ours stopped for a moment, shorter than a leader's lease."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
