"""What others do in the very moment of a step: after its facts were read, before it is written."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
from sqlalchemy import text

from services.subsidy.month.commands import note_made
from services.subsidy.month.locks import own_unit
from tests.acting import codes, done, listed, post, province
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.subsidy.acts import (
    STANDARD,
    UNIT,
    agreements,
    calculated,
    checker,
    city,
    finance,
    made,
    publish,
    returned,
    sent,
    shown,
    signed,
)
from tests.waiting import until

WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


async def waiting(connection: asyncpg.Connection) -> bool:
    """Whether a statement of this database waits for a lock."""
    return bool(await connection.fetchval(f"{WAITS} AND wait_event_type = 'Lock'"))


@asynccontextmanager
async def held_up(office: Office) -> AsyncIterator[asyncpg.Connection]:
    """The owner's transaction, ended behind the block: no command can be written before."""
    owner = await asyncpg.connect(office.settings.owner_database_url)
    try:
        async with owner.transaction():
            await owner.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
            yield owner
    finally:
        await owner.close()


async def meanwhile(
    office: Office, client: httpx.AsyncClient, path: str, version: int, sql: str
) -> Any:
    """The answer to a step between whose reading and writing somebody carries out `sql`."""
    async with held_up(office) as owner:
        step = asyncio.create_task(post(client, path, {}, version))
        await until(lambda: waiting(owner))
        await owner.execute(sql)
    return await step


async def test_who_is_stopped_as_a_batch_is_checked_is_not_passed(open_office: OpenOffice) -> None:
    """S1.3: the check finds the household that was entitled a moment ago."""
    office = await open_office("subsidy")
    await publish(office)
    await signed(office, 2)
    batch = await made(office)
    stop = "UPDATE subsidy_grant SET state = 'stopped', stop_month = '2021-04'"
    path = f"/v1/batches/{batch['id']}/check"
    refused = await meanwhile(office, checker(office), path, batch["version"], stop)
    assert (refused.status_code, refused.json()["code"]) == (422, "no-longer-entitled")
    assert (await shown(office, batch))["state"] == "generated"


async def test_a_line_that_opens_again_as_its_batch_closes_keeps_it_open(
    open_office: OpenOffice,
) -> None:
    """S2.9: nothing is open any more when the closing is written, not only when it was read."""
    office = await open_office("subsidy")
    batch = await returned(office, await sent(office, 2))
    path, again = f"/v1/batches/{batch['id']}/closing", "UPDATE payment SET state = 'failed'"
    refused = await meanwhile(office, finance(office), path, batch["version"], again)
    assert codes(refused) == [("lines-failed", "")]
    assert (await shown(office, batch))["state"] == "reconciled"


async def test_a_reissue_made_as_its_origin_closes_keeps_it_open(open_office: OpenOffice) -> None:
    """S2.9: an unsent reissue may still be voided, and then its lines fail again."""
    office = await open_office("subsidy")
    batch = await returned(office, await sent(office, 2))
    reissue = (
        "INSERT INTO batch SELECT (r).* FROM (SELECT jsonb_populate_record(b, jsonb_build_object("
        "'id', gen_random_uuid(), 'number', 'PC-1', 'kind', 'reissue', 'origin_id', id,"
        " 'state', 'generated')) AS r FROM batch b) made"
    )
    path = f"/v1/batches/{batch['id']}/closing"
    refused = await meanwhile(office, finance(office), path, batch["version"], reissue)
    assert codes(refused) == [("reissues-unsent", "")]


async def test_agreements_and_standards_wait_for_a_batch_that_is_being_made(
    open_office: OpenOffice,
) -> None:
    """J281, S2.9: neither counts on the month of a batch that nobody can see yet."""
    office = await open_office("subsidy")
    await publish(office)
    grants = await calculated(office)
    owner = await asyncpg.connect(office.settings.owner_database_url)
    call = await office.call()
    async with call.session.begin():
        await own_unit(call.session, UNIT)
        await note_made(call, UNIT, "2021-04")
        late = {**STANDARD, "effective_from": "2021-04-01"}
        both = asyncio.gather(
            post(city(office), "/v1/agreements", agreements(grants)),
            post(city(office), "/v1/standards", late),
        )
        await until(lambda: both_wait(owner))
    agreed, refused = await both
    await owner.close()
    assert agreed.status_code == 200
    assert codes(refused) == [("month-already-paid", "/effective_from")]
    (grant,) = await listed(province(office), "/v1/grants")
    assert grant["first_month"] == "2021-05"


async def both_wait(owner: asyncpg.Connection) -> bool:
    """Whether two statements wait for the unit."""
    found = await owner.fetchval(f"{WAITS} AND wait_event = 'advisory'")
    return bool(found == 2)


async def test_one_household_in_two_batches_at_once_is_paid_once(open_office: OpenOffice) -> None:
    """S1.3, IN.money: two units make the month of one household in the same moment."""
    office = await open_office("subsidy")
    await publish(office)
    await publish(office, region="220200")
    (old,) = await signed(office, household="h1")
    stop = {"reason_code": "moved-away", "opinion": "已迁出。", "changed_on": "2021-04-01"}
    await done(city(office), f"/v1/grants/{old['id']}/stop", stop, old["version"])
    new = await calculated(office, household="h1", region="220202")
    await done(city(office, "220200"), "/v1/agreements", agreements(new))
    async with held_up(office) as owner:
        both = asyncio.gather(
            *(
                post(city(office, unit), "/v1/batches", {"region": unit, "month": "2021-04"})
                for unit in (UNIT, "220200")
            )
        )
        await until(lambda: waiting(owner))
    assert sorted(answer.status_code for answer in await both) == [201, 422]
    async with office.sessions() as session:
        live = await session.scalars(text("SELECT state FROM payment"))
        assert list(live) == ["pending"]
