"""A bulk command on 100 objects, beside COPY of as many rows and usual practice."""

import statistics
import uuid
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from bench import households
from bench.load import request
from bench.measure import Finding, Sample, Target, rate_line, rounds
from bench.rig import Rig

WIDTH, ITEMS = 4, 100
_COMPLETE = (
    "SELECT least((SELECT count(DISTINCT receipt_no) FROM application WHERE state = 'review1'),"
    " (SELECT count(*) FROM outbox), (SELECT count(*) FROM audit_log))"
)


async def run(rig: Rig) -> Finding:
    """Accepting 100 applications with one request; 4 requests at a time."""
    count, few, times = rig.size(40, 4), rig.size(12, 4), rig.size(5, 1)
    sent, sent_by_habit = (one * ITEMS * (times + 1) for one in (count, few))
    url, plain = await rig.database("bench_applications", "applications"), await rig.plain()
    ids = iter(await households.fill(url, sent, [households.REGION], members=0))
    product = await rig.service("applications", url)
    limit = await rig.limit(url, plain)
    usual = await rig.database("bench_practice", "applications")
    others = iter(await households.fill(usual, sent_by_habit, [households.REGION], members=0))
    practice = await rig.practice("applications", usual)
    token = rig.token("street", households.REGION)
    nobody = [{"id": str(uuid.uuid4()), "version": 1} for _ in range(ITEMS)]

    def rows(sample: Sample) -> Sample:
        return replace(sample, rate=sample.rate * ITEMS)

    async def bare() -> Sample:
        raws = [request("POST", "/copy", body={"items": nobody}) for _ in range(count)]
        return rows(await limit.all(raws, WIDTH, 200))

    def acceptances(ids: Iterator[UUID], count: int) -> list[bytes]:
        return [
            request(
                "POST",
                "/v1/acceptances",
                token=token,
                idempotency_key=str(uuid.uuid4()),
                body={"items": [{"id": str(next(ids)), "version": 1} for _ in range(ITEMS)]},
            )
            for _ in range(count)
        ]

    async def whole() -> Sample:
        return rows(await product.all(acceptances(ids, count), WIDTH, 200))

    async def by_habit() -> Sample:
        return rows(await practice.all(acceptances(others, few), WIDTH, 200))

    pairs = await rounds(times, bare, whole, by_habit)
    for database, wanted in ((url, sent), (usual, sent_by_habit)):
        found = await households.count(database, _COMPLETE)
        if found != wanted:
            raise AssertionError(f"{found} of {wanted} were accepted")
    took = statistics.median(one.p50 for one in pairs.product)
    return Finding(
        [rate_line("批量办理（每次 100 件）", pairs, Target("least", 0.3), "件/秒")],
        [
            (
                f"批量：产品 {sent}、通常写法 {sent_by_habit} 件全部受理并各有受理号，"
                f"产品每次 100 件 p50 {took:.0f} ms"
            )
        ],
    )
