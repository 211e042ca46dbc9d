"""Opening, prefilling, submitting and deciding monthly reports."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select

from services.supervision.facts.figures import Figures, figures
from services.supervision.facts.indicators import INDICATORS
from services.supervision.months import FIRST_MONTH, month_of, shift
from services.supervision.report import rules
from services.supervision.report.models import Report
from services.supervision.report.schemas import (
    ReportDecisions,
    ReportMove,
    ReportMoves,
    ReportSubmission,
    ReportSubmissions,
)
from services.supervision.report.states import MACHINE, ReportState
from shared.auth import SYSTEM
from shared.call import Call
from shared.changes import Item, create_all, lock_all, move_all
from shared.contracts.supervision import ReportMoved
from shared.db import new_id
from shared.policy import cites
from shared.problems import Forbidden, NotFound, Reason, Refused
from shared.regions import UNITS, name_of


def told(call: Call, report: Report, state: str) -> ReportMoved:
    """The event of a report that comes into `state`."""
    return ReportMoved(
        region=report.region, report_id=report.id, on=call.today, month=report.month, state=state
    )


@cites("S11.1")
async def open_reports(call: Call) -> int:
    """Daily job: open the reports of this month and the last, fill the last month's drafts.

    Answers how many reports it touched.
    """
    current = month_of(call.today)
    touched = 0
    for month in (shift(current, -1), current):
        if month >= FIRST_MONTH:
            touched += await open_month(call, month)
    ended = shift(current, -1)
    return touched + (await prefill(call, ended) if ended >= FIRST_MONTH else 0)


async def open_month(call: Call, month: str) -> int:
    """Open a report for every unit that has none for `month`; answers how many."""
    known = set(await call.session.scalars(select(Report.region).where(Report.month == month)))
    fresh = [
        Report(
            id=new_id(), region=unit, state=MACHINE.initial, version=1, created_on=call.today,
            updated_at=call.now, month=month, due_on=rules.due_on(month), figures={}, changes=[],
            remarks="", decision_reason="", submitted_on=None, late=False,
        )
        for unit in UNITS
        if unit not in known
    ]  # fmt: skip
    if fresh:
        await create_all(call, MACHINE, fresh, [told(call, r, r.state) for r in fresh])
    return len(fresh)


def _fill(report: Report, counted: Figures) -> bool:
    """Put the counted figures into a report; whether that changed it."""
    found = {}
    for code in rules.REPORTED:
        amounts = counted.of(report.region, code)
        found[code] = [format(amounts.month, "f"), format(amounts.total, "f")]
    changed = report.figures != found
    report.figures = found
    return changed


@cites("S11.2")
async def prefill(call: Call, month: str) -> int:
    """Fill what the units still have to hand in with the figures counted so far.

    A unit that has a report in its hands gets the newer figures; answers how many changed.
    """
    waiting = [ReportState.OPEN, ReportState.DRAFT]
    query = select(Report).where(Report.month == month, Report.state.in_(waiting))
    reports = list(await call.session.scalars(query.order_by(Report.id).with_for_update()))
    if not reports:
        return 0
    counted = await figures(call.session, month)
    changed = sum(_fill(report, counted) for report in reports)
    opened = [r for r in reports if r.state == ReportState.OPEN]
    if opened:
        await move_all(
            call, MACHINE, opened, "prefill", [told(call, r, ReportState.DRAFT) for r in opened]
        )
    return max(changed, len(opened))


async def _locked(call: Call, month: str, asked: Sequence[tuple[str, int]]) -> list[Report]:
    """The reports of the units asked for, locked, in that order."""
    units = [unit for unit, _ in asked]
    query = select(Report.region, Report.id).where(Report.month == month, Report.region.in_(units))
    ids = {unit: found for unit, found in await call.session.execute(query)}
    missing = [n for n, unit in enumerate(units) if unit not in ids]
    if missing:
        raise NotFound(
            "report-not-found",
            f"{month} 没有这些单位的月报告。",
            clause="S11.1",
            reasons=tuple(
                Reason("report-not-found", "没有找到该单位的月报告。", f"/items/{n}/unit") for n in missing
            ),
        )
    return await lock_all(
        call, Report, [Item(id=ids[unit], version=version) for unit, version in asked]
    )


def _moves(reports: Iterable[Report]) -> ReportMoves:
    return ReportMoves(
        items=[ReportMove(id=r.id, unit=r.region, state=r.state, version=r.version) for r in reports]
    )


def _changes(item: ReportSubmission) -> list[rules.Change]:
    found = []
    for change in item.changes:
        known = INDICATORS.get(change.indicator)
        value = Decimal(change.value) * (100 if known and known.money else 1)
        found.append(rules.Change(change.indicator, value, change.reason))
    return found


@cites("S11.1", "S11.2")
async def submit(call: Call, command: ReportSubmissions) -> ReportMoves:
    """A unit hands in its report; figures it changes need a reason each.

    Forbidden for another unit's report; refused with every reason at once.
    """
    for item in command.items:
        if call.actor.region != item.unit:
            raise Forbidden("other-unit", f"只能报送本单位的月报告，不能代{name_of(item.unit)}报送。")
    if not rules.may_submit(command.month, call.today):
        raise Refused(
            "month-not-over",
            f"{command.month} 的月报告自当月最后一日起报送，首期为 2021-04。",
            clause="S11.1",
        )
    asked = [(item.unit, item.version) for item in command.items]
    reports = await _locked(call, command.month, asked)
    unfilled = [r for r in reports if r.state == ReportState.OPEN]
    if unfilled:
        counted = await figures(call.session, command.month)
        for report in unfilled:
            _fill(report, counted)
        drafted = [told(call, r, ReportState.DRAFT) for r in unfilled]
        await move_all(replace(call, actor=SYSTEM), MACHINE, unfilled, "prefill", drafted)
    reasons: list[Reason] = []
    for number, (item, report) in enumerate(zip(command.items, reports, strict=True)):
        changes = _changes(item)
        reasons += rules.change_refusals(report.figures, changes, f"/items/{number}")
        report.remarks = item.remarks
        report.submitted_on = call.today
        report.late = rules.is_late(command.month, call.today)
        report.changes = [
            {"indicator": c.indicator, "value": format(c.value, "f"), "reason": c.reason}
            for c in changes
        ]
    if reasons:
        raise Refused(
            "report-refused", "月报告的更改不符合要求。", clause="S11.2", reasons=tuple(reasons)
        )
    events = [told(call, r, ReportState.SUBMITTED) for r in reports]
    await move_all(call, MACHINE, reports, "submit", events)
    return _moves(reports)


@cites("S11.1")
async def decide(call: Call, command: ReportDecisions) -> ReportMoves:
    """The province accepts reports or returns them with a reason."""
    bare = tuple(
        Reason("reason-missing", "退回月报告必须说明原因。", f"/items/{n}/reason", "S11.1")
        for n, item in enumerate(command.items)
        if item.verdict == "return" and not item.reason
    )
    if bare:
        raise Refused("reason-missing", "退回月报告必须说明原因。", clause="S11.1", reasons=bare)
    asked = [(item.unit, item.version) for item in command.items]
    reports = await _locked(call, command.month, asked)
    pairs = list(zip(command.items, reports, strict=True))
    for verdict, state in (("accept", ReportState.ACCEPTED), ("return", ReportState.RETURNED)):
        chosen = [(item, report) for item, report in pairs if item.verdict == verdict]
        for item, report in chosen:
            report.decision_reason = item.reason
        if chosen:
            rows = [report for _, report in chosen]
            await move_all(call, MACHINE, rows, verdict, [told(call, r, state) for r in rows])
    return _moves(reports)
