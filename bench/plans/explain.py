"""A statement's plan as production runs it: prepared, its values unknown to the planner."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from shared.db.engine import connect_args, url_for
from shared.environment.settings import Settings


@dataclass(frozen=True, slots=True)
class Cost:
    """What one statement did: table rows looked at, blocks of 8 KB touched, milliseconds."""

    rows: int
    blocks: int
    ms: float
    nodes: str
    """The plan in short, such as `Limit ← Index Scan ix_application_region_id`."""


async def plain(settings: Settings) -> asyncpg.Connection:
    """A connection as sessions have them; `shared.db.connections` opens those with kept plans."""
    url = url_for(settings).set(drivername="postgresql")
    return await asyncpg.connect(
        url.render_as_string(hide_password=False), **connect_args(settings)
    )


async def cost(connection: asyncpg.Connection, sql: str, values: Sequence[Any]) -> Cost:
    """Run a statement once, explained; what it changes is taken back."""
    given = f"({', '.join(literal(one) for one in values)})" if values else ""
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(f"PREPARE asked AS {sql}")
    try:
        written = await connection.fetchval(
            f"EXPLAIN (ANALYZE, BUFFERS, SETTINGS, FORMAT JSON) EXECUTE asked{given}"
        )
    finally:
        await transaction.rollback()
        await connection.execute("DEALLOCATE asked")
    [found] = json.loads(written)
    plan = found["Plan"]
    return Cost(
        rows=sum(_looked_at(node) for node in _walk(plan)),
        blocks=plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
        ms=found["Execution Time"],
        nodes=_short(plan),
    )


def literal(value: Any) -> str:
    """A value as SQL text of no type: the statement's parameter gives it one."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    if isinstance(value, list | tuple):
        elements = ",".join('"' + re.sub(r'(["\\])', r"\\\1", _plain(one)) + '"' for one in value)
        return _quoted("{" + elements + "}")
    return _quoted(json.dumps(value) if isinstance(value, dict) else _plain(value))


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if not isinstance(value, str | int | Decimal | UUID):
        raise TypeError(type(value))
    return str(value)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _walk(below)


def _looked_at(node: dict[str, Any]) -> int:
    """Rows that a scan of a table has read, those included that it did not want."""
    if "Relation Name" not in node or node["Node Type"] == "ModifyTable":
        return 0
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    each: float = node["Actual Rows"] + sum(node.get(name, 0) for name in removed)
    loops: int = node["Actual Loops"]
    return round(each * loops)


_SILENT = {"CTE Scan", "Result", "Subquery Scan"}


def _short(plan: dict[str, Any]) -> str:
    found = []
    for node in _walk(plan):
        kind = node["Node Type"]
        if kind in _SILENT or not node["Actual Loops"]:
            continue
        where = node.get("Index Name") or node.get("Relation Name") or ""
        name = f"{kind} {where}".strip()
        if name not in found:
            found.append(name)
    return " ← ".join(found)
