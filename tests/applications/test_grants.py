"""What the subsidy service tells about grants: one household, one guarantee (S1.3)."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from shared.contracts.base import Event
from shared.contracts.subsidy import GrantHeld, GrantOpened, GrantStopped
from shared.db.model import new_id
from shared.domain.roles import Role
from shared.events.inbox import dead_letter
from tests.acting import codes, household, keyed, person_at
from tests.applications.month import day, on_second_notice, submitted
from tests.conftest import OpenOffice


def opened(grant: UUID, application: str) -> GrantOpened:
    return GrantOpened(
        region="220102",
        on=date(2021, 4, 21),
        grant_id=grant,
        application_id=UUID(application),
        monthly_fen=31_500,
    )


def held(grant: UUID, application: str) -> GrantHeld:
    return GrantHeld(
        region="220102",
        on=date(2021, 4, 21),
        grant_id=grant,
        application_id=UUID(application),
        reason_code="no-standard",
    )


def stopped(grant: UUID) -> GrantStopped:
    return GrantStopped(
        region="220102",
        on=date(2021, 6, 21),
        grant_id=grant,
        from_month="2021-07",
        reason_code="home-obtained",
    )


@pytest.mark.parametrize("began", [opened, held])
async def test_a_guaranteed_household_applies_again_only_after_its_end(
    open_office: OpenOffice, began: Callable[[UUID, str], Event]
) -> None:
    """S1.3: while it is guaranteed nobody of it applies; when the grant ends all are free again."""
    office = await open_office("applications")
    item = await on_second_notice(office)
    await day(office, date(2021, 4, 21))
    street = person_at(office, Role.STREET)
    refused = await street.post("/v1/applications", json=household(), headers=keyed())
    assert set(codes(refused)) >= {("household-running", "/id_no")}

    grant = new_id()
    batch = await office.deliver([(began(grant, item["id"]), grant, 1), (stopped(grant), grant, 2)])
    await office.deliver(batch)
    detail = (await street.get(f"/v1/applications/{item['id']}")).json()
    assert detail["state"] == "ended"
    assert [one.event.fact for one in await office.events()].count("application-ended") == 1
    assert (await submitted(office))["state"] == "submitted"


async def test_a_grant_of_an_unknown_application_is_a_dead_letter(open_office: OpenOffice) -> None:
    """S1.3: it is kept for somebody to look at, and what follows it waits behind."""
    office = await open_office("applications")
    grant = new_id()
    await office.deliver([(opened(grant, str(new_id())), grant, 1), (stopped(grant), grant, 2)])
    async with office.sessions() as session:
        found = await session.scalars(select(dead_letter.c.code).order_by(dead_letter.c.position))
        assert list(found) == ["application-unknown", "behind-dead-letter"]
