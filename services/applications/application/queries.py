"""Reading applications. Identity is masked; plain data need a purpose and leave a trace."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.applications.application import rules
from services.applications.application.models import (
    ID_NO,
    NAME,
    PHONE,
    Application,
    HouseholdMember,
)
from services.applications.application.schemas import (
    ApplicationOut,
    UnmaskedOut,
)
from services.applications.application.states import APPLICATION
from services.applications.standard.models import EligibilityStandard
from shared.commands import audit
from shared.commands.context import CommandContext
from shared.commands.reads import ChildRows, find
from shared.commands.views import head
from shared.domain.masking import mask_name
from shared.domain.problems import NotFound, Reason
from shared.domain.regions import name_of
from shared.domain.roles import Role
from shared.http.paging import Listing, Page, PageOut, page
from shared.law.citing import cites

OFFICES = (Role.STREET, Role.DISTRICT, Role.CITY)
"""Who works on applications."""
READERS = (*OFFICES, Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR)
"""Who sees the applications of a whole region."""


def fields(call: CommandContext, row: Application) -> dict[str, Any]:
    """The fields of `ApplicationOut` for a row, as keyword arguments. The name is masked."""
    return {
        **head(call, APPLICATION, row),
        "region_name": name_of(row.region),
        "receipt_no": row.receipt_no,
        "submitted_on": row.created_on,
        "applicant_name": mask_name(NAME.open(row.id, row.name)),
        "household_size": row.household_size,
        "categories": row.categories,
        "tier": row.tier,
        "mode": row.mode,
        "notice_ends_on": row.notice_ends_on,
        "open_objections": row.open_objections,
    }


def show(call: CommandContext, row: Application) -> ApplicationOut:
    """An application as a list shows it."""
    return ApplicationOut.model_validate(fields(call, row))


APPLICATIONS = Listing(
    select(Application),
    Application.region,
    Application.id,
    scope=Application.region,
    state=Application.state,
    submitted_by=Application.submitted_by,
)


async def list_applications(
    call: CommandContext, state: str | None, region: str | None, paging: Page
) -> PageOut[ApplicationOut]:
    """Applications by office, in the order in which they came in; an applicant's are his own."""
    own = None if call.actor.roles & set(READERS) else call.actor.subject
    return await page(
        call,
        APPLICATIONS,
        paging=paging,
        make=lambda row: show(call, row),
        only=region,
        state=state,
        submitted_by=own,
    )


MEMBERS = ChildRows(HouseholdMember, "p.application_id = t.id", "p.position")
"""The people of an application, the applicant first."""
_NOT_FOUND = "没有找到这份申请，或者它不在您的辖区。"


async def one(call: CommandContext, id: UUID, **parts: ChildRows) -> Any:
    """An application that the caller may see, with its members and these parts, or 404."""
    row = await find(call, Application, id, _NOT_FOUND, {"members": MEMBERS, **parts})
    if not _may_see(call, row):
        raise NotFound("not-found", _NOT_FOUND)
    return row


def _may_see(call: CommandContext, row: Application) -> bool:
    """As in the list: an applicant sees what he handed in himself."""
    return bool(call.actor.roles & set(READERS)) or row.submitted_by == call.actor.subject


def warnings_of(row: Application, standard: EligibilityStandard | None) -> list[Reason]:
    """What speaks against the household by a standard."""
    home = rules.Household(
        size=row.household_size,
        urban_hukou=row.urban_hukou,
        categories=tuple(row.categories),
        monthly_income_fen=row.monthly_income_fen,
        own_area_sqm=row.own_area_sqm,
    )
    line = (
        rules.EligibilityLine(standard.income_line_fen, standard.area_line_sqm)
        if standard
        else None
    )
    return rules.eligibility(home, line)


def id_numbers(row: Any) -> list[str]:
    """The id numbers of the household, the applicant's first."""
    return [ID_NO.open(one.id, one.id_no) for one in row.members]


@cites("PIPL.51")
async def unmask(call: CommandContext, id: UUID, purpose: str) -> UnmaskedOut:
    """The plain data of one household; who saw them and what for stays in the audit trail."""
    row = await one(call, id)
    numbers = id_numbers(row)
    await audit.unmasked(
        call, object_type=APPLICATION.name, object_id=row.id, region=row.region, purpose=purpose
    )
    return UnmaskedOut(
        application_id=row.id,
        name=NAME.open(row.id, row.name),
        id_no=numbers[0],
        phone=PHONE.open(row.id, row.phone),
        members=numbers[1:],
    )
