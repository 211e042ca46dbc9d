"""Submitting one application over HTTP, beside one bare INSERT."""

import uuid

from bench import households
from bench.load import request
from bench.measure import Finding, Target, rate_line, rounds, tail_line
from bench.rig import Rig

WIDTH = 32


async def run(rig: Rig) -> Finding:
    """Both sides take the same body, 32 at a time, over one process each."""
    count, times = rig.size(600, 50), rig.size(3, 1)
    url, plain = await rig.database("bench_applications", "applications"), await rig.plain()
    product = await rig.service("applications", url)
    limit = await rig.limit(url, plain)
    token = rig.token("street", households.REGION)
    made = iter(range(10**6))

    def bodies(path: str, keyed: bool) -> list[bytes]:
        return [
            request("POST", path, token=token, body=households.body(next(made)),
                    **({"idempotency_key": str(uuid.uuid4())} if keyed else {}))
            for _ in range(count)
        ]  # fmt: skip

    async def bare():  # type: ignore[no-untyped-def]
        return await limit.all(bodies("/insert", False), WIDTH, 201)

    async def whole():  # type: ignore[no-untyped-def]
        return await product.all(bodies("/v1/applications", True), WIDTH, 201)

    pairs = await rounds(times, bare, whole)
    path = "提交申请（HTTP）"
    return Finding(
        [
            rate_line(path, pairs, Target("least", 0.8, 1.1)),
            tail_line(path, pairs, Target("most", 2.5, 2)),
        ],
    )
