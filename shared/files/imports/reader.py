"""The process that opens files from outside. It imports nothing of this project.

It forks a child for each file, which has limits on memory and time and ends with the file. A
connection comes over the socket that is stdin; over it come {"titles": {title: must the column be
there}, "size": bytes of the file} on the first line, and the file. Back goes one JSON object,
{"rows": [[line, [cell, ...]], ...], "bad": [[line, title, code], ...]} with the cells in the order
of the titles, or {"refused": [code, detail]}, and a newline when that was all.
"""

import csv
import datetime
import io
import json
import os
import resource
import signal
import socket
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any
from unicodedata import category

import python_calamine as calamine

MAX_ROWS = 50_000
MAX_COLUMNS = 100
MAX_CELL = 32_768
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
MAX_ENTRIES = 2_000
HEADER_WITHIN = 20
MEMORY = 512 * 1024 * 1024
SECONDS = 40
_EXACT = 10**15
"""A number cell beyond this has lost digits: spreadsheets keep 15."""

_KEPT = {"\t": " ", "\n": " ", "\r": " "}


class Refusal(Exception):
    """The whole file is refused."""


def main(content: bytes, titles: dict[str, bool]) -> dict[str, Any]:
    """Read a file of either form."""
    try:
        rows = spreadsheet(content) if content[:2] == b"PK" else text(content)
        return table(rows, titles)
    except Refusal as refusal:
        return {"refused": list(refusal.args)}


def text(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Rows of a CSV file in UTF-8 or GB18030, with their line numbers."""
    if content[:8] == bytes.fromhex("d0cf11e0a1b11ae1"):
        raise Refusal("file-kind", "不支持加密文件和旧版 .xls，请另存为 .xlsx 或 CSV。")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refusal("file-encoding", "不支持 UTF-16 编码，请另存为“CSV UTF-8”。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            decoded = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refusal("file-encoding", "文件编码无法识别，请使用 UTF-8 或 GB18030。")
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(decoded, newline=""), strict=True)
    try:
        end = 0
        for row in reader:
            yield end + 1, row
            end = reader.line_num
    except csv.Error:
        raise Refusal(
            "file-damaged", f"第{reader.line_num}行附近引号不配对或单元格过长。"
        ) from None


def spreadsheet(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Rows of the first visible sheet of an XLSX file."""
    _unpacked(content)
    try:
        book = calamine.load_workbook(io.BytesIO(content))
        shown = next(
            (
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == calamine.SheetVisibleEnum.Visible
            ),
            None,
        )
        if shown is None:
            raise Refusal("sheet-missing", "文件中没有可见的工作表。")
        sheet = book.get_sheet_by_name(shown)
        if sheet.width > MAX_COLUMNS:
            raise Refusal("too-many-columns", f"列数超过{MAX_COLUMNS}列。")
        first = sheet.start[0] if sheet.start else 0
        rows = sheet.to_python(skip_empty_area=True)
    except (calamine.CalamineError, calamine.PasswordError, calamine.ZipError) as error:
        raise Refusal("file-damaged", "无法读取表格文件，可能已损坏或加密。") from error
    yield from enumerate(rows, first + 1)


def _unpacked(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            if len(entries) > MAX_ENTRIES:
                raise Refusal("file-bomb", "表格文件内部条目过多。")
            total = sum(entry.file_size for entry in entries)
            if total > MAX_UNPACKED or total > MAX_RATIO * max(len(content), 1):
                raise Refusal("file-bomb", "表格文件解压后过大。")
            names = {entry.filename for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries):
                raise Refusal("file-kind", "不支持加密文件。")
            if "xl/workbook.xml" not in names:
                raise Refusal("file-kind", "文件不是 .xlsx 表格，请使用 .xlsx 或 CSV。")
            if any(name.endswith("vbaProject.bin") for name in names):
                raise Refusal("file-kind", "不接受含宏的表格，请另存为 .xlsx。")
            if packed.testzip() is not None:
                raise Refusal("file-damaged", "表格文件已损坏。")
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise Refusal("file-damaged", "表格文件已损坏。") from error


def table(rows: Iterable[tuple[int, list[Any]]], titles: dict[str, bool]) -> dict[str, Any]:
    """Find the header among the first rows, then pick the titled columns of every row."""
    walk = iter(rows)
    columns = _header(walk, titles)
    order = [columns.get(title) for title in titles]
    found: list[tuple[int, list[str]]] = []
    bad: list[tuple[int, str, str]] = []
    for line, row in walk:
        if len(row) > MAX_COLUMNS and any(cell != "" for cell in row[MAX_COLUMNS:]):
            raise Refusal("too-many-columns", f"第{line}行超过{MAX_COLUMNS}列。")
        if not any(cell != "" and not (isinstance(cell, str) and cell.isspace()) for cell in row):
            continue
        if len(found) == MAX_ROWS:
            raise Refusal("too-many-rows", f"数据超过{MAX_ROWS}行，请拆分文件。")
        cells = []
        for title, at in zip(titles, order, strict=True):
            cell, code = _cell(row[at]) if at is not None and at < len(row) else ("", "")
            cells.append(cell)
            if code:
                bad.append((line, title, code))
        found.append((line, cells))
    if not found:
        raise Refusal("file-empty", "文件中没有数据行。")
    return {"rows": found, "bad": bad}


def _header(walk: Iterator[tuple[int, list[Any]]], titles: dict[str, bool]) -> dict[str, int]:
    needed = {title for title, must in titles.items() if must}
    best: set[str] = set()
    for seen, (_, row) in enumerate(walk):
        names = [_title(cell) for cell in row]
        known = set(names) & set(titles)
        if needed <= set(names):
            if len(names) > MAX_COLUMNS and any(names[MAX_COLUMNS:]):
                raise Refusal("too-many-columns", f"列数超过{MAX_COLUMNS}列。")
            twice = sorted(title for title in known if names.count(title) > 1)
            if twice:
                raise Refusal("header-repeated", f"表头重复：{'、'.join(twice)}。")
            return {title: names.index(title) for title in known}
        best = max(best, known, key=len)
        if seen + 1 >= HEADER_WITHIN:
            break
    missing = [title for title in titles if title in needed - best]
    raise Refusal("header-missing", f"没有找到表头，缺少列：{'、'.join(missing)}。")


def _title(cell: Any) -> str:
    return "".join(str(cell).split()).replace("(", "（").replace(")", "）") if cell != "" else ""


def _cell(value: Any) -> tuple[str, str]:
    """A cell as text, and a code if it cannot be trusted."""
    if isinstance(value, str):
        clean = "".join(_KEPT.get(char, char) for char in value).strip()
        if not clean.isprintable() and any(category(char)[0] == "C" for char in clean):
            return "", "control-character"
        if len(clean) > MAX_CELL:
            return "", "cell-too-long"
        return clean, ""
    if isinstance(value, bool):
        return "是" if value else "否", ""
    if isinstance(value, int | float):
        if abs(value) >= _EXACT:
            return "", "digits-lost"
        return str(int(value)) if value == int(value) else repr(value), ""
    if isinstance(value, datetime.datetime):
        return (value.date() if value.time() == datetime.time() else value).isoformat(), ""
    if isinstance(value, datetime.date):
        return value.isoformat(), ""
    return str(value), ""


def serve(control: socket.socket) -> None:
    """Fork a child for each connection that comes, until the other end of `control` is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    while True:
        _, fds, _, _ = socket.recv_fds(control, 1, 1)
        if not fds:
            return
        with socket.socket(fileno=fds[0]) as connection:
            if os.fork() == 0:
                control.close()
                _read(connection)
                os._exit(0)


def _read(connection: socket.socket) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    signal.alarm(SECONDS)
    with connection.makefile("rwb") as file:
        order = json.loads(file.readline())
        titles = {_title(name): must for name, must in order["titles"].items()}
        answer = main(file.read(order["size"]), titles)
        file.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


if __name__ == "__main__":
    serve(socket.socket(fileno=0))
