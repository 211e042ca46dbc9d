"""One lock per unit: agreements share it; making a batch, or publishing a standard, holds it alone.

An agreement promises its first payable month, and a standard its first month, by looking at the
months that the unit has made. A batch that is being made cannot be seen before it is committed,
and itself reads only the agreements and standards that were there when it began. No condition on a
single statement would notice the other, so they wait for each other.
"""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

_SPACE = 0x6A6C_0002


async def share_units(session: AsyncSession, units: Iterable[str]) -> None:
    """Keep batches and standards of these units from being made until the transaction ends."""
    for unit in sorted(units):
        await session.execute(select(func.pg_advisory_xact_lock_shared(_SPACE, int(unit))))


async def own_unit(session: AsyncSession, unit: str) -> None:
    """Be the only one to make a batch or standard of this unit until the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(_SPACE, int(unit))))
