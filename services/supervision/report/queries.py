"""Reading monthly reports."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import any_, bindparam, select

from services.supervision.facts.indicators import INDICATORS
from services.supervision.report.models import Report
from services.supervision.report.rules import TOPICS
from services.supervision.report.schemas import ReportChangeOut, ReportFigure, ReportOut
from services.supervision.report.states import REPORT, WITH_UNIT
from shared.commands.context import CommandContext
from shared.commands.reads import find
from shared.commands.views import head
from shared.db.statement import Statement
from shared.domain.regions import name_of
from shared.http.paging import Listing, Page, PageOut, page


def show(call: CommandContext, report: Report) -> ReportOut:
    """A report as its reader sees it."""
    figures = [
        ReportFigure(
            topic=topic.title,
            indicator=code,
            label=INDICATORS[code].label,
            measure=INDICATORS[code].unit,
            month=INDICATORS[code].written(Decimal(report.figures[code][0])),
            total=INDICATORS[code].written(Decimal(report.figures[code][1])),
        )
        for topic in TOPICS
        for code in topic.indicators
        if code in report.figures
    ]
    changes = [
        ReportChangeOut(
            indicator=code,
            label=INDICATORS[code].label,
            counted=INDICATORS[code].written(Decimal(report.figures[code][0])),
            reported=INDICATORS[code].written(Decimal(change["value"])),
            reason=change["reason"],
        )
        for change in report.changes
        for code in (change["indicator"],)
    ]
    return ReportOut(
        **head(call, REPORT, report),
        unit=report.region,
        unit_name=name_of(report.region),
        month=report.month,
        due_on=report.due_on,
        late=report.late,
        submitted_on=report.submitted_on,
        remarks=report.remarks,
        decision_reason=report.decision_reason,
        figures=figures,
        changes=changes,
    )


_OWED = Statement(
    select(Report.region, Report.month).where(Report.state == any_(bindparam("states")))
)


async def owed_reports(call: CommandContext) -> list[tuple[str, str]]:
    """Unit and month of every report that is not handed in, or was returned."""
    return [(one.region, one.month) for one in await call.read(_OWED, states=list(WITH_UNIT))]


async def get_report(call: CommandContext, id: UUID) -> ReportOut:
    """One report in the caller's reach."""
    found = await find(call, Report, id, "没有找到这份月报告，或者它不在您的辖区。")
    return show(call, found)


REPORTS = Listing(
    select(Report), Report.region, scope=Report.region, month=Report.month, state=Report.state
)


async def list_reports(
    call: CommandContext, month: str, state: str | None, paging: Page
) -> PageOut[ReportOut]:
    """The reports of a month in the caller's reach, by unit."""
    return await page(
        call,
        REPORTS,
        paging=paging,
        make=lambda report: show(call, report),
        month=month,
        state=state,
    )
