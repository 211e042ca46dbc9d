"""How often one caller may ask: told when to come again, and nobody else waits for it.

IN.limits.
"""

import time
from collections.abc import AsyncIterator

import httpx
import pytest

from shared.domain.problems import TooMany
from shared.domain.roles import Role
from shared.http.rate_limit import RateLimiter
from shared.runtime.app import create_app
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.inputs.asking import fault
from tests.shared.desk.spec import DESK
from tests.world.worlds import Worlds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that a test lets pass."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def taken(allowance: RateLimiter, caller: str, tries: int) -> int:
    """How many of some requests at once are taken."""
    count = 0
    for _ in range(tries):
        try:
            allowance.take(caller)
        except TooMany:
            continue
        count += 1
    return count


def test_what_was_saved_up_may_be_used_at_once_and_fills_up_again(clock: list[float]) -> None:
    allowance = RateLimiter(per_second=2, at_once=6)
    assert taken(allowance, "u1", 10) == 6
    assert taken(allowance, "u2", 10) == 6
    clock[0] += 1.5
    assert taken(allowance, "u1", 10) == 3
    clock[0] += 1000
    assert taken(allowance, "u1", 10) == 6


def test_the_refusal_says_when_one_more_is_taken(clock: list[float]) -> None:
    allowance = RateLimiter(per_second=0.5, at_once=1)
    allowance.take("u1")
    with pytest.raises(TooMany) as refused:
        allowance.take("u1")
    assert refused.value.headers == {"Retry-After": "2"}
    clock[0] += 2
    allowance.take("u1")


def test_no_limit_and_many_callers_keep_little(clock: list[float]) -> None:
    assert taken(RateLimiter(per_second=0, at_once=1), "u1", 1000) == 1000
    allowance = RateLimiter(per_second=1, at_once=1)
    for number in range(10_050):
        allowance.take(f"u{number}")
    allowance.take("u0")  # who has not come for longest is forgotten
    with pytest.raises(TooMany):
        allowance.take("u51")


@pytest.fixture
async def office(open_office: OpenOffice) -> AsyncIterator[Office]:
    """An office where everybody may ask three times."""
    made = await open_office(DESK)
    limits = {"requests_per_second": 1.0, "unmaskings_per_minute": 1}
    app = create_app(DESK, made.settings.model_copy(update=limits), clock=made.clock)
    made.app.state.engine, kept = app.state.engine, made.app.state.engine
    made.app = app
    yield made
    await kept.dispose()


def caller(office: Office, subject: str) -> httpx.AsyncClient:
    return office.client(Role.CITY, region="220100", subject=subject)


async def test_a_caller_that_asks_too_often_waits_and_the_others_do_not(office: Office) -> None:
    """c9: 429 with Retry-After, counted as such; other callers are served."""
    hasty = caller(office, "hasty")
    answers = [await hasty.get("/v1/letters") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert fault(answers[-1]) == ""
    assert answers[-1].json()["code"] == "too-many-requests"
    assert answers[-1].headers["retry-after"] == "1"
    assert (await caller(office, "calm").get("/v1/letters")).status_code == 200
    assert 'status="429"' in office.app.state.metrics.text().decode()


async def test_personal_data_is_not_read_by_the_hundred(worlds: Worlds) -> None:
    """c9: looks at plain data have an allowance of their own, however often one may ask else."""
    async with worlds.open("applications") as world:
        office = world.office
        settings = office.settings.model_copy(update={"unmaskings_per_minute": 2})
        app = create_app(office.spec, settings, clock=office.clock)
        thing = world.of("application", "220102")[0]
        client = world.client(Role.STREET, "220102", app=app)
        path = f"/v1/applications/{thing.id}/unmaskings"
        answers = [
            await client.post(path, json={"purpose": "入户调查前电话预约"}) for _ in range(3)
        ]
        assert [one.status_code for one in answers] == [200, 200, 429]
        assert answers[-1].headers["retry-after"] == "30"
        assert (await client.get("/v1/applications")).status_code == 200
        await app.state.engine.dispose()
