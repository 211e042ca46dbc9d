"""Take a file: read, check every cell, apply, report. One transaction, once per file."""

import asyncio
import hashlib
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from shared.commands.context import CommandContext
from shared.domain.problems import Refused
from shared.files.imports.columns import ColumnSpec, RowError, TableSpec
from shared.files.imports.ledger import claim, finish, report_of
from shared.files.imports.report import ImportReport
from shared.files.imports.sheet import read_table

ROW = "row"
"""The key under which a parsed row tells its line in the file."""

Rows = list[dict[str, Any]]
Apply = Callable[[Rows], Awaitable[Sequence[RowError] | None]]


async def import_file(
    call: CommandContext,
    kind: str,
    filename: str,
    content: bytes,
    columns: Sequence[ColumnSpec],
    apply: Apply,
    *,
    partial: bool,
) -> ImportReport:
    """Read a file and apply its rows inside the caller's transaction.

    `apply` gets the good rows as dicts of parsed values by column key plus "row" (the line);
    it returns the rows that it did not take, if any. Without `partial` one bad row refuses the
    whole file with `Refused` ("import-rejected", every reason in `rejected`) and nothing is kept.
    The same file (kind, office, SHA-256) is not taken twice: the first report comes back with
    `repeated`.
    """
    digest = hashlib.sha256(content)
    name = _file_name(filename)
    before = await report_of(call, kind, digest.digest())
    if before is not None:
        return before
    table = await asyncio.to_thread(read_table, name, content, columns)
    rows, rejected = parse(table, columns)
    claimed = await claim(call, kind, digest.digest(), name)
    if not isinstance(claimed, UUID):
        return claimed
    if rejected and not partial:
        raise _refusal(rejected, len(table.rows))
    rejected += await apply(rows) or () if rows else ()
    if rejected and not partial:
        raise _refusal(rejected, len(table.rows))
    accepted = len(table.rows) - len({error.row for error in rejected})
    report = ImportReport(
        import_id=claimed,
        kind=kind,
        file_name=name,
        digest=digest.hexdigest(),
        repeated=False,
        total_rows=len(table.rows),
        accepted_rows=accepted,
        rejected=sorted(rejected, key=lambda error: (error.row, error.column)),
        applied=accepted > 0,
    )
    await finish(call, report)
    return report


def parse(table: TableSpec, columns: Sequence[ColumnSpec]) -> tuple[Rows, list[RowError]]:
    """The good rows as values, and every reason against the others."""
    rejected = list(table.bad)
    untrusted = {(error.row, error.column) for error in table.bad}
    good: Rows = []
    for line, texts in zip(table.lines, table.rows, strict=True):
        values: dict[str, Any] = {ROW: line}
        before = len(rejected)
        bad_cell = False
        for column in columns:
            if untrusted and (line, column.title) in untrusted:
                bad_cell = True
                continue
            text = texts[column.key]
            if text == "":
                values[column.key] = None
                if column.required:
                    rejected.append(_error(line, column, "missing", "不能为空。"))
                continue
            try:
                values[column.key] = column.parse(text)
            except Refused as refused:
                rejected.append(_error(line, column, refused.code, refused.detail))
            except (ValueError, ArithmeticError):
                rejected.append(_error(line, column, "form", "格式不正确。"))
        if len(rejected) == before and not bad_cell:
            good.append(values)
    return good, rejected


def _error(line: int, column: ColumnSpec, code: str, detail: str) -> RowError:
    return RowError(row=line, column=column.title, code=code, detail=detail)


def _refusal(rejected: list[RowError], total: int) -> Refused:
    rows = len({error.row for error in rejected})
    return Refused(
        "import-rejected",
        f"文件共{total}行，其中{rows}行有问题，未写入任何数据；请修改后重新上传，或选择部分导入。",
        rejected=[error.model_dump(mode="json") for error in rejected],
        total_rows=total,
    )


def _file_name(name: str) -> str:
    """The last part of a client's file name, without control characters, at most 200 long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if unicodedata.category(c)[0] != "C")[-200:]
