"""Which files were taken: the same file of the same office is taken once."""

from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from shared.commands.context import CommandContext
from shared.db.model import MACHINERY, new_id
from shared.files.imports.report import ImportReport

IMPORTS = Table(
    "imports",
    MACHINERY,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("region", String(6), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("file_name", String(200), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("subject", String(128), nullable=False),
    Column("total_rows", Integer, nullable=False),
    Column("accepted_rows", Integer, nullable=False),
    Column("report", JSONB, nullable=False),
    UniqueConstraint("kind", "region", "digest"),
)


async def report_of(call: CommandContext, kind: str, digest: bytes) -> ImportReport | None:
    """The report of the first time this office sent the file, or None when it is new."""
    found = await call.session.execute(
        select(IMPORTS.c.report).where(
            IMPORTS.c.kind == kind,
            IMPORTS.c.region == call.actor.region,
            IMPORTS.c.digest == digest,
        )
    )
    report = found.scalar_one_or_none()
    if report is None:
        return None
    return ImportReport.model_validate(report, strict=False).model_copy(update={"repeated": True})


async def claim(
    call: CommandContext, kind: str, digest: bytes, file_name: str
) -> UUID | ImportReport:
    """Take the file for this transaction: a new import id, or the report of the first time.

    A second upload at the same time waits here until the first has ended.
    """
    import_id = new_id()
    fresh = await call.session.execute(
        insert(IMPORTS)
        .values(
            id=import_id,
            kind=kind,
            region=call.actor.region,
            digest=digest,
            file_name=file_name,
            at=call.now,
            subject=call.actor.subject,
            total_rows=0,
            accepted_rows=0,
            report={},
        )
        .on_conflict_do_nothing()
        .returning(IMPORTS.c.id)
    )
    if fresh.scalar_one_or_none() is not None:
        return import_id
    first = await report_of(call, kind, digest)
    assert first is not None
    return first


async def finish(call: CommandContext, report: ImportReport) -> None:
    """Keep the report of a file that was taken."""
    await call.session.execute(
        update(IMPORTS)
        .where(IMPORTS.c.id == report.import_id)
        .values(
            total_rows=report.total_rows,
            accepted_rows=report.accepted_rows,
            report=report.model_dump(mode="json"),
        )
    )
