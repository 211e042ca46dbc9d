"""Opening, prefilling, submitting, deciding and freezing monthly reports."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import any_, bindparam, select

from services.supervision.facts.figures import Figures, figures
from services.supervision.facts.indicators import INDICATORS, plain
from services.supervision.months import FIRST_MONTH, shift
from services.supervision.report import rules
from services.supervision.report.models import Report
from services.supervision.report.schemas import (
    ReportDecisions,
    ReportSubmission,
    ReportSubmissions,
)
from services.supervision.report.states import REPORT, WITH_UNIT, ReportState
from shared.commands.changes import create_all, load_all, move_all
from shared.commands.context import CommandContext
from shared.contracts.supervision import ReportStateChanged
from shared.db.model import among
from shared.db.records import record
from shared.db.statement import Statement
from shared.domain.fields import Item
from shared.domain.problems import Forbidden, NotFound, Reason, Refused, refuse
from shared.domain.regions import UNITS
from shared.law.calendar import month_of
from shared.law.citing import cites


def _event(call: CommandContext, report: Report, state: str) -> ReportStateChanged:
    return ReportStateChanged(
        region=report.region, report_id=report.id, on=call.today, month=report.month, state=state
    )


def _move(call: CommandContext, reports: Sequence[Report], action: str, state: str = "") -> None:
    """Move all reports and tell the state that they come into (their own when none is given)."""
    events = [_event(call, report, state or report.state) for report in reports]
    move_all(call, REPORT, reports, action, events)


@cites("S11.1", "S0.2")
async def open_reports(call: CommandContext) -> int:
    """Daily job: open the reports of this month and the last, and fill what units still owe
    for the last one.

    Answers how many reports it touched.
    """
    current = month_of(call.today)
    ended = shift(current, -1)
    touched = 0
    for month in (ended, current):
        if month >= FIRST_MONTH:
            touched += await open_month(call, month)
    await call.write()  # what was opened is filled at once
    return touched + (await prefill(call, ended) if ended >= FIRST_MONTH else 0)


async def open_month(call: CommandContext, month: str) -> int:
    """Open a report for every unit that has none for `month`; answers how many."""
    known = set(await call.session.scalars(select(Report.region).where(Report.month == month)))
    fresh = [
        record(
            Report,
            region=unit,
            month=month,
            due_on=rules.due_on(month),
            figures={},
            changes=[],
            remarks="",
            decision_reason="",
            late=False,
        )
        for unit in UNITS
        if unit not in known
    ]
    create_all(call, REPORT, fresh, [_event(call, r, REPORT.initial) for r in fresh], action="open")
    return len(fresh)


def _fill(report: Report, counted: Figures) -> bool:
    """Put the counted figures into a report; whether that changed it."""
    found = {}
    for code in rules.REPORTED:
        amounts = counted.of(report.region, code)
        found[code] = [plain(amounts.month), plain(amounts.total)]
    changed = report.figures != found
    report.figures = found
    return changed


@cites("S11.2")
async def prefill(call: CommandContext, month: str) -> int:
    """Fill what the units still have to hand in with the figures counted so far.

    A report with newer figures is a newer version, so that nobody signs what he has not seen.
    Answers how many changed.
    """
    owed = select(Report).where(Report.month == month, among(Report.state, WITH_UNIT))
    reports = await call.locked(owed.order_by(Report.id))
    if not reports:
        return 0
    counted = await figures(call, month)
    changed = [report for report in reports if _fill(report, counted)]
    fresh = [r for r in changed if r.state == ReportState.OPEN]
    _move(call, fresh, "prefill", ReportState.DRAFT)
    _move(call, [r for r in changed if r not in fresh], "refresh")
    return len(changed)


_OF_UNITS = Statement(
    select(Report.id, Report.region).where(
        Report.month == bindparam("month"), Report.region == any_(bindparam("units"))
    )
)


async def _asked(
    call: CommandContext, month: str, asked: Sequence[tuple[str, int]]
) -> list[Report]:
    """The reports of the units asked for, in that order; each as it was seen."""
    units = [unit for unit, _ in asked if call.reach.contains(unit)]
    ids = {row.region: row.id for row in await call.read(_OF_UNITS, month=month, units=units)}
    missing = tuple(
        Reason("report-not-found", "没有找到该单位的月报告。", f"/items/{n}/unit")
        for n, (unit, _) in enumerate(asked)
        if unit not in ids
    )
    if missing:
        detail = f"{month} 没有其中 {len(missing)} 个单位的月报告。"
        raise NotFound("report-not-found", detail, clause="S11.1", reasons=missing)
    items = [Item(id=ids[unit], version=version) for unit, version in asked]
    return await load_all(call, Report, items)


def _changes(item: ReportSubmission) -> list[rules.Change]:
    found = []
    for change in item.changes:
        known = INDICATORS.get(change.indicator)
        value = Decimal(change.value) * (100 if known and known.money else 1)
        found.append(rules.Change(change.indicator, value, change.reason))
    return found


@cites("S11.1", "S11.2")
async def submit(call: CommandContext, command: ReportSubmissions) -> list[Report]:
    """A unit hands in its report; figures it changes need a reason each.

    Forbidden for another unit's report; refused with every reason at once.
    """
    for item in command.items:
        if call.actor.region != item.unit:
            raise Forbidden("other-unit", "只能报送本单位的月报告，不能代其他单位报送。")
    if not rules.may_submit(command.month, call.today):
        raise Refused(
            "month-not-over",
            f"{command.month} 的月报告自当月最后一日起报送，首期为 {FIRST_MONTH}。",
            clause="S11.1",
        )
    asked = [(item.unit, item.version) for item in command.items]
    reports = await _asked(call, command.month, asked)
    unfilled = [r for r in reports if r.state == ReportState.OPEN]
    if unfilled:
        counted = await figures(call, command.month)
        for report in unfilled:
            _fill(report, counted)
        _move(call.as_system(), unfilled, "prefill", ReportState.DRAFT)
    reasons: list[Reason] = []
    for number, (item, report) in enumerate(zip(command.items, reports, strict=True)):
        changes = _changes(item)
        reasons += rules.change_refusals(report.figures, changes, f"/items/{number}")
        if report.submitted_on is None:
            report.late = rules.is_late(command.month, call.today)
        report.submitted_on = call.today
        report.remarks = item.remarks
        report.changes = [
            {"indicator": c.indicator, "value": format(c.value, "f"), "reason": c.reason}
            for c in changes
        ]
    refuse("report-refused", "月报告的更改不符合要求。", reasons, clause="S11.2")
    _move(call, reports, "submit", ReportState.SUBMITTED)
    return reports


@cites("S11.1")
async def decide(call: CommandContext, command: ReportDecisions) -> list[Report]:
    """The province accepts reports or returns them with a reason."""
    bare = tuple(
        Reason("reason-missing", "退回月报告必须说明原因。", f"/items/{n}/reason", "S11.1")
        for n, item in enumerate(command.items)
        if item.verdict == "return" and not item.reason
    )
    if bare:
        raise Refused("reason-missing", "退回月报告必须说明原因。", clause="S11.1", reasons=bare)
    reports = await _asked(
        call, command.month, [(item.unit, item.version) for item in command.items]
    )
    actions = [item.verdict for item in command.items]
    states = {"accept": ReportState.ACCEPTED, "return": ReportState.RETURNED}
    events = [_event(call, r, states[a]) for r, a in zip(reports, actions, strict=True)]
    for item, report in zip(command.items, reports, strict=True):
        report.decision_reason = item.reason
    reasons = [item.reason for item in command.items]
    move_all(call, REPORT, reports, actions, events, reason=reasons)
    return reports


@cites("S11.2")
async def freeze(call: CommandContext, month: str) -> None:
    """Freeze what was accepted for `month` and for the months before it. Part of a run."""
    accepted = select(Report).where(Report.month <= month, Report.state == ReportState.ACCEPTED)
    reports = await call.locked(accepted.order_by(Report.id))
    _move(call.as_system(), reports, "freeze", ReportState.FROZEN)
