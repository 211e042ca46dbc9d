"""Five times more requests than can be served: what is refused, and how soon all is well again."""

import asyncio
import itertools
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable

from bench import households
from bench.load import Client, request
from bench.measure import Finding, ResultLine, Target
from bench.rig import Rig

WIDTH, TIMES = 32, 5
MOST = 1500
"""Connections of the client; arrivals beyond them wait in the client, as they would at a proxy."""


async def run(rig: Rig) -> Finding:
    """Random arrivals at five times the rate that was measured just before."""
    seconds = rig.size(60, 1)
    url = await rig.database("bench_applications", "applications")
    api = await rig.service("applications", url)
    token, numbers = rig.token("street", households.REGION), itertools.count()

    def body() -> bytes:
        return request(
            "POST",
            "/v1/applications",
            token=token,
            body=households.body(next(numbers)),
            idempotency_key=str(uuid.uuid4()),
        )

    await api.all([body() for _ in range(rig.size(600, 60))], WIDTH, 201)
    before = await api.all([body() for _ in range(rig.size(1500, 60))], WIDTH, 201)
    made = rig.size(2100, 120)
    unanswered = Counter[str]()
    answers = await _storm(api, body, before.rate * TIMES, seconds, unanswered)
    recovery = await _recovery(api, body, before.p99 / 1000 * 1.5)
    made += answers[201] + recovery[1]
    found = await households.count(url, "SELECT count(*) FROM application")
    events = await households.count(url, "SELECT count(*) FROM outbox")
    odd = sum(n for status, n in answers.items() if status not in (201, 429, 503))
    lost = abs(found - made) + abs(events - made)
    facts = [f"过载：没有答复的 {n} 次，{kind}" for kind, n in unanswered.items()]
    told = "，".join(f"{status}: {n:,}" for status, n in sorted(answers.items()))
    served = answers[201] / seconds
    return Finding(
        [
            ResultLine(
                f"过载 {TIMES} 倍 {seconds} 秒：201、429、503 之外的答复",
                told,
                "",
                odd,
                Target("most", 0),
            ),
            ResultLine(
                "过载期间办成的速度",
                f"{served:,.0f} 次/秒",
                f"过载前 {before.rate:,.0f} 次/秒",
                served / before.rate,
            ),
            ResultLine(
                "过载后恢复",
                f"{recovery[0]:.1f} 秒",
                "",
                recovery[0],
                Target("most", 10, unit=" 秒"),
            ),
            ResultLine(
                "过载：答复 201 而库中没有，或多出", f"{lost} 件", "", lost, Target("most", 0)
            ),
        ],
        facts,
    )


async def _storm(
    api: Client,
    body: Callable[[], bytes],
    rate: float,
    seconds: float,
    unanswered: Counter[str],
) -> Counter[int]:
    """Arrivals that nobody holds back; every answer is awaited."""
    dice, answers = random.Random(1), Counter[int]()
    room = asyncio.Semaphore(MOST)

    async def one() -> None:
        async with room:
            try:
                answers[(await api.ask(body())).status] += 1
            except OSError as error:
                answers[0] += 1
                unanswered[f"{type(error).__name__} {error}"[:60]] += 1

    loop = asyncio.get_running_loop()
    end, due = loop.time() + seconds, loop.time()
    async with asyncio.TaskGroup() as group:
        while loop.time() < end:
            while due <= loop.time():
                group.create_task(one())
                due += dice.expovariate(rate)
            await asyncio.sleep(0.001)
    return answers


async def _recovery(api: Client, body: Callable[[], bytes], good: float) -> tuple[float, int]:
    """Seconds until ten requests in a row are as quick as before; and how many were accepted."""
    started, row, made = time.perf_counter(), 0, 0
    while row < 10 and time.perf_counter() - started < 30:
        sent = time.perf_counter()
        answer = await api.ask(body())
        made += answer.status == 201
        quick = answer.status == 201 and time.perf_counter() - sent < good
        row = row + 1 if quick else 0
    return time.perf_counter() - started, made
