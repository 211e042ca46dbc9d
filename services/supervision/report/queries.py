"""Reading monthly reports."""

from decimal import Decimal

from sqlalchemy import select

from services.supervision.facts.indicators import INDICATORS, Indicator
from services.supervision.report.models import Report
from services.supervision.report.rules import TOPICS
from services.supervision.report.schemas import ReportChangeOut, ReportFigure, ReportOut
from services.supervision.report.states import MACHINE
from shared.call import Call
from shared.money import yuan
from shared.paging import Page, PageOut, page
from shared.regions import name_of
from shared.scope import within


def written(indicator: Indicator, amount: str | Decimal) -> str:
    """An amount as people read it: yuan for money, else a whole number."""
    number = Decimal(amount)
    return yuan(int(number)) if indicator.money else str(int(number))


def show(call: Call, report: Report) -> ReportOut:
    """A report as its reader sees it."""
    figures = [
        ReportFigure(
            topic=topic.title,
            indicator=code,
            label=INDICATORS[code].label,
            measure=INDICATORS[code].unit,
            month=written(INDICATORS[code], report.figures[code][0]),
            total=written(INDICATORS[code], report.figures[code][1]),
        )
        for topic in TOPICS
        for code in topic.indicators
        if code in report.figures
    ]
    changes = [
        ReportChangeOut(
            indicator=change["indicator"],
            label=INDICATORS[change["indicator"]].label,
            counted=written(INDICATORS[change["indicator"]], report.figures[change["indicator"]][0]),
            reported=written(INDICATORS[change["indicator"]], change["value"]),
            reason=change["reason"],
        )
        for change in report.changes
    ]
    return ReportOut(
        id=report.id,
        region=report.region,
        state=report.state,
        state_label=MACHINE.labels[report.state],
        version=report.version,
        actions=MACHINE.actions(report.state, call.actor.roles),
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


async def list_reports(call: Call, month: str, state: str, paging: Page) -> PageOut[ReportOut]:
    """The reports of a month in the caller's reach, by unit."""
    query = within(select(Report).where(Report.month == month), call, Report.region)
    if state:
        query = query.where(Report.state == state)
    return await page(
        call, query, Report.region, paging=paging, make=lambda report: show(call, report)
    )
