"""Reading the months that are made."""

from collections.abc import Iterable

from sqlalchemy import any_, bindparam, select

from services.subsidy.month.models import BatchedMonth
from shared.commands.context import CommandContext
from shared.db.statement import Statement

_LAST = Statement(select(BatchedMonth).where(BatchedMonth.unit == any_(bindparam("units"))))


async def last_months(call: CommandContext, units: Iterable[str]) -> dict[str, str]:
    """Unit -> the newest month that it has made a batch for."""
    return {row.unit: row.month for row in await call.read(_LAST, units=list(units))}
