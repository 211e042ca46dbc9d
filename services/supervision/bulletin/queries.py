"""Reading closed months: bulletins, rankings, and the events behind a score."""

from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

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
from services.supervision.bulletin.states import BULLETIN
from services.supervision.bulletin.writing import document_no, title
from services.supervision.facts.indicators import INDICATORS
from services.supervision.facts.models import FactRow
from services.supervision.months import year_start
from shared.commands.context import CommandContext
from shared.commands.views import head
from shared.db.statement import Statement
from shared.domain.problems import NotFound, Refused
from shared.domain.regions import UNITS
from shared.http.paging import Listing, Page, PageOut, page
from shared.law.citing import cites

_NOT_CLOSED = "{} 尚未月结，没有通报和排名。"


def show(call: CommandContext, bulletin: Bulletin) -> BulletinOut:
    """A bulletin without its text."""
    return BulletinOut(
        **head(call, BULLETIN, bulletin),
        month=bulletin.month,
        number=bulletin.number,
        document_no=document_no(bulletin.month, bulletin.number),
        title=title(bulletin.month),
        issued_on=bulletin.issued_on,
        positions=bulletin.positions,
        digest=bulletin.digest,
    )


_LONG = ("content", "document")
BULLETINS = Listing(
    select(*(column for column in Bulletin.__table__.c if column.key not in _LONG)),
    Bulletin.month,
    descending=True,
)


async def list_bulletins(call: CommandContext, paging: Page) -> PageOut[BulletinOut]:
    """All bulletins, the newest first. They are addressed to every unit (S0.2)."""
    return await page(call, BULLETINS, paging=paging, make=lambda bulletin: show(call, bulletin))


_CLOSED = Statement(select(Bulletin).where(Bulletin.month == bindparam("month")))


async def closed(call: CommandContext, month: str) -> Bulletin:
    """The bulletin of a closed month, or `NotFound`."""
    found: Bulletin = await _one(call, _CLOSED, month)
    return found


async def _one(call: CommandContext, statement: Statement, month: str) -> Any:
    """What a statement finds of a closed month; `NotFound` when it is not closed."""
    found = await call.read(statement, month=month)
    if not found:
        raise NotFound("month-not-closed", _NOT_CLOSED.format(month))
    return found[0]


async def text_of(call: CommandContext, month: str) -> BulletinText:
    """A bulletin with the object from which it is printed."""
    bulletin = await closed(call, month)
    document = Document.model_validate(bulletin.document)
    return BulletinText(**show(call, bulletin).model_dump(), document=document)


_written: dict[tuple[str, str], bytes] = {}
"""Rankings as they were answered, by month and digest: a closed month never changes."""


_DIGEST = Statement(select(Bulletin.digest).where(Bulletin.month == bindparam("month")))
_RANKING = Statement(
    select(
        Bulletin.number,
        Bulletin.digest,
        Bulletin.content["weights"].label("weights"),
        Bulletin.content["ranking"].label("items"),
        Bulletin.content["totals"].label("totals"),
    ).where(Bulletin.month == bindparam("month"))
)


@cites("S6.6")
async def ranking(call: CommandContext, month: str) -> bytes:
    """The published ranking as JSON: every unit may compute every score again."""
    key = (month, (await _one(call, _DIGEST, month)).digest)
    if key not in _written:
        values = vars(await _one(call, _RANKING, month))
        document = document_no(month, values.pop("number"))
        made = Ranking.model_validate({**values, "month": month, "document_no": document})
        _written[key] = made.model_dump_json().encode()
    return _written[key]


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


FACTS = Listing(
    select(FactRow).where(
        FactRow.unit == bindparam("unit"),
        FactRow.indicator == bindparam("indicator"),
        FactRow.month <= bindparam("until"),
        FactRow.after_month < bindparam("until"),
    ),
    FactRow.month,
    FactRow.event_id,
    scope=FactRow.region,
    since=FactRow.month >= bindparam("since"),
)


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
    await _one(call, _DIGEST, month)
    counted = INDICATORS[indicator.distinct_of or code]

    def make(fact: FactRow) -> FactOut:
        return FactOut(
            event_id=fact.event_id,
            event_type=fact.event_type,
            source=fact.source,
            position=fact.position,
            subject=fact.subject,
            region=fact.region,
            on=fact.on_day,
            month=fact.month,
            amount=counted.written(fact.amount),
        )

    return await page(
        call,
        FACTS,
        paging=paging,
        make=make,
        unit=unit,
        indicator=counted.code,
        until=month,
        since=year_start(month) if indicator.span == "year" else None,
    )
