"""Handing in, accepting and withdrawing applications."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import Response
from sqlalchemy import select, update

from services.applications.application import rules
from services.applications.application.models import (
    HOUSEHOLD_KEY,
    ID_NO,
    NAME,
    PHONE,
    Application,
    HouseholdMember,
)
from services.applications.application.rules import Filing
from services.applications.application.schemas import Acceptances, WithdrawalIn
from services.applications.application.states import MACHINE, UNDER_NOTICE
from services.applications.notice.commands import end_notices
from services.applications.objection.commands import lapse_objections
from shared.commands import changes
from shared.commands.context import Call
from shared.commands.drafts import draft
from shared.contracts.applications import (
    ApplicationAccepted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from shared.db.model import among, new_id
from shared.db.statement import Part
from shared.domain.fields import Output
from shared.domain.problems import Forbidden, NotFound, Reason, Refused
from shared.domain.regions import offices_of, region, unit_of
from shared.domain.roles import Role
from shared.http import hot
from shared.law.citing import cites

SERIES = "ZB"


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A file of a list that was not taken in, by its place in the list."""

    place: int
    reason: Reason


@cites("S2.3", "S1.3")
async def submit(
    call: Call, office: str, filings: Sequence[Filing]
) -> tuple[list[Application], list[NotTaken]]:
    """Take in the files that are in order, on any day of the year; tell why the others are not.

    A person stands in one live household only, in the whole province.
    """
    check_office(call, office)
    indexes = [[ID_NO.index(number) for number in (f.id_no, *f.members)] for f in filings]
    refused = [
        NotTaken(place, reason)
        for place, filing in enumerate(filings)
        for reason in rules.filing_refusals(filing)
    ]
    refused += await _living_elsewhere(call, indexes)
    out = {one.place for one in refused}
    good = [place for place in range(len(filings)) if place not in out]
    rows = [_application(call, office, filings[place]) for place in good]
    if rows:
        events = [_submitted(call, row) for row in rows]
        await changes.create_all(call, MACHINE, rows, events, action="submit")
        call.session.add_all(
            _member(row.id, position, number, index)
            for row, place in zip(rows, good, strict=True)
            for position, (number, index) in enumerate(
                zip(_numbers(filings[place]), indexes[place], strict=True)
            )
        )
        await call.session.flush()
    return rows, refused


_LIVING = "SELECT FROM household_member WHERE live AND id_index = ANY({}::bytea[])"


async def submit_swiftly(
    command: hot.Command, office: str, filing: Filing, show: Callable[[Application], Output]
) -> Response | None:
    """As `submit` for one file that is in order; None when anything speaks against it."""
    call = command.call
    check_office(call, office)
    if rules.filing_refusals(filing):
        return None
    row = _application(call, office, filing, draft(Application))
    numbers = _numbers(filing)
    indexes = [ID_NO.index(number) for number in numbers]
    return await hot.create(
        command,
        MACHINE,
        row,
        _submitted(call, row),
        lambda: show(row),
        action="submit",
        also=[
            _member(row.id, place, number, index, draft(HouseholdMember))
            for place, (number, index) in enumerate(zip(numbers, indexes, strict=True))
        ],
        unless=Part(_LIVING, (indexes,)),
    )


def check_office(call: Call, office: str) -> None:
    """An office takes in the households of its own district or county."""
    if not call.actor.reach.contains(office):
        raise Forbidden("region-outside", "只能办理本辖区的业务。")
    region(office, call.today)
    if office not in offices_of(unit_of(office, call.today), call.today):
        raise Refused("not-an-office", "应填受理街道所在的区县代码，不能填设区的市。")


def _numbers(filing: Filing) -> tuple[str, ...]:
    return (filing.id_no, *filing.members)


async def _living_elsewhere(call: Call, indexes: Sequence[Sequence[bytes]]) -> list[NotTaken]:
    """People who stand in another live household: of the database, or earlier in this list."""
    wanted = {index for household in indexes for index in household}
    statement = select(HouseholdMember.id_index).where(
        HouseholdMember.live, among(HouseholdMember.id_index, wanted)
    )
    living = set(await call.session.scalars(statement))
    found: list[NotTaken] = []
    seen: dict[bytes, int] = {}
    for place, household in enumerate(indexes):
        for position, index in enumerate(household):
            pointer = "/members" if position else "/id_no"
            if index in living:
                detail = "该家庭成员已有在办的申请或正在享受保障。"
                found.append(NotTaken(place, Reason("household-running", detail, pointer, "S1.3")))
            elif seen.setdefault(index, place) != place:
                detail = "该家庭成员在本清单中出现在另一户。"
                found.append(NotTaken(place, Reason("household-repeated", detail, pointer, "S1.3")))
    return found


def _application(
    call: Call, office: str, filing: Filing, make: Callable[..., Application] = Application
) -> Application:
    id = new_id()
    return make(
        id=id,
        region=office,
        submitted_by=call.actor.subject,
        consented_on=call.today,
        name=NAME.seal(id, filing.name),
        phone=PHONE.seal(id, filing.phone),
        household_key=HOUSEHOLD_KEY.index("|".join(sorted(_numbers(filing)))).hex(),
        household_size=filing.household_size,
        hukou_region=filing.hukou_region,
        urban_hukou=filing.urban_hukou,
        categories=list(filing.categories),
        tier=rules.tier_of(filing.categories),
        mode=filing.mode,
        monthly_income_fen=filing.monthly_income_fen,
        own_area_sqm=filing.own_area_sqm,
    )


def _member(
    application_id: UUID,
    position: int,
    number: str,
    index: bytes,
    make: Callable[..., HouseholdMember] = HouseholdMember,
) -> HouseholdMember:
    id = new_id()
    return make(
        id=id,
        application_id=application_id,
        position=position,
        id_no=ID_NO.seal(id, number),
        id_index=index,
    )


def _submitted(call: Call, row: Application) -> ApplicationSubmitted:
    return ApplicationSubmitted.model_validate(
        {
            "region": row.region,
            "application_id": row.id,
            "on": call.today,
            "categories": tuple(row.categories),
            "mode": row.mode,
            "household_size": row.household_size,
        }
    )


@cites("O11.8", "S2.3")
async def accept(call: Call, body: Acceptances) -> list[Application]:
    """Accept complete files: each gets its receipt number, and the first review begins."""
    rows = await changes.lock_all(call, Application, body.items)
    receipts = await changes.number_texts(call, SERIES, [row.region for row in rows])
    events = []
    for row, receipt_no in zip(rows, receipts, strict=True):
        row.receipt_no, row.accepted_on = receipt_no, call.today
        events.append(
            ApplicationAccepted(
                region=row.region, application_id=row.id, on=call.today, receipt_no=receipt_no
            )
        )
    await changes.move_all(call, MACHINE, rows, "accept", events)
    return rows


async def withdraw(call: Call, id: UUID, body: WithdrawalIn) -> Application:
    """The household takes its application back; an applicant only his own."""
    row = await changes.lock(call, Application, id)
    if not _may_withdraw(call, row):
        raise NotFound("not-found", "没有找到这份申请。")
    row.withdrawal_reason = body.reason
    if row.state in UNDER_NOTICE:
        await end_notices(call, [row], "withdrawn")
        await lapse_objections(call, row)
    await release(call, [row])
    await changes.move(call, MACHINE, row, "withdraw", _withdrawn(call, row))
    return row


_RELEASE = Part(
    "UPDATE household_member SET live = false FROM state WHERE application_id = state.id"
)


async def withdraw_swiftly(
    command: hot.Command, id: UUID, body: WithdrawalIn, show: Callable[[Application], Output]
) -> Response | None:
    """As `withdraw` for an application that is not under notice."""
    row = await hot.find(command, Application, id)
    if row is None or row.state in UNDER_NOTICE or not _may_withdraw(command.call, row):
        return None
    row.withdrawal_reason = body.reason
    event = _withdrawn(command.call, row)
    return await hot.move(
        command, MACHINE, row, "withdraw", event, lambda: show(row), parts=[_RELEASE]
    )


def _may_withdraw(call: Call, row: Application) -> bool:
    """The street may; an applicant only his own."""
    return Role.STREET in call.actor.roles or row.submitted_by == call.actor.subject


def _withdrawn(call: Call, row: Application) -> ApplicationWithdrawn:
    return ApplicationWithdrawn(region=row.region, application_id=row.id, on=call.today)


async def release(call: Call, rows: Sequence[Application]) -> None:
    """Let the members of these households apply again."""
    await call.session.execute(
        update(HouseholdMember)
        .where(among(HouseholdMember.application_id, [row.id for row in rows]))
        .values(live=False)
        .execution_options(synchronize_session=False)
    )
