"""Noting that a month is made."""

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from services.subsidy.month.models import BatchedMonth
from shared.commands.context import CommandContext


async def note_made(call: CommandContext, unit: str, month: str) -> None:
    """In a run that owns the unit: keep that this month is made, if none after it was."""
    newest = insert(BatchedMonth).values(unit=unit, month=month)
    newest = newest.on_conflict_do_update(
        index_elements=["unit"],
        set_={"month": func.greatest(BatchedMonth.month, newest.excluded.month)},
    )
    await call.session.execute(newest)
