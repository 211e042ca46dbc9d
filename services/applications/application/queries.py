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
    ApplicationDetail,
    ApplicationOut,
    Unmasked,
    Warning,
)
from services.applications.application.states import MACHINE
from services.applications.notice.queries import NOTICES
from services.applications.notice.schemas import NoticeOut
from services.applications.review.queries import REVIEWS
from services.applications.review.queries import show as show_review
from services.applications.standard.models import EligibilityStandard
from services.applications.standard.queries import STANDARDS, in_force
from shared.commands import audit, reads
from shared.commands.context import Call
from shared.commands.shown import head
from shared.domain.masking import mask_id_internal, mask_name, mask_phone
from shared.domain.problems import NotFound, Reason
from shared.domain.regions import name_of, units_on
from shared.domain.roles import Role
from shared.http.paging import Page, PageOut, page
from shared.law.citing import cites

OFFICES = (Role.STREET, Role.DISTRICT, Role.CITY)
"""Who works on applications."""
READERS = (*OFFICES, Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR)
"""Who sees the applications of a whole region."""


def _fields(call: Call, row: Application) -> dict[str, Any]:
    return {
        **head(call, MACHINE, row),
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


def show(call: Call, row: Application) -> ApplicationOut:
    """An application as a list shows it."""
    return ApplicationOut.model_validate(_fields(call, row))


async def list_applications(
    call: Call, state: str | None, region: str | None, paging: Page
) -> PageOut[ApplicationOut]:
    """Applications by office, in the order in which they came in; an applicant's are his own."""
    statement = select(Application)
    if not call.actor.roles & set(READERS):
        statement = statement.where(Application.submitted_by == call.actor.subject)
    if state is not None:
        statement = statement.where(Application.state == state)
    return await page(
        call,
        statement,
        Application.region,
        Application.id,
        scope=Application.region,
        only=region,
        paging=paging,
        make=lambda row: show(call, row),
    )


MEMBERS = reads.Part(HouseholdMember, "p.application_id = t.id", "p.position")
"""The people of an application, the applicant first."""
_NOT_FOUND = "没有找到这份申请，或者它不在您的辖区。"


async def detail(call: Call, id: UUID) -> ApplicationDetail:
    """One application with its reviews, notices and the warnings for the reviewers."""
    row = await one(
        call, id, members=MEMBERS, reviews=REVIEWS, notices=NOTICES, standards=STANDARDS
    )
    numbers = _id_numbers(row)
    standard = in_force(row.standards, call.today)
    return ApplicationDetail.model_validate(
        {
            **_fields(call, row),
            "accepted_on": row.accepted_on,
            "id_no": mask_id_internal(numbers[0]),
            "phone": mask_phone(PHONE.open(row.id, row.phone)),
            "members": [mask_id_internal(number) for number in numbers[1:]],
            "hukou_region": row.hukou_region,
            "urban_hukou": row.urban_hukou,
            "monthly_income_yuan": row.monthly_income_fen,
            "own_area_sqm": row.own_area_sqm,
            "consented_on": row.consented_on,
            "withdrawal_reason": row.withdrawal_reason,
            "warnings": [Warning.model_validate(reason) for reason in warnings_of(row, standard)],
            "reviews": [show_review(one) for one in row.reviews],
            "notices": [NoticeOut.model_validate(one) for one in row.notices],
        }
    )


async def one(call: Call, id: UUID, **parts: reads.Part) -> Any:
    """An application that the caller may see, with these parts of it, or 404."""
    values = [units_on(call.today)] if "standards" in parts else []
    row = await reads.view(call, Application, id, parts, *values)
    if row is None or not _may_see(call, row):
        raise NotFound("not-found", _NOT_FOUND)
    return row


def _may_see(call: Call, row: Application) -> bool:
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
    line = rules.Line(standard.income_line_fen, standard.area_line_sqm) if standard else None
    return rules.eligibility(home, line)


def _id_numbers(row: Any) -> list[str]:
    """The id numbers of the household, the applicant's first."""
    return [ID_NO.open(one.id, one.id_no) for one in row.members]


@cites("PIPL.51")
async def unmask(call: Call, id: UUID, purpose: str) -> Unmasked:
    """The plain data of one household; who saw them and what for stays in the audit trail."""
    row = await one(call, id, members=MEMBERS)
    numbers = _id_numbers(row)
    await audit.unmasked(
        call, object_type=MACHINE.name, object_id=row.id, region=row.region, purpose=purpose
    )
    return Unmasked(
        application_id=row.id,
        name=NAME.open(row.id, row.name),
        id_no=numbers[0],
        phone=PHONE.open(row.id, row.phone),
        members=numbers[1:],
    )
