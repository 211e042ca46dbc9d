"""Read a file into text cells, outside the process that serves requests."""

import json
from collections.abc import Sequence

from shared.domain.problems import Refused, TooLarge
from shared.files.imports.columns import ColumnSpec, RowError, TableSpec
from shared.files.imports.opener import OPENER

MAX_BYTES = 20 * 1024 * 1024
TIMEOUT = 45.0
_BAD_CELLS = {
    "digits-lost": "数字超过15位，表格软件已丢失精度；请把该列设为文本后重新填写。",
    "control-character": "含有不可见的控制字符。",
    "cell-too-long": "内容过长。",
}


def read_table(filename: str, content: bytes, columns: Sequence[ColumnSpec]) -> TableSpec:
    """Read a CSV (UTF-8, GB18030) or XLSX file.

    The kind is told by the content, the name only has to agree. A child process with limits on
    memory and time does the reading. Raises `TooLarge` ("file-too-large") and `Refused` (the
    codes of `reader.py`, "file-name", "file-unreadable").
    """
    if len(content) > MAX_BYTES:
        raise TooLarge("file-too-large", f"文件超过{MAX_BYTES // 1024 // 1024} MiB，请拆分后上传。")
    if not content.strip(b"\0 \r\n\t"):
        raise Refused("file-empty", "文件是空的。")
    if not filename.lower().endswith(".xlsx" if content[:2] == b"PK" else ".csv"):
        raise Refused("file-name", "文件扩展名应为 .csv 或 .xlsx，并与内容一致。")
    order = {"titles": {column.title: column.required for column in columns}, "size": len(content)}
    try:
        with OPENER.connect(TIMEOUT) as connection, connection.makefile("rwb") as file:
            file.write(json.dumps(order).encode() + b"\n" + content)
            file.flush()
            text = file.read()
    except TimeoutError:
        raise Refused("file-unreadable", "文件处理超时，请拆分后上传。") from None
    except OSError:
        text = b""
    if not text.endswith(b"\n"):
        raise Refused("file-unreadable", "文件无法读取，内容异常或占用资源过大。")
    answer = json.loads(text)
    if "refused" in answer:
        code, detail = answer["refused"]
        raise Refused(code, detail)
    keys = [column.key for column in columns]
    titles = {_title(column.title): column.title for column in columns}
    return TableSpec(
        rows=[dict(zip(keys, cells, strict=True)) for _, cells in answer["rows"]],
        lines=[line for line, _ in answer["rows"]],
        bad=[
            RowError(row=line, column=titles[title], code=code, detail=_BAD_CELLS[code])
            for line, title, code in answer["bad"]
        ],
    )


def _title(title: str) -> str:
    return "".join(title.split()).replace("(", "（").replace(")", "）")
