"""Writing down facts: one statement for a whole batch of events."""

from collections.abc import Sequence

from pydantic_core import to_json
from sqlalchemy import text

from services.supervision.facts.indicators import day_of, facts_of
from shared.commands.context import CommandContext
from shared.contracts.received_event import ReceivedEvent
from shared.domain.regions import unit_of
from shared.law.citing import cites

RECORD = text(
    """
    WITH said AS (
      SELECT * FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS f(
        event_id uuid, indicator text, unit text, region text, month text, on_day date,
        amount numeric, counted text, event_type text, source text, position bigint, subject uuid)
    ), fresh AS (
      INSERT INTO fact (event_id, indicator, unit, region, month, on_day, amount, counted,
                        event_type, source, position, subject, after_month)
      SELECT event_id, indicator, unit, region, month, on_day, amount, counted,
             event_type, source, position, subject,
             (SELECT coalesce(max(month), '') FROM bulletin)
      FROM said
      ON CONFLICT (event_id, indicator) DO NOTHING
      RETURNING unit, month, indicator, amount
    )
    INSERT INTO fact_counter (unit, month, indicator, amount, facts)
    SELECT unit, month, indicator, sum(amount), count(*) FROM fresh
    GROUP BY unit, month, indicator ORDER BY unit, month, indicator
    ON CONFLICT (unit, month, indicator) DO UPDATE
    SET amount = fact_counter.amount + excluded.amount,
        facts = fact_counter.facts + excluded.facts
    """
)
"""Counters move only by facts that were not there before, in the same statement.

Closing a month locks `fact` against this statement, so that a fact is counted or late, never both.
"""


def rows_of(received: Sequence[ReceivedEvent]) -> bytes:
    """What these events say, as rows for the statement: a JSON array, empty when they say nothing.

    Ids, days and amounts are written as texts.
    """
    return to_json([row for one in received for row in _rows(one)])


def _rows(one: ReceivedEvent) -> list[dict[str, object]]:
    on, region = day_of(one.event), one.event.region
    unit = unit_of(region, on)
    return [
        {
            "event_id": one.id,
            "indicator": fact.indicator,
            "unit": unit,
            "region": region,
            "month": fact.month,
            "on_day": on,
            "amount": fact.amount,
            "counted": fact.counted,
            "event_type": one.type,
            "source": one.source,
            "position": one.position,
            "subject": one.subject,
        }
        for fact in facts_of(one.event)
    ]


@cites("S11.2")
async def record(call: CommandContext, received: Sequence[ReceivedEvent]) -> None:
    """Store the facts of these events; those already stored change nothing."""
    await call.session.execute(RECORD, {"facts": rows_of(received).decode()})


_WITHDRAW = text(
    """
    WITH lost AS (
      SELECT f.*, f.after_month = (SELECT coalesce(max(month), '') FROM bulletin) AS untold
      FROM fact f
      WHERE source = :source AND position > :kept AND event_type NOT LIKE '%#withdrawn'
    ), gone AS (
      DELETE FROM fact f USING lost l
      WHERE l.untold AND f.event_id = l.event_id AND f.indicator = l.indicator
      RETURNING f.unit, f.month, f.indicator, -f.amount AS amount, -1 AS facts
    ), countered AS (
      INSERT INTO fact (event_id, indicator, unit, region, month, on_day, amount, counted,
                        event_type, source, position, subject, after_month)
      SELECT md5(event_id::text || '#withdrawn')::uuid, indicator, unit, region, month, on_day,
             -amount, counted, event_type || '#withdrawn', source, position, subject,
             (SELECT max(month) FROM bulletin)
      FROM lost WHERE NOT untold
      ON CONFLICT (event_id, indicator) DO NOTHING
      RETURNING unit, month, indicator, amount, 1 AS facts
    )
    INSERT INTO fact_counter (unit, month, indicator, amount, facts)
    SELECT unit, month, indicator, sum(amount), sum(facts)
    FROM (SELECT * FROM gone UNION ALL SELECT * FROM countered) AS moved
    GROUP BY unit, month, indicator ORDER BY unit, month, indicator
    ON CONFLICT (unit, month, indicator) DO UPDATE
    SET amount = fact_counter.amount + excluded.amount,
        facts = fact_counter.facts + excluded.facts
    """
)
"""A fact that no bulletin has told yet goes; one that was told is answered by its opposite, which
came after that month was closed: the published figure stays, and the next bulletin restates it."""


@cites("S11.2")
async def withdraw(call: CommandContext, source: str, kept: int) -> None:
    """Take back the facts of events behind `kept`, which their source has lost in a restore."""
    await call.session.execute(_WITHDRAW, {"source": source, "kept": kept})
    await call.session.execute(text("DELETE FROM fact_counter WHERE facts = 0"))
