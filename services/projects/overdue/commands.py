"""The ledger's commands: import, judgment, resettlement, striking off."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.projects.overdue import rules
from services.projects.overdue.models import PERSON, OverdueCase, Resettlement
from services.projects.overdue.rules import Verifier
from services.projects.overdue.schemas import (
    JudgmentIn,
    ResettlementItem,
    ResettlementList,
    ReturnIn,
    VerificationList,
)
from services.projects.overdue.sheet import COLUMNS, TITLES
from services.projects.overdue.states import CASE
from shared.commands.changes import (
    create_all,
    load,
    load_all,
    move,
    move_all,
    require_all,
    target_state,
)
from shared.commands.context import CommandContext
from shared.commands.reads import ChildRows
from shared.contracts.projects import (
    OverdueCaseJudged,
    OverdueCaseRegistered,
    OverdueCaseStruckOff,
    OverdueHouseholdsResettled,
)
from shared.db.model import among, new_id
from shared.db.numbering import next_texts
from shared.db.records import record
from shared.domain.problems import refuse
from shared.files.imports import ImportReport, RowError, import_file
from shared.files.imports.run import ROW
from shared.law.citing import cites


@cites("S9.3", "S9.3a", "S9.3b")
async def import_ledger(
    call: CommandContext, filename: str, content: bytes, *, partial: bool
) -> ImportReport:
    """Take a ledger in: good rows become cases, the others come back with column and reason.

    A run: many rows, numbered in their order, from a file that is taken once.
    """

    async def apply(rows: list[dict[str, Any]]) -> list[RowError]:
        good, rejected = await _sift(call, rows)
        if good and (partial or not rejected):
            await _register(call, good)
        return rejected

    return await import_file(
        call, "overdue-cases", filename, content, COLUMNS, apply, partial=partial
    )


async def _sift(
    call: CommandContext, rows: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[RowError]]:
    """Rows that can be registered, and what is wrong with the others as a whole."""
    known = select(OverdueCase.region, OverdueCase.situation).where(
        among(OverdueCase.region, {row["region"] for row in rows}),
        among(OverdueCase.situation, {row["situation"] for row in rows}),
    )
    taken = {(region, name) for region, name in await call.session.execute(known)}
    good: list[dict[str, Any]] = []
    rejected: list[RowError] = []
    for row in rows:
        wrong = rules.ledger_refusals(
            row["category"], row["formed_on"], row["judged_on"], call.today
        )
        if not call.actor.reach.contains(row["region"]):
            wrong.append(("region", "region-outside", "不在您的辖区。"))
        name = (row["region"], row["situation"])
        if name in taken:
            wrong.append(("situation", "already-registered", "该项目已在台账中。"))
        if wrong:
            rejected += [
                RowError(row=row[ROW], column=TITLES[key], code=code, detail=detail)
                for key, code, detail in wrong
            ]
            continue
        taken.add(name)
        good.append(row)
    return good, rejected


async def _register(call: CommandContext, rows: Sequence[dict[str, Any]]) -> None:
    year = call.today.year
    regions = [row["region"] for row in rows]
    numbers = await next_texts(call.session, "overdue-case", "YQ", regions, year, digits=5)
    cases = []
    for row, case_no in zip(rows, numbers, strict=True):
        case_id = new_id()
        values = {
            key: value for key, value in row.items() if key not in (ROW, "responsible_person")
        }
        cases.append(
            record(
                OverdueCase,
                id=case_id,
                case_no=case_no,
                responsible_person=PERSON.seal(case_id, row["responsible_person"]),
                due_on=rules.due_on(row["category"], row["judged_on"], call.today),
                **values,
            )
        )
    create_all(call, CASE, cases, [_registered(call, case) for case in cases], action="register")


def _registered(call: CommandContext, case: OverdueCase) -> OverdueCaseRegistered:
    return OverdueCaseRegistered(
        region=case.region,
        case_id=case.id,
        on=call.today,
        case_no=case.case_no,
        category=case.category,
        households=case.households,
        due_on=case.due_on,
    )


@cites("S9.1b")
async def judge(call: CommandContext, id: UUID, body: JudgmentIn) -> OverdueCase:
    """Enter the judgment of a case; its deadline comes nearer when six months end earlier."""
    case = await load(call, OverdueCase, id)
    target_state(call, CASE, case, "judge")
    reasons = rules.judgment_refusals(case.category, case.judged_on, body.judged_on, call.today)
    refuse("judgment-refused", "不能登记判决。", reasons)
    case.judged_on = body.judged_on
    case.due_on = rules.due_on(case.category, body.judged_on, call.today)
    event = OverdueCaseJudged(
        region=case.region,
        case_id=case.id,
        on=call.today,
        judged_on=body.judged_on,
        due_on=case.due_on,
    )
    move(call, CASE, case, "judge", event, reason=body.document_no)
    return case


@cites("S9.1d", "S9.3c")
async def resettle(call: CommandContext, body: ResettlementList) -> list[OverdueCase]:
    """Record households that were resettled; the last ones close the case for verification."""
    cases = await load_all(call, OverdueCase, body.items)
    require_all(call, CASE, cases, "resettle")
    reasons = []
    for n, (item, case) in enumerate(zip(body.items, cases, strict=True)):
        left = case.households - case.resettled
        reasons += rules.resettlement_refusals(
            item.households, left, item.mode, item.consent_document, f"/items/{n}"
        )
    refuse("resettlement-refused", "有安置情况不能登记。", reasons)
    for item, case in zip(body.items, cases, strict=True):
        case.resettled += item.households
        call.writes.add(_resettlement(call, case, item))
    actions = ["finish" if c.resettled == c.households else "resettle" for c in cases]
    events = [
        _resettled(call, case, item.households)
        for item, case in zip(body.items, cases, strict=True)
    ]
    move_all(call, CASE, cases, actions, events)
    return cases


def _resettlement(call: CommandContext, case: OverdueCase, item: ResettlementItem) -> Resettlement:
    return record(
        Resettlement,
        case_id=case.id,
        on=call.today,
        households=item.households,
        mode=item.mode,
        evidence=item.evidence,
        consent_document=item.consent_document,
        recorder=call.actor.subject,
        organisation=call.actor.organisation,
    )


def _resettled(
    call: CommandContext, case: OverdueCase, households: int
) -> OverdueHouseholdsResettled:
    return OverdueHouseholdsResettled(
        region=case.region,
        case_id=case.id,
        on=call.today,
        households=households,
        remaining=case.households - case.resettled,
    )


_RECORDS = ChildRows(Resettlement, "p.case_id = t.id AND p.households > 0", "p.id")
"""What was recorded as resettled, also what was not accepted later."""


@cites("S9.3c", "S9.0")
async def verify(call: CommandContext, body: VerificationList) -> list[OverdueCase]:
    """Strike finished cases off. Never by the unit that answers for the case."""
    cases: list[Any] = await load_all(call, OverdueCase, body.items, records=_RECORDS)
    require_all(call, CASE, cases, "verify")
    verifier = Verifier(call.actor.subject, call.actor.organisation)
    reasons = []
    for n, case in enumerate(cases):
        recorders = {Verifier(one.recorder, one.organisation) for one in case.records}
        reasons += rules.verification_refusals(
            verifier, case.responsible_unit, recorders, f"/items/{n}/id"
        )
    refuse("verification-refused", "有项目不能由您销号。", reasons)
    for case in cases:
        case.verified_on = call.today
    events = [
        OverdueCaseStruckOff(region=case.region, case_id=case.id, on=call.today) for case in cases
    ]
    move_all(call, CASE, cases, "verify", events, reason=body.opinion)
    return cases


@cites("S9.3c")
async def give_back(call: CommandContext, id: UUID, body: ReturnIn) -> OverdueCase:
    """The supervisor does not accept part of a resettlement: the case goes back to its unit."""
    case = await load(call, OverdueCase, id)
    target_state(call, CASE, case, "return")
    refuse("return-refused", "不能退回。", rules.return_refusals(body.households, case.resettled))
    case.resettled -= body.households
    call.writes.add(
        record(
            Resettlement,
            case_id=case.id,
            on=call.today,
            households=-body.households,
            evidence=body.opinion,
            recorder=call.actor.subject,
            organisation=call.actor.organisation,
        )
    )
    event = _resettled(call, case, -body.households)
    move(call, CASE, case, "return", event, reason=body.opinion)
    return case
