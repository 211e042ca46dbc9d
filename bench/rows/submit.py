"""Submitting one application over HTTP, beside one bare INSERT and beside usual practice."""

import itertools
import uuid

from bench import households
from bench.load import request
from bench.measure import Finding, Sample, Target, rate_line, rounds, tail_line
from bench.rig import Rig

WIDTH = 32
_COMPLETE = (
    "SELECT least((SELECT count(*) FROM application), (SELECT count(*) FROM outbox),"
    " (SELECT count(*) FROM audit_log), (SELECT count(*) FROM household_member) / 2,"
    " (SELECT count(*) FROM idempotency WHERE body <> ''))"
)


async def run(rig: Rig) -> Finding:
    """All sides take the same body, 32 at a time, over one process each."""
    count, few, times = rig.size(1000, 40), rig.size(250, 40), rig.size(5, 1)
    url, plain = await rig.database("bench_applications", "applications"), await rig.plain()
    product = await rig.service("applications", url)
    limit = await rig.limit(url, plain)
    usual = await rig.database("bench_practice", "applications")
    practice = await rig.practice("applications", usual)
    token = rig.token("street", households.REGION)
    numbers = itertools.count()

    def bodies(count: int) -> list[bytes]:
        return [
            request(
                "POST",
                "/v1/applications",
                token=token,
                body=households.body(next(numbers)),
                idempotency_key=str(uuid.uuid4()),
            )
            for _ in range(count)
        ]

    async def bare() -> Sample:
        raws = [request("POST", "/insert", body=households.body(n)) for n in range(count)]
        return await limit.all(raws, WIDTH, 201)

    async def whole() -> Sample:
        return await product.all(bodies(count), WIDTH, 201)

    async def by_habit() -> Sample:
        return await practice.all(bodies(few), WIDTH, 201)

    pairs = await rounds(times, bare, whole, by_habit)
    for client in (product, practice):
        [raw] = bodies(1)
        answers = [await client.ask(raw, 201) for _ in range(2)]
        if answers[0].body != answers[1].body:
            raise AssertionError("a repeated request got another answer")
    sent, sent_by_habit = (one * (times + 1) + 1 for one in (count, few))
    for database, wanted in ((url, sent), (usual, sent_by_habit)):
        found = await households.count(database, _COMPLETE)
        if found != wanted:
            raise AssertionError(f"{found} of {wanted} applications have all their rows")
    path = "提交申请（HTTP）"
    return Finding(
        [
            rate_line(path, pairs, Target("least", 0.5), lead=Target("least", 3, unit=" 倍")),
            tail_line(path, pairs, Target("most", 2.5, 2)),
        ],
        [
            (
                f"提交：产品 {sent}、通常写法 {sent_by_habit} 份申请各有状态、事件、审计、幂等键，"
                "重复的请求得到原来的答复"
            )
        ],
    )
