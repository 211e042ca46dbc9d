"""Reading closed months: bulletins, rankings, and the events behind a score."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import undefer

from services.supervision.bulletin.document import Document
from services.supervision.bulletin.models import Bulletin
from services.supervision.bulletin.schemas import (
    BulletinOut,
    BulletinText,
    FactOut,
    Ranking,
    UnitFigure,
    UnitRanking,
)
from services.supervision.bulletin.states import MACHINE
from services.supervision.bulletin.writing import document_no, title
from services.supervision.facts.indicators import INDICATORS
from services.supervision.facts.models import FactRow
from services.supervision.months import year_start
from shared.commands import reads
from shared.commands.context import CommandContext
from shared.commands.shown import head
from shared.domain.problems import NotFound, Refused
from shared.domain.regions import UNITS
from shared.http.paging import Page, PageOut, page
from shared.law.citing import cites

_NOT_CLOSED = "{} 尚未月结，没有通报和排名。"


def show(call: CommandContext, bulletin: Bulletin) -> BulletinOut:
    """A bulletin without its text."""
    return BulletinOut(
        **head(call, MACHINE, bulletin),
        month=bulletin.month,
        number=bulletin.number,
        document_no=document_no(bulletin.month, bulletin.number),
        title=title(bulletin.month),
        issued_on=bulletin.issued_on,
        positions=bulletin.positions,
        digest=bulletin.digest,
    )


async def list_bulletins(call: CommandContext, paging: Page) -> PageOut[BulletinOut]:
    """All bulletins, the newest first. They are addressed to every unit (S0.2)."""
    return await page(
        call,
        select(Bulletin),
        Bulletin.month,
        paging=paging,
        make=lambda bulletin: show(call, bulletin),
        descending=True,
    )


async def closed(call: CommandContext, month: str) -> Bulletin:
    """The bulletin of a closed month with all its parts, or `NotFound`."""
    query = select(Bulletin).where(Bulletin.month == month)
    query = query.options(undefer(Bulletin.content), undefer(Bulletin.document))
    found = (await call.session.scalars(query)).one_or_none()
    if found is None:
        raise NotFound("month-not-closed", _NOT_CLOSED.format(month))
    return found


async def text_of(call: CommandContext, month: str) -> BulletinText:
    """A bulletin with the object from which it is printed."""
    bulletin = await closed(call, month)
    document = Document.model_validate(bulletin.document)
    return BulletinText(**show(call, bulletin).model_dump(), document=document)


_written: dict[tuple[str, str], bytes] = {}
"""Rankings as they were answered, by month and digest: a closed month never changes."""


@cites("S6.6")
async def ranking(call: CommandContext, month: str) -> bytes:
    """The published ranking as JSON: every unit may compute every score again."""
    digest = select(Bulletin.digest).where(Bulletin.month == month)
    found = await reads.rows(call, digest)
    if not found:
        raise NotFound("month-not-closed", _NOT_CLOSED.format(month))
    key = (month, found[0].digest)
    if key not in _written:
        _written[key] = (await _ranking(call, month)).model_dump_json().encode()
    return _written[key]


async def _ranking(call: CommandContext, month: str) -> Ranking:
    parts = {"weights": "weights", "items": "ranking", "totals": "totals"}
    query = select(
        Bulletin.number,
        Bulletin.digest,
        *(Bulletin.content[key].label(name) for name, key in parts.items()),
    ).where(Bulletin.month == month)
    values = vars((await reads.rows(call, query))[0])
    document = document_no(month, values.pop("number"))
    return Ranking.model_validate({**values, "month": month, "document_no": document})


def _ranked(unit: str) -> None:
    if unit not in UNITS:
        raise NotFound("not-a-reporting-unit", "不是报告单位，没有排名。", clause="S0.2")


async def unit_ranking(call: CommandContext, month: str, unit: str) -> UnitRanking:
    """One unit's score with all its frozen figures and targets."""
    _ranked(unit)
    frozen = (await closed(call, month)).content
    row = next(row for row in frozen["ranking"] if row["unit"] == unit)
    targets = frozen["targets"].get(unit, {})
    amounts = {code: ["0", "0"] for code in targets} | frozen["figures"].get(unit, {})
    figures = [
        UnitFigure(
            indicator=code,
            label=indicator.label,
            measure=indicator.unit,
            month=indicator.written(Decimal(amounts[code][0])),
            total=indicator.written(Decimal(amounts[code][1])),
            target=indicator.written(Decimal(targets[code])) if code in targets else None,
        )
        for code, indicator in INDICATORS.items()
        if code in amounts
    ]
    return UnitRanking(**row, month=month, figures=figures)


@cites("S6.6", "S11.2")
async def facts_behind(
    call: CommandContext, month: str, unit: str, code: str, paging: Page
) -> PageOut[FactOut]:
    """The events that made a unit's published cumulated figure, by month, late ones left out.

    The amounts of all pages add up to the figure; a distinct count is the number of different
    objects in them.
    """
    _ranked(unit)
    indicator = INDICATORS.get(code)
    if indicator is None:
        raise Refused("unknown-indicator", "没有这一指标。")
    await closed(call, month)
    query = select(FactRow).where(
        FactRow.unit == unit,
        FactRow.indicator == (indicator.distinct_of or code),
        FactRow.month <= month,
        FactRow.after_month < month,
    )
    if indicator.span == "year":
        query = query.where(FactRow.month >= year_start(month))
    counted = INDICATORS[indicator.distinct_of or code]

    def make(fact: FactRow) -> FactOut:
        return FactOut(
            event_id=fact.event_id,
            event_type=fact.event_type,
            source=fact.source,
            position=fact.position,
            subject=fact.subject,
            region=fact.region,
            on=fact.on,
            month=fact.month,
            amount=counted.written(fact.amount),
        )

    return await page(
        call, query, FactRow.month, FactRow.event_id,
        scope=FactRow.region, paging=paging, make=make,
    )  # fmt: skip
