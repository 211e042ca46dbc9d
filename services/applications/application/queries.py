"""Reading applications. Identity is masked; plain data need a purpose and leave a trace."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select

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
from services.applications.notice.queries import notices_of
from services.applications.review.queries import reviews_of
from services.applications.standard.models import EligibilityStandard
from services.applications.standard.queries import standard_for
from shared import audit, quick
from shared.call import Call
from shared.inputs import head
from shared.masking import mask_id_internal, mask_name, mask_phone
from shared.paging import Page, PageOut, page
from shared.policy import cites
from shared.problems import NotFound, Reason
from shared.regions import name_of
from shared.roles import Role
from shared.scope import within

S = TypeVar("S", bound=Select[Any])

OFFICES = (Role.STREET, Role.DISTRICT, Role.CITY)
"""Who works on applications."""
READERS = (*OFFICES, Role.PROVINCE, Role.SUPERVISOR, Role.AUDITOR)
"""Who sees the applications of a whole region."""


def visible(statement: S, call: Call) -> S:
    """Applications in the caller's reach; an applicant sees only what he handed in himself."""
    statement = within(statement, call, Application.region)
    if not call.actor.roles & set(READERS):
        statement = statement.where(Application.submitted_by == call.actor.subject)
    return statement


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
    """Applications by office, in the order in which they came in."""
    statement = visible(select(Application), call)
    if state is not None:
        statement = statement.where(Application.state == state)
    if region is not None:
        statement = statement.where(Application.region == region)
    return await page(
        call,
        statement,
        Application.region,
        Application.id,
        paging=paging,
        make=lambda row: show(call, row),
        quickly=True,
    )


async def one(call: Call, id: UUID) -> Application:
    """An application that the caller may see, or 404."""
    statement = visible(select(Application), call).where(Application.id == id)
    found: list[Application] = await quick.rows(call, statement)
    if not found:
        raise NotFound("not-found", "没有找到这份申请，或者它不在您的辖区。")
    return found[0]


async def detail(call: Call, id: UUID) -> ApplicationDetail:
    """One application with its reviews, notices and the warnings for the reviewers."""
    row = await one(call, id)
    numbers = await _id_numbers(call, row)
    standard = await standard_for(call, row.region)
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
            "reviews": await reviews_of(call, row.id),
            "notices": await notices_of(call, row.id),
        }
    )


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


async def _id_numbers(call: Call, row: Application) -> list[str]:
    """The id numbers of the household, the applicant's first."""
    statement = (
        select(HouseholdMember)
        .where(HouseholdMember.application_id == row.id)
        .order_by(HouseholdMember.position)
    )
    return [ID_NO.open(one.id, one.id_no) for one in await quick.rows(call, statement)]


@cites("PIPL.51")
async def unmask(call: Call, id: UUID, purpose: str) -> Unmasked:
    """The plain data of one household; who saw them and what for stays in the audit trail."""
    row = await one(call, id)
    numbers = await _id_numbers(call, row)
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
