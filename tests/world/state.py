"""What a database holds, in short: whether a refused request has left anything."""

from sqlalchemy import text

from shared.schema.access import MACHINERY_TABLES
from tests.harness import Office

_QUIET = {"idempotency", "audit_log"}
"""Successful reads of plain data leave rows here; `audit_rows` looks at them."""


async def contents(office: Office) -> dict[str, str]:
    """Table -> a digest of all its rows."""
    names = [t.name for t in (*office.spec.metadata.sorted_tables, *MACHINERY_TABLES)]
    found: dict[str, str] = {}
    async with office.sessions() as session:
        for name in names:
            if name not in _QUIET:
                whole = "string_agg(t::text, '' ORDER BY t::text)"
                digest = text(f"SELECT coalesce(md5({whole}), '') FROM \"{name}\" t")
                found[name] = (await session.execute(digest)).scalar_one()
    return found


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables whose rows differ."""
    return [name for name in before if before[name] != after[name]]
