"""One transition of one object with If-Match, beside one bare UPDATE and usual practice."""

import uuid
from collections.abc import Iterator
from uuid import UUID

from bench import households
from bench.load import request
from bench.measure import Finding, Sample, Target, rate_line, rounds, tail_line
from bench.rig import Rig

WIDTH = 32
_COMPLETE = (
    "SELECT least((SELECT count(*) FROM application WHERE state = 'withdrawn' AND version = 2),"
    " (SELECT count(*) FROM outbox), (SELECT count(*) FROM audit_log),"
    " (SELECT count(*) FROM idempotency WHERE body <> ''),"
    " (SELECT count(*) FROM household_member WHERE NOT live) / 2)"
)


async def run(rig: Rig) -> Finding:
    """Withdrawing applications: read, guard by state and version, write, 32 at a time."""
    count, few, times = rig.size(1000, 40), rig.size(250, 40), rig.size(5, 1)
    sent, sent_by_habit = count * (times + 1), few * (times + 1)
    url, plain = await rig.database("bench_applications", "applications"), await rig.plain()
    mine = iter(await households.fill(url, sent, [households.REGION]))
    theirs = iter(await households.fill(plain, sent, [households.REGION], table="plain"))
    product = await rig.service("applications", url)
    limit = await rig.limit(url, plain)
    usual = await rig.database("bench_practice", "applications")
    others = iter(await households.fill(usual, sent_by_habit, [households.REGION]))
    practice = await rig.practice("applications", usual)
    token = rig.token("street", households.REGION)
    reason = {"reason": "家庭情况变化"}

    async def bare() -> Sample:
        raws = [
            request("POST", f"/update/{next(theirs)}", body={**reason, "version": 1})
            for _ in range(count)
        ]
        return await limit.all(raws, WIDTH, 200)

    def withdrawals(ids: Iterator[UUID], count: int) -> list[bytes]:
        return [
            request(
                "POST",
                f"/v1/applications/{next(ids)}/withdrawal",
                token=token,
                body=reason,
                idempotency_key=str(uuid.uuid4()),
                if_match='"1"',
            )
            for _ in range(count)
        ]

    async def whole() -> Sample:
        return await product.all(withdrawals(mine, count), WIDTH, 200)

    async def by_habit() -> Sample:
        return await practice.all(withdrawals(others, few), WIDTH, 200)

    pairs = await rounds(times, bare, whole, by_habit)
    for database, wanted in ((url, sent), (usual, sent_by_habit)):
        found = await households.count(database, _COMPLETE)
        if found != wanted:
            raise AssertionError(f"{found} of {wanted} withdrawals have all their rows")
    path = "单个办理（撤回，If-Match）"
    return Finding(
        [
            rate_line(path, pairs, Target("least", 0.5)),
            tail_line(path, pairs, Target("most", 2.5, 2)),
        ],
        [f"单个办理：产品 {sent}、通常写法 {sent_by_habit} 件各有新状态、事件、审计、幂等键各一行"],
    )
