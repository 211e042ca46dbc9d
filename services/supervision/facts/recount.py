"""Proof that the kept counters equal the facts counted from zero."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands.context import CommandContext
from shared.law.citing import cites

_COMPARE = text(
    """
    WITH counted AS (
      SELECT unit, month, indicator, sum(amount) AS amount, count(*) AS facts
      FROM fact GROUP BY unit, month, indicator
    )
    SELECT coalesce(k.unit, c.unit), coalesce(k.month, c.month),
           coalesce(k.indicator, c.indicator), coalesce(k.amount, 0), coalesce(c.amount, 0)
    FROM fact_counter k FULL JOIN counted c USING (unit, month, indicator)
    WHERE k.amount IS DISTINCT FROM c.amount OR k.facts IS DISTINCT FROM c.facts
    ORDER BY 1, 2, 3
    """
)
"""One statement, so both sides are seen at one instant while consumers go on writing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A counter that is not the sum of its facts."""

    unit: str
    month: str
    indicator: str
    kept: Decimal
    counted: Decimal


class CounterMismatch(RuntimeError):
    """Kept counters do not equal the facts; nothing may be published until that is explained."""


async def differences(session: AsyncSession) -> list[Difference]:
    """Every counter that differs from a full count; empty when all is well."""
    return [Difference(*row) for row in await session.execute(_COMPARE)]


async def verify_counters(session: AsyncSession) -> None:
    """Raise `CounterMismatch` unless every kept counter is the sum of its facts."""
    found = await differences(session)
    if found:
        first = found[0]
        raise CounterMismatch(
            f"{len(found)} counters differ, first {first.unit} {first.month} {first.indicator}: "
            f"kept {first.kept}, counted {first.counted}"
        )


@cites("S11.2")
async def recount(call: CommandContext) -> int:
    """Daily job: count everything from zero and stop loudly when a kept counter differs."""
    await verify_counters(call.session)
    return 0
