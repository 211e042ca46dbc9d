"""Creating and moving single objects of every other service, beside one bare INSERT or UPDATE."""

import itertools
import uuid
from collections.abc import Iterator
from functools import cache

from bench import households
from bench.load import Client, request
from bench.measure import Finding, ResultLine, Sample, Target, rate_line, rounds
from bench.objects import ROUTES, WIDTH, Route
from bench.rig import Rig

_REASON = {"version": 1, "reason": "家庭情况变化，写明原因"}


async def run(rig: Rig) -> Finding:
    """One process of each service in turn; 16 requests at a time."""
    count, times = rig.size(250, 16), rig.size(3, 1)
    plain = await rig.plain()
    limit = await rig.limit(plain, plain)
    lines = []
    for service, routes in itertools.groupby(ROUTES, lambda route: route.service):
        url = await rig.database(f"bench_{service}", service)
        product = await rig.service(service, url)
        for route in routes:
            lines.append(await _measured(rig, route, url, plain, product, limit, count, times))
    return Finding(
        lines, [f"其他服务的单个对象：每项 {count * (times + 1)} 件，办成的件数与发出的相等"]
    )


async def _measured(
    rig: Rig,
    route: Route,
    url: str,
    plain: str,
    product: Client,
    limit: Client,
    count: int,
    times: int,
) -> ResultLine:
    sent = count * (times + 1)
    ids = await route.fill(url, sent)
    theirs: Iterator[uuid.UUID] = iter(())
    if not route.creates:
        theirs = iter(await households.fill(plain, sent, [households.REGION], table="plain"))
    expected = 201 if route.creates else 200
    numbers = itertools.count()
    token = cache(lambda region: rig.token(route.role, region))

    def asked() -> bytes:
        n = next(numbers)
        id = ids[n % len(ids)]
        more = {"if_match": '"1"'} if route.by_version else {}
        return request(
            "POST",
            route.path(id),
            token=token(route.region(n)),
            body=route.body(id, n),
            idempotency_key=str(uuid.uuid4()),
            **more,
        )

    def bare_one() -> bytes:
        if route.creates:
            return request("POST", "/insert", body=households.body(0))
        return request("POST", f"/update/{next(theirs)}", body=_REASON)

    async def bare() -> Sample:
        return await limit.all([bare_one() for _ in range(count)], WIDTH, expected)

    async def whole() -> Sample:
        raws = [asked() for _ in range(count)]
        return await product.all(raws, WIDTH, expected, in_lanes=route.in_order)

    pairs = await rounds(times, bare, whole)
    found = await households.count(url, route.done)
    if found != sent:
        raise AssertionError(f"{route.label}: {found} of {sent} were carried out")
    kind = "登记" if route.creates else "办理"
    return rate_line(f"单个{kind}：{route.label}", pairs, Target("least", 0.5))
