"""One lock per unit: agreements and standards share it, making a batch holds it alone.

An agreement promises its first payable month, and a standard its first month, by looking at the
unit's batches; without the lock a batch made at the same moment could prove them wrong.
"""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

_SPACE = 0x6A6C_0002


async def share_units(session: AsyncSession, units: Iterable[str]) -> None:
    """Keep batches of these units from being made until the transaction ends."""
    for unit in sorted(units):
        await session.execute(select(func.pg_advisory_xact_lock_shared(_SPACE, int(unit))))


async def own_unit(session: AsyncSession, unit: str) -> None:
    """Be the only one to make a batch of this unit until the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(_SPACE, int(unit))))
