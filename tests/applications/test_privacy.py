"""Personal data: sealed in the database, masked in answers, plain only for a purpose (PIPL.51)."""

from sqlalchemy import select, text

from services.applications.application.models import Application, HouseholdMember
from services.applications.objection.models import Objection
from shared.commands.audit import audit_log
from shared.commands.idempotency import idempotency
from shared.domain.roles import Role
from tests.acting import keyed, person_at
from tests.applications.month import objected, on_notice, submitted
from tests.conftest import OpenOffice

SECRETS = ("张小明", "11010519491231002X", "220102198506170011", "13912345678")


async def test_answers_are_masked(open_office: OpenOffice) -> None:
    """PIPL.51: lists and details show stars; the number of the head and the tail only."""
    office = await open_office("applications")
    item = await submitted(office)
    street = person_at(office, Role.STREET)
    detail = await street.get(f"/v1/applications/{item['id']}")
    shown = detail.json()
    assert shown["applicant_name"] == "张*明"
    assert shown["id_no"] == "110105********002X"
    assert shown["phone"] == "139****5678"
    assert shown["members"] == ["220102********0011"]
    listing = await street.get("/v1/applications")
    for secret in SECRETS:
        assert secret not in detail.text + listing.text
    assert set(shown["actions"]) == {"accept", "withdraw"}


async def test_plain_data_need_a_purpose_and_leave_a_trace(open_office: OpenOffice) -> None:
    """PIPL.51: who saw them and what for is in the audit trail, and no copy of them is kept."""
    office = await open_office("applications")
    item = await submitted(office)
    path = f"/v1/applications/{item['id']}/unmaskings"
    street = person_at(office, Role.STREET)
    assert (await street.post(path, json={"purpose": ""})).status_code == 422
    assert (
        await person_at(office, Role.PROVINCE, region="220000").post(
            path, json={"purpose": "了解情况"}
        )
    ).status_code == 403
    neighbour = person_at(office, Role.STREET, region="220103")
    assert (await neighbour.post(path, json={"purpose": "了解情况"})).status_code == 404

    body = {"purpose": "入户调查前电话预约"}
    answer = await street.post(path, json=body, headers=keyed())
    plain = answer.json()
    assert (plain["name"], plain["id_no"], *plain["members"], plain["phone"]) == SECRETS
    async with office.sessions() as session:
        seen = select(audit_log.c.reason, audit_log.c.actor_sub).where(
            audit_log.c.action == "unmask"
        )
        assert [tuple(row) for row in await session.execute(seen)] == [
            ("入户调查前电话预约", "street-220102")
        ]
        kept = await session.scalars(select(idempotency.c.body))
        for copy in kept:
            assert b"13912345678" not in (copy or b"")


async def test_the_database_holds_no_plain_person(open_office: OpenOffice) -> None:
    """PIPL.51: no table of the service has a name, a number, a phone or an objection in plain."""
    office = await open_office("applications")
    item = await on_notice(office)
    await objected(office, item)
    async with office.sessions() as session:
        names = await session.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        for name in names:
            rows = await session.execute(text(f'SELECT t::text FROM "{name}" AS t'))
            held = "\n".join(rows.scalars())
            for secret in (*SECRETS, "该户另有住房"):
                assert secret not in held, name
                assert secret.encode().hex() not in held, name
        for model in (Application, HouseholdMember, Objection):
            assert (await session.scalars(select(model))).first() is not None
