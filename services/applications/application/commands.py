"""Handing in and accepting applications, and letting households apply again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import any_, bindparam, select, update

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
from services.applications.application.schemas import Acceptances
from services.applications.application.states import APPLICATION
from shared.commands import changes
from shared.commands.changes import create, load_all, move_all
from shared.commands.context import CommandContext
from shared.contracts.applications import ApplicationAccepted, ApplicationSubmitted
from shared.db.model import new_id
from shared.db.records import record
from shared.db.statement import Statement
from shared.domain.problems import Reason, Refused
from shared.domain.regions import offices_of, region, unit_of
from shared.law.citing import cites

SERIES = "ZB"


@dataclass(frozen=True, slots=True)
class RefusedFiling:
    """A file of a list that was not taken in, by its place in the list."""

    place: int
    reason: Reason


@cites("S2.3", "S1.3")
async def submit(
    call: CommandContext, office: str, filings: Sequence[Filing]
) -> tuple[list[Application], list[RefusedFiling]]:
    """Take in the files that are in order, on any day of the year; tell why the others are not.

    A person stands in one live household only, in the whole province: a unique index keeps it. The
    households of a single file are therefore looked up only when it could not be written.
    """
    check_office(call, office)
    indexes = [[ID_NO.index(number) for number in _numbers(filing)] for filing in filings]
    refused = [
        RefusedFiling(place, reason)
        for place, filing in enumerate(filings)
        for reason in rules.filing_refusals(filing)
    ]
    if refused or call.again or call.runs:
        refused += await _living_elsewhere(call, indexes)
    out = {one.place for one in refused}
    rows = []
    for place, filing in enumerate(filings):
        if place in out:
            continue
        row = _application(call, office, filing)
        create(call, APPLICATION, row, _submitted(call, row), action="submit")
        numbers = zip(_numbers(filing), indexes[place], strict=True)
        for position, (number, index) in enumerate(numbers):
            call.writes.add(_member(row.id, position, number, index))
        rows.append(row)
    return rows, refused


def check_office(call: CommandContext, office: str) -> None:
    """An office takes in the households of its own district or county."""
    changes.within_reach(call, [office])
    region(office, call.today)
    if office not in offices_of(unit_of(office, call.today), call.today):
        raise Refused("not-an-office", "应填受理街道所在的区县代码，不能填设区的市。")


def _numbers(filing: Filing) -> tuple[str, ...]:
    return (filing.id_no, *filing.members)


_LIVING = Statement(
    select(HouseholdMember.id_index).where(
        HouseholdMember.live, HouseholdMember.id_index == any_(bindparam("indexes"))
    )
)


async def _living_elsewhere(
    call: CommandContext, indexes: Sequence[Sequence[bytes]]
) -> list[RefusedFiling]:
    """People who stand in another live household: of the database, or earlier in this list."""
    wanted = [index for household in indexes for index in household]
    living = {bytes(one.id_index) for one in await call.read(_LIVING, indexes=wanted)}
    found: list[RefusedFiling] = []
    seen: dict[bytes, int] = {}
    for place, household in enumerate(indexes):
        for position, index in enumerate(household):
            pointer = "/members" if position else "/id_no"
            if index in living:
                detail = "该家庭成员已有在办的申请或正在享受保障。"
                found.append(
                    RefusedFiling(place, Reason("household-running", detail, pointer, "S1.3"))
                )
            elif seen.setdefault(index, place) != place:
                detail = "该家庭成员在本清单中出现在另一户。"
                found.append(
                    RefusedFiling(place, Reason("household-repeated", detail, pointer, "S1.3"))
                )
    return found


def _application(call: CommandContext, office: str, filing: Filing) -> Application:
    id = new_id()
    return record(
        Application,
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


def _member(application_id: UUID, position: int, number: str, index: bytes) -> HouseholdMember:
    id = new_id()
    return record(
        HouseholdMember,
        id=id,
        application_id=application_id,
        position=position,
        id_no=ID_NO.seal(id, number),
        id_index=index,
    )


def _submitted(call: CommandContext, row: Application) -> ApplicationSubmitted:
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
async def accept(call: CommandContext, body: Acceptances) -> list[Application]:
    """Accept complete files: each gets its receipt number, and the first review begins."""
    rows = await load_all(call, Application, body.items)
    for row in rows:
        row.accepted_on = call.today
        changes.number(call, row, "receipt_no", SERIES)
    move_all(call, APPLICATION, rows, "accept", [_accepted(call, row) for row in rows])
    return rows


def _accepted(call: CommandContext, row: Application) -> ApplicationAccepted:
    return ApplicationAccepted(
        region=row.region, application_id=row.id, on=call.today, receipt_no=""
    )


_RELEASE = Statement(
    update(HouseholdMember)
    .where(HouseholdMember.application_id == any_(bindparam("ids")))
    .values(live=False)
)


def release(call: CommandContext, rows: Sequence[Application]) -> None:
    """Let the members of these households apply again."""
    call.writes.also(_RELEASE, ids=[row.id for row in rows])
