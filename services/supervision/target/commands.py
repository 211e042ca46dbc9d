"""Setting annual targets from the province's table."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from services.supervision.target.models import AnnualTarget
from services.supervision.target.rules import READERS, table_refusals, unit_code
from services.supervision.target.states import TARGET
from shared.commands.changes import create_all, move_all
from shared.commands.context import CommandContext
from shared.contracts.supervision import AnnualTargetSet
from shared.db.records import record
from shared.files.imports import ColumnSpec, ImportReport, RowError, import_file
from shared.files.imports.run import ROW
from shared.law.citing import cites

COLUMNS = (
    ColumnSpec("unit", "单位代码", True, unit_code),
    ColumnSpec("name", "单位名称", True, str.strip),
    *(ColumnSpec(code, title, True, read) for code, (title, read) in READERS.items()),
)


def _event(
    call: CommandContext, unit: str, year: int, indicator: str, value: Decimal
) -> AnnualTargetSet:
    return AnnualTargetSet(region=unit, on=call.today, year=year, indicator=indicator, value=value)


@cites("S0.3", "S0.2")
async def set_targets(call: CommandContext, year: int, rows: Sequence[dict[str, Any]]) -> None:
    """Set or revise the targets in `rows`; a value that stays the same changes nothing.

    A run: the table of a whole year comes as a file, which the ledger of imports takes once.
    """
    wanted: dict[tuple[str, str], Decimal] = {
        (row["unit"], code): row[code] for row in rows for code in READERS
    }
    of_year = select(AnnualTarget).where(AnnualTarget.year == year).order_by(AnnualTarget.id)
    existing = {(t.region, t.indicator): t for t in await call.locked(of_year)}
    revised = [
        existing[key]
        for key, value in wanted.items()
        if key in existing and existing[key].value != value
    ]
    for target in revised:
        target.value = wanted[target.region, target.indicator]
    events = [_event(call, t.region, year, t.indicator, t.value) for t in revised]
    move_all(call, TARGET, revised, "revise", events, reason="目标任务表重新导入")
    fresh = [
        record(AnnualTarget, region=unit, year=year, indicator=indicator, value=value)
        for (unit, indicator), value in wanted.items()
        if (unit, indicator) not in existing
    ]
    events = [_event(call, t.region, year, t.indicator, t.value) for t in fresh]
    create_all(call, TARGET, fresh, events)


async def import_targets(
    call: CommandContext, year: int, filename: str, content: bytes, *, partial: bool
) -> ImportReport:
    """Read the table (XLSX or CSV) and set the targets; the same file again changes nothing."""

    async def apply(rows: list[dict[str, Any]]) -> list[RowError]:
        refused = table_refusals(rows, call.today)
        bad = {error.row for error in refused}
        await set_targets(call, year, [row for row in rows if row[ROW] not in bad])
        return refused

    return await import_file(
        call, f"annual-targets-{year}", filename, content, COLUMNS, apply, partial=partial
    )
