"""Reading monthly reports."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from services.supervision.facts.indicators import INDICATORS
from services.supervision.report.models import Report
from services.supervision.report.rules import TOPICS
from services.supervision.report.schemas import ReportChangeOut, ReportFigure, ReportOut
from services.supervision.report.states import MACHINE
from shared.commands.context import CommandContext
from shared.commands.shown import head
from shared.db.scope import within
from shared.domain.problems import NotFound
from shared.domain.regions import name_of
from shared.http.paging import Page, PageOut, page


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
        **head(call, MACHINE, report),
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


async def get_report(call: CommandContext, id: UUID) -> ReportOut:
    """One report in the caller's reach."""
    query = within(select(Report).where(Report.id == id), call, Report.region)
    report = (await call.session.scalars(query)).one_or_none()
    if report is None:
        raise NotFound("not-found", "没有找到这份月报告，或者它不在您的辖区。")
    return show(call, report)


async def list_reports(
    call: CommandContext, month: str, state: str, paging: Page
) -> PageOut[ReportOut]:
    """The reports of a month in the caller's reach, by unit."""
    query = select(Report).where(Report.month == month)
    if state:
        query = query.where(Report.state == state)
    return await page(
        call, query, Report.region, scope=Report.region,
        paging=paging, make=lambda report: show(call, report),
    )  # fmt: skip
