"""Who may do what in a service's database: grants per role, and row-level security by region.

Three roles: the owner migrates, `NAME_api` serves requests, `NAME_worker` numbers, takes in and
runs jobs. Code narrows what it reads (`shared.commands.reads` by id, `shared.http.paging.page`
lists, `shared.db.scope.within` the rest); the policy here is the second layer and holds alone: a
query that forgot its scope shows no row outside the caller's regions, and a transaction that did
not say whose it is sees none. The policy binds the owner too.

A table with a `region` is scoped. One whose `info` says why it is open, as
`__table_args__ = {"info": {"open": "published to everybody"}}`, is read by everybody, but written
within the writer's regions only. One whose `info` says `append_only` keeps what it was given.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, Table, text

from shared.commands.audit import audit_log
from shared.commands.idempotency import idempotency
from shared.commands.outbox import heads, outbox, sink_cursor
from shared.commands.spec import ServiceSpec
from shared.db.numbering import NUMBER_SERIES
from shared.events.inbox import consumer_pos, dead_letter, inbox, job_runs
from shared.files.imports.ledger import IMPORTS
from shared.integration.entitlement.models import Base, Entitlement
from shared.law.citing import cites

SETTING = "app.reach"
"""The transaction's regions as a multirange of codes, such as "{[220100,220200)}"."""

ALL = "SELECT, INSERT, UPDATE, DELETE"
_LOGS = (outbox, audit_log)
_ENTITLEMENT = Base.metadata.tables[Entitlement.__tablename__]
_OF_REQUESTS = (idempotency, IMPORTS, NUMBER_SERIES, _ENTITLEMENT)
_OF_WORKERS = (heads, sink_cursor, inbox, consumer_pos, dead_letter, job_runs)
MACHINERY_TABLES = (*_LOGS, *_OF_REQUESTS, *_OF_WORKERS)
"""Every table that each service has beside its own."""

_WITHIN = f"(SELECT nullif(current_setting('{SETTING}', true), '')::int4multirange) @> region::int"
_POLICY = f"CASE WHEN {_WITHIN} THEN true ELSE false END"
"""The CASE hides `@>` from the planner, which would expect hardly any row to pass, and so read and
sort a whole district for its first page instead of following the index."""


def api_role(service: str) -> str:
    """The role of the processes that serve requests."""
    return f"{service}_api"


def worker_role(service: str) -> str:
    """The role of the processes that number, take in and run jobs."""
    return f"{service}_worker"


def scoped_tables(spec: ServiceSpec) -> list[Table]:
    """The service's tables whose rows belong to a region, and that of entitlements."""
    return [
        table
        for table in (*spec.metadata.sorted_tables, _ENTITLEMENT)
        if "region" in table.c and "open" not in table.info
    ]


def open_tables(spec: ServiceSpec) -> list[Table]:
    """The service's tables with regional rows that everybody may read."""
    return [table for table in spec.metadata.sorted_tables if "open" in table.info]


def _grants(spec: ServiceSpec) -> Iterable[tuple[str, str, Iterable[Table]]]:
    """Role, privileges, tables. Nobody but the owner can change or delete what was logged."""
    own = [t for t in spec.metadata.sorted_tables if "append_only" not in t.info]
    kept = [t for t in spec.metadata.sorted_tables if "append_only" in t.info]
    for role in (api_role(spec.name), worker_role(spec.name)):
        yield role, "SELECT, INSERT", (*_LOGS, *kept)
        yield role, ALL, (*own, *_OF_REQUESTS)
    yield api_role(spec.name), "SELECT", _OF_WORKERS
    yield worker_role(spec.name), ALL, _OF_WORKERS
    yield worker_role(spec.name), "UPDATE (position, chain)", _LOGS


@cites("PIPL.51")
def apply(connection: Connection, spec: ServiceSpec) -> None:
    """Bring grants and policies to this version, after the migrations; safe to repeat.

    Roles that do not exist get nothing: a deployment may run everything as the owner, whom the
    policies bind as well.
    """
    known = set(connection.execute(text("SELECT rolname FROM pg_roles")).scalars())
    for role, privileges, tables in _grants(spec):
        if role in known:
            names = ", ".join(f'"{table.name}"' for table in tables)
            connection.execute(text(f'GRANT {privileges} ON {names} TO "{role}"'))
    for role in {api_role(spec.name), worker_role(spec.name)} & known:
        versions = "version_machinery, version_service"
        connection.execute(text(f'GRANT SELECT ON {versions} TO "{role}"'))
    secured = set(
        connection.execute(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        ).scalars()
    )
    for table in (*scoped_tables(spec), *open_tables(spec)):
        if table.name not in secured:
            name = f'"{table.name}"'
            if "open" in table.info:
                connection.execute(
                    text(f"CREATE POLICY everybody ON {name} FOR SELECT USING (true)")
                )
            connection.execute(text(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"))
            connection.execute(text(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"))
            connection.execute(text(f"CREATE POLICY reach ON {name} USING ({_POLICY})"))
