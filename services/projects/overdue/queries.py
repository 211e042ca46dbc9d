"""Reading the ledger of overdue resettlement."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from services.projects.overdue import rules
from services.projects.overdue.models import PERSON, OverdueCase
from services.projects.overdue.schemas import OverdueCaseOut, UnmaskedOut
from services.projects.overdue.states import CASE
from shared.commands import audit
from shared.commands.context import CommandContext
from shared.commands.reads import find
from shared.commands.views import head
from shared.domain.masking import mask_name
from shared.domain.regions import name_of
from shared.http.paging import Listing, Page, PageOut, page

CASES = Listing(
    select(OverdueCase),
    OverdueCase.region,
    OverdueCase.id,
    scope=OverdueCase.region,
    state=OverdueCase.state,
    category=OverdueCase.category,
    due_by=OverdueCase.due_on <= bindparam("due_by"),
)


async def list_cases(
    call: CommandContext,
    state: str | None,
    region: str | None,
    category: str | None,
    due_by: date | None,
    paging: Page,
) -> PageOut[OverdueCaseOut]:
    """Cases in the caller's reach, by office, in the order in which they were registered."""
    return await page(
        call,
        CASES,
        paging=paging,
        make=lambda case: show(call, case),
        only=region,
        state=state,
        category=category,
        due_by=due_by,
    )


async def read(call: CommandContext, id: UUID) -> OverdueCase:
    """One case; 404 outside the caller's reach."""
    return await find(call, OverdueCase, id, "没有找到这个项目，或者它不在您的辖区。")


async def unmask(call: CommandContext, id: UUID, purpose: str) -> UnmaskedOut:
    """The responsible person's name, for a stated purpose that stays in the audit trail."""
    case = await read(call, id)
    await audit.unmasked(
        call, object_type=CASE.name, object_id=case.id, region=case.region, purpose=purpose
    )
    return UnmaskedOut(responsible_person=PERSON.open(case.id, case.responsible_person))


def show(call: CommandContext, case: OverdueCase) -> OverdueCaseOut:
    """A case as its reader sees it."""
    return OverdueCaseOut(
        **head(call, CASE, case),
        region_name=name_of(case.region),
        case_no=case.case_no,
        situation=case.situation,
        households=case.households,
        problem=case.problem,
        measure=case.measure,
        promised_on=case.promised_on,
        responsible_unit=case.responsible_unit,
        responsible_person=mask_name(PERSON.open(case.id, case.responsible_person)),
        category=case.category,
        category_label=rules.CATEGORIES[case.category],
        priority=rules.is_priority(case.category),
        kind=rules.kind_of(case.formed_on, call.today),
        formed_on=case.formed_on,
        listed_late=rules.listed_late(case.formed_on, case.created_on),
        judged_on=case.judged_on,
        judgment_due_on=rules.judgment_due_on(case.category, case.judged_on, call.today),
        due_on=case.due_on,
        days_left=rules.days_left(case.due_on, call.today),
        promised_late=rules.promised_late(case.promised_on, case.due_on),
        resettled=case.resettled,
        remaining=case.households - case.resettled,
        verified_on=case.verified_on,
    )
