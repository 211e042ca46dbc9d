"""A rush: those who wait are served, the others are told at once to come again.

IN.limits.
"""

import asyncio

import httpx
from fastapi import FastAPI

from shared.environment.metrics import Metrics
from shared.http.middleware import RequestMiddleware


def slow(gate: asyncio.Event) -> FastAPI:
    """An application whose work waits for `gate`."""
    app = FastAPI()

    @app.get("/v1/work")
    @app.get("/v1/events")
    async def work() -> str:
        await gate.wait()
        return "done"

    app.add_middleware(RequestMiddleware, metrics=Metrics("desk"), most=2)
    return app


async def test_only_so_many_requests_wait_and_the_queue_empties() -> None:
    gate = asyncio.Event()
    transport = httpx.ASGITransport(app=slow(gate))
    async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
        rush = [asyncio.create_task(client.get("/v1/work")) for _ in range(5)]
        feed = asyncio.create_task(client.get("/v1/events"))
        done, waiting = await asyncio.wait(rush, timeout=0.5)
        assert (len(done), len(waiting)) == (3, 2)
        for task in done:
            answer = task.result()
            assert (answer.status_code, answer.json()["code"]) == (503, "busy")
            assert answer.headers["retry-after"] == "2"
        gate.set()
        served = [task.result().status_code for task in (await asyncio.wait(waiting))[0]]
        assert [*served, (await feed).status_code] == [200, 200, 200]
        assert (await client.get("/v1/work")).status_code == 200
