"""D12, S11.2: events that a restored source has lost are taken back; what is published stands."""

from datetime import date

from sqlalchemy import select

from services.supervision.alert.models import WatchedRow
from services.supervision.facts.figures import figures
from shared.contracts.received_event import ReceivedEvent
from shared.db.model import new_id
from shared.domain.roles import Role
from shared.events.consumer import call_for, positions
from shared.events.rewind import RewindResult, rewind
from shared.runtime.operate import operator
from tests.acting import listed
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.supervision.acts import close, planned, send_table, started, table, tell


async def back(office: Office, source: str, kept: int) -> RewindResult:
    """What an operator's `rewind` does."""
    call = await office.call()
    found = await rewind(
        office.spec, call, operator("值班员"), source=source, kept=kept, reason="来源从备份恢复"
    )
    await call.session.commit()
    return found


async def starts(office: Office, unit: str, month: str = "2021-04") -> int:
    async with office.sessions() as session:
        found = await figures(call_for(session, office.clock), month)
        return int(found.of(unit, "started-units").total)


async def published(office: Office, month: str) -> list[str]:
    """The amounts behind the published starts of 吉林市."""
    client = office.client(Role.PROVINCE, region="220000")
    path = f"/v1/rankings/{month}/220200/facts"
    return sorted(f["amount"] for f in await listed(client, path, indicator="started-units"))


async def test_what_no_bulletin_has_told_is_taken_back_and_the_rest_comes_again(
    open_office: OpenOffice,
) -> None:
    office = await open_office("supervision")
    kept = await tell(office, started("220202", 100), planned(new_id(), "2021-04-28", "220202"))
    lost = await tell(office, started("220202", 30), planned(new_id(), "2021-04-28", "220203"))
    assert await starts(office, "220200") == 130
    found = await back(office, "projects", kept[-1].position)
    assert [id for _, id in found.lost] == [one.id for one in lost]
    assert found.again == 0
    assert await starts(office, "220200") == 100
    async with office.sessions() as session:
        assert (await positions(session))["projects"] == 0
        assert (await session.execute(select(WatchedRow))).all() == []
    await office.deliver([*kept, *await anew(office, kept[-1], 7)])
    assert await starts(office, "220200") == 107
    async with office.sessions() as session:
        assert len((await session.execute(select(WatchedRow.unit))).all()) == 2
    assert await office.run_jobs("recount") == {"recount": 0}
    assert (await back(office, "projects", 10**9)).lost == ()


async def anew(office: Office, last: ReceivedEvent, units: int) -> list[ReceivedEvent]:
    """The source's next event in its new history, at a position that was taken before."""
    made = office.received(started("220202", units), new_id())
    return [made._replace(position=last.position + 1)]


async def test_what_a_bulletin_has_told_stands_and_the_next_one_restates_it(
    open_office: OpenOffice,
) -> None:
    office = await open_office("supervision")
    await send_table(office, table({"220200": (500, 50, 10, 2500)}))
    await office.run_jobs("open-reports")
    kept = await tell(office, started("220202", 250))
    await tell(office, started("220202", 40))
    office.clock.move_to(date(2021, 5, 6))
    await office.run_jobs()
    assert (await close(office, "2021-04", "2021-05-06")).status_code == 201
    told = await published(office, "2021-04")
    assert told == ["250", "40"]

    await back(office, "projects", kept[-1].position)
    assert await published(office, "2021-04") == told
    assert await starts(office, "220200") == 250
    await office.deliver(kept)
    assert await starts(office, "220200") == 250
    office.clock.move_to(date(2021, 6, 3))
    await office.run_jobs()
    assert (await close(office, "2021-05", "2021-06-03")).status_code == 201
    client = office.client(Role.AUDITOR, region="220000")
    document = (await client.get("/v1/bulletins/2021-05")).json()["document"]
    restated = [r for r in document["restatements"] if r["label"] == "新开工（套）"]
    assert [(r["published"], r["restated"]) for r in restated] == [("290", "250")]
    assert await office.run_jobs("recount") == {"recount": 0}
