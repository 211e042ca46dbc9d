"""The feed: where to go on, whom it shows what, and many who wait without a connection.

IN.feed.
"""

import asyncio
import re
import time
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import event

from shared.domain.roles import Role
from shared.events.envelope import BATCH_MEDIA
from shared.runtime.app import create_app
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.shared.desk.spec import DESK
from tests.shared.post import as_owner, write_letters
from tests.waiting import until


@pytest.fixture
async def office(open_office: OpenOffice) -> Office:
    office = await open_office(DESK)
    await write_letters(office, 3)
    await write_letters(office, 2, region="220202")
    await office.number()
    return office


@pytest.fixture
def reader(office: Office) -> httpx.AsyncClient:
    return office.client(Role.SERVICE, region="220000")


async def ask(reader: httpx.AsyncClient, **query: int) -> tuple[list[int], int]:
    """The positions in the answer, and where the Link header sends us."""
    answer = await reader.get("/v1/events", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == BATCH_MEDIA
    link = r'</v1/events\?after=(\d+)(&last=[0-9a-f-]{36})?>; rel="next"'
    found = re.fullmatch(link, answer.headers["link"])
    assert found is not None
    return [int(one["sequence"]) for one in answer.json()], int(found[1])


async def test_the_feed_is_read_in_pieces_to_its_end(reader: httpx.AsyncClient) -> None:
    assert await ask(reader, limit=2) == ([1, 2], 2)
    assert await ask(reader, after=2) == ([3, 4, 5], 5)
    assert await ask(reader, after=5) == ([], 5)


async def test_the_bytes_are_those_of_every_other_door(
    office: Office, reader: httpx.AsyncClient
) -> None:
    told = b",\n".join(one.raw for one in await office.events())
    assert (await reader.get("/v1/events")).content == b"[" + told + b"]"


async def test_another_regions_events_are_left_out_and_the_reader_still_gets_on(
    office: Office,
) -> None:
    """PIPL.51: a reader sees its regions only."""
    city = office.client(Role.SERVICE, region="220200")
    assert await ask(city, limit=2) == ([], 2)
    assert await ask(city, after=2) == ([4, 5], 5)
    elsewhere = office.client(Role.SERVICE, region="220300")
    assert await ask(elsewhere) == ([], 5)


@pytest.mark.parametrize(
    "query", [{"after": -1}, {"after": 2**63}, {"after": "x"}, {"limit": 0}, {"limit": 2001},
              {"wait": -1}, {"wait": 31}, {"wait": "1e9"}],
)  # fmt: skip
async def test_what_cannot_be_meant_is_refused(
    reader: httpx.AsyncClient, query: dict[str, Any]
) -> None:
    assert (await reader.get("/v1/events", params=query)).status_code == 422


async def test_only_services_and_entitled_integrators_read(office: Office) -> None:
    assert (await office.client(Role.STREET).get("/v1/events")).status_code == 403
    stranger = await office.client(Role.INTEGRATOR, region="220000").get("/v1/events")
    assert (stranger.status_code, stranger.json()["code"]) == (403, "not-entitled")
    assert (await office.client().get("/v1/events")).status_code == 401


async def test_a_reader_ahead_of_the_log_is_told_so(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/v1/events", params={"after": 6})
    assert (answer.status_code, answer.json()["code"]) == (409, "position-ahead")
    assert answer.json()["head"] == 5


async def test_a_reader_of_another_history_is_told_so(reader: httpx.AsyncClient) -> None:
    """After a restore the same position holds another event: the reader must not go on."""
    first = (await reader.get("/v1/events", params={"limit": 1})).json()[0]
    good = await reader.get("/v1/events", params={"after": 1, "last": first["id"]})
    assert good.status_code == 200
    bad = await reader.get("/v1/events", params={"after": 1, "last": str(UUID(int=1))})
    assert (bad.status_code, bad.json()["code"]) == (409, "history-differs")


async def test_the_link_tells_the_history_also_to_whom_it_shows_nothing(office: Office) -> None:
    """A reader of another region could not name the event that it stands at."""
    elsewhere = office.client(Role.SERVICE, region="220300")
    link = (await elsewhere.get("/v1/events")).headers["link"].split(">")[0][1:]
    assert (await elsewhere.get(link)).headers["link"].split(">")[0][1:] == link
    await as_owner(office, "UPDATE outbox SET event_id = gen_random_uuid() WHERE position = 5")
    refused = await elsewhere.get(link)
    assert (refused.status_code, refused.json()["code"]) == (409, "history-differs")


async def test_a_reader_behind_what_is_kept_is_told_so(
    office: Office, reader: httpx.AsyncClient
) -> None:
    await as_owner(office, "DELETE FROM outbox WHERE position <= 3")
    answer = await reader.get("/v1/events", params={"after": 2})
    assert (answer.status_code, answer.json()["code"]) == (410, "position-expired")
    assert answer.json()["oldest"] == 4
    assert await ask(reader, after=3) == ([4, 5], 5)
    await as_owner(office, "DELETE FROM outbox")
    assert (await reader.get("/v1/events", params={"after": 4})).json()["oldest"] == 6
    assert await ask(reader, after=5) == ([], 5)


async def test_who_waits_is_woken_by_the_next_event(
    office: Office, reader: httpx.AsyncClient
) -> None:
    waiting = asyncio.create_task(ask(reader, after=5, wait=30))
    await until(lambda: office.app.state.head_watch.waiting == 1)
    await write_letters(office, 1)
    began = time.monotonic()
    await office.number()
    assert await waiting == ([6], 6)
    assert time.monotonic() - began < 5


async def test_who_waits_in_vain_gets_an_empty_answer(reader: httpx.AsyncClient) -> None:
    assert await ask(reader, after=5, wait=1) == ([], 5)


async def test_a_hundred_wait_on_a_pool_of_five_and_hold_no_connection(office: Office) -> None:
    small = create_app(DESK, office.settings.model_copy(update={"pool_size": 5}))
    pool = small.state.engine.pool
    opened: list[object] = []
    event.listen(small.state.engine.sync_engine, "connect", lambda *_: opened.append(1))
    readers = [office.client(Role.SERVICE, region="220000", app=small) for _ in range(100)]
    waiting = [asyncio.create_task(ask(one, after=5, wait=30)) for one in readers]
    await until(lambda: small.state.head_watch.waiting == 100)
    await until(lambda: pool.checkedout() == 0)
    street = office.client(Role.STREET, app=small)
    assert (await street.get("/v1/letters")).status_code == 200
    await write_letters(office, 1)
    await office.number()
    assert await asyncio.gather(*waiting) == [([6], 6)] * 100
    assert len(opened) <= 5
    assert small.state.head_watch.waiting == 0
    await small.state.engine.dispose()


async def test_the_watch_survives_a_database_that_is_away(office: Office) -> None:
    app = create_app(DESK, office.settings)
    watch = app.state.head_watch
    await as_owner(office, f'REVOKE CONNECT ON DATABASE "{office.database}" FROM PUBLIC')
    await watch.beyond(5, 0.3)
    waiting = asyncio.create_task(watch.beyond(5, 600))
    await until(lambda: watch.waiting == 1)
    await as_owner(office, f'GRANT CONNECT ON DATABASE "{office.database}" TO PUBLIC')
    await write_letters(office, 1)
    await office.number()
    await until(waiting.done)
    await app.state.engine.dispose()
