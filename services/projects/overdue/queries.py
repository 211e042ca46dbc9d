"""Reading the ledger of overdue resettlement."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.projects.overdue import rules
from services.projects.overdue.models import PERSON, OverdueCase
from services.projects.overdue.schemas import OverdueCaseOut, UnmaskedOut
from services.projects.overdue.states import CASE
from shared.commands import audit
from shared.commands.context import CommandContext
from shared.commands.shown import head
from shared.db.scope import within
from shared.domain.masking import mask_name
from shared.domain.problems import NotFound
from shared.domain.regions import name_of
from shared.http.paging import Page, PageOut, page


async def list_cases(
    call: CommandContext, state: str, region: str, category: str, due_by: date | None, paging: Page
) -> PageOut[OverdueCaseOut]:
    """Cases in the caller's reach, by office, in the order in which they were registered."""
    statement = select(OverdueCase)
    for column, value in ((OverdueCase.state, state), (OverdueCase.category, category)):
        if value:
            statement = statement.where(column == value)
    if due_by is not None:
        statement = statement.where(OverdueCase.due_on <= due_by)
    return await page(
        call, statement, OverdueCase.region, OverdueCase.id,
        scope=OverdueCase.region, only=region,
        paging=paging, make=lambda case: show(call, case),
    )  # fmt: skip


async def read(call: CommandContext, id: UUID) -> OverdueCase:
    """One case; 404 outside the caller's reach."""
    statement = within(select(OverdueCase), call, OverdueCase.region).where(OverdueCase.id == id)
    case = (await call.session.execute(statement)).scalar_one_or_none()
    if case is None:
        raise NotFound("not-found", "没有找到这个项目，或者它不在您的辖区。")
    return case


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
