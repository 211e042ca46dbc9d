"""Files: every kind of bad one for one import, the commonest for all of them, and the limits.

IN.bulk, IN.limits.
"""

import io
import signal
import zipfile
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import pytest

from deploy.demo import ledgers
from deploy.demo.world import HOUSEHOLD_COLUMNS, household_rows
from shared.domain.problems import Refused
from shared.files.imports import ColumnSpec, opener, read_table, sheet
from tests.acting import keyed
from tests.inputs.asking import Asking
from tests.scope.matrix import Way
from tests.world.state import changed, contents
from tests.world.world import Thing
from tests.world.worlds import NAMES, Worlds

GOOD = household_rows("220102", 24)[20:]
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600


def packed(files: dict[str, bytes]) -> bytes:
    """A zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return buffer.getvalue()


def rows(*changed: tuple[int, str]) -> bytes:
    """A register whose second row has other cells."""
    second = list(GOOD[1])
    for column, text in changed:
        second[column] = text
    return ledgers.text_csv(HOUSEHOLD_COLUMNS, [GOOD[0], second], "utf-8-sig")


@cache
def bomb() -> bytes:
    """A small file that becomes 300 MB."""
    return packed(
        {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"0" * 300_000_000}
    )


GENERAL: dict[str, tuple[str, bytes]] = {
    "empty": ("台账.csv", b""),
    "bom": ("台账.csv", b"\xef\xbb\xbf"),
    "ole": ("台账.csv", OLE),
    "macro": ("台账.xlsx", packed({"xl/workbook.xml": b"<w/>", "xl/vbaProject.bin": b"x"})),
    "rubbish": ("台账.xlsx", b"PK\x03\x04" + b"x" * 500),
    "kind": ("台账.exe", b"a,b\r\n1,2\r\n"),
    "header": ("台账.csv", "甲,乙\r\n1,2\r\n".encode()),
}
PARTICULAR: dict[str, tuple[str, bytes]] = {
    "utf-16": ("台账.csv", rows().decode("utf-8-sig").encode("utf-16")),
    "truncated": ("台账.xlsx", ledgers.xlsx("台账", HOUSEHOLD_COLUMNS, GOOD)[:-300]),
    "nested": ("台账.xlsx", packed({"a.zip": packed({"b": b"x"})})),
    "slip": ("台账.xlsx", packed({"../../etc/passwd": b"x"})),
    "entity": (
        "台账.xlsx",
        packed(
            {"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}
        ),
    ),
    "name": ("../../etc/passwd\0.csv", b"x"),
    "long name": ("x" * 5_000 + ".csv", b"x"),
    "quote": ("台账.csv", rows() + b'"' + b"x" * 40_000),
    "columns": ("台账.csv", ledgers.text_csv([*HOUSEHOLD_COLUMNS, *"x" * 16_300], [], "utf-8")),
    "blank rows": ("台账.csv", b"\r\n" * 1_000_000),
    "blanks below": ("台账.csv", rows((1, "1")) + b",,,,,,,,,,,\r\n" * 200_000),
    "digits lost": ("台账.csv", rows((1, "2.20106E+17"))),
    "fifteen digits": ("台账.csv", rows((1, "220102850617001"))),
    "control": ("台账.csv", rows((0, "甲\x07乙"))),
    "formula": ("台账.csv", rows((7, "=1+1"))),
    "wide digits": ("台账.csv", rows((6, "３人"))),
    "twice": ("台账.csv", ledgers.text_csv(HOUSEHOLD_COLUMNS, [GOOD[0], GOOD[0]], "utf-8")),
}


def imports(asking: Asking) -> list[tuple[Way, Thing]]:
    """The routes that take a file."""
    return [(way, asking.thing(way)) for way in asking.ways if way.act.kind == "import"]


async def send(asking: Asking, way: Way, thing: Thing, file: tuple[str, bytes]) -> None:
    """One file, which must be refused."""
    query = way.act.query(thing) if way.act.query else {}
    answer = await asking.send(way, thing, files={"file": file}, params=query)
    asking.refused(answer, way, file[0])


@pytest.mark.parametrize("name", [n for n in NAMES if n != "expropriation"])
async def test_no_import_takes_a_bad_file_or_none(name: str, worlds: Worlds) -> None:
    async with worlds.open(name) as world:
        before, asking = await contents(world.office), Asking(world)
        for way, thing in imports(asking):
            for file in (*GENERAL.values(), ("台账.xlsx", bomb())):
                await send(asking, way, thing, file)
            query = way.act.query(thing) if way.act.query else {}
            for options in (
                {"files": {"other": ("a.csv", b"x")}},
                {"data": {"file": "x"}},
                {"content": b"x", "headers": {**keyed(), "Content-Type": "multipart/form-data"}},
                {"content": b"{}", "headers": {**keyed(), "Content-Type": "application/json"}},
                {"content": b"--x\r\nx", "headers": {
                    **keyed(), "Content-Type": "multipart/form-data; boundary=x"}},
            ):  # fmt: skip
                answer = await asking.send(way, thing, params=query, **options)
                asking.refused(answer, way, str(options)[:60])
        asking.done()
        assert changed(before, await contents(world.office)) == []


async def test_every_kind_of_bad_register_is_refused_whole(worlds: Worlds) -> None:
    async with worlds.open("applications") as world:
        before, asking = await contents(world.office), Asking(world)
        ((way, thing),) = imports(asking)
        for file in PARTICULAR.values():
            await send(asking, way, thing, file)
        asking.done()
        assert changed(before, await contents(world.office)) == []


async def test_an_upload_has_a_limit_counted_while_it_comes(worlds: Worlds) -> None:
    async with worlds.open("applications") as world:
        asking = Asking(world)
        ((way, thing),) = imports(asking)
        limit = world.office.settings.upload_limit

        async def endless() -> AsyncIterator[bytes]:
            yield b"--x\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\n"
            for _ in range(limit // 2**20 + 2):
                yield b"x" * 2**20

        headers = {**keyed(), "Content-Type": "multipart/form-data; boundary=x"}
        params = {"region": "220102"}
        answer = await asking.caller(way, thing).post(
            way.route.path,
            content=endless(),
            headers=headers,
            params=params,
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


COLUMNS = (ColumnSpec("a", "甲", True, str),)


def test_a_file_that_needs_too_much_memory_ends_its_reader_only() -> None:
    """Within the limits of size and ratio, but more cells than half a gigabyte holds."""
    row = b"<row>" + b"<c><v>1.5</v></c>" * 90 + b"</row>"
    body = b"<worksheet><sheetData>" + row * 110_000 + b"</sheetData></worksheet>"
    book = ledgers.xlsx("甲", ["甲"], [["1"]])
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = body if name == "xl/worksheets/sheet1.xml" else source.read(name)
            target.writestr(name, data)
        target.writestr("filler", bytes(range(256)) * 8192, zipfile.ZIP_STORED)
    with pytest.raises(Refused, match="file-unreadable"):
        read_table("a.xlsx", buffer.getvalue(), COLUMNS)


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    file = "甲\r\n1\r\n".encode()
    assert read_table("a.csv", file, COLUMNS).rows == [{"a": "1"}]
    monkeypatch.setattr(sheet, "TIMEOUT", 0.1)
    frozen = opener.OPENER.process
    assert frozen is not None
    frozen.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(Refused, match="file-unreadable"):
            read_table("a.csv", file, COLUMNS)
    finally:
        frozen.send_signal(signal.SIGCONT)


def test_files_are_read_on_after_the_reading_process_was_lost() -> None:
    """One that was killed is started anew with the next file, without this service's secrets."""
    assert read_table("a.csv", "甲\r\n1\r\n".encode(), COLUMNS).rows == [{"a": "1"}]
    lost = opener.OPENER.process
    assert lost is not None
    assert Path(f"/proc/{lost.pid}/environ").read_bytes() == b""
    lost.kill()
    lost.wait()
    assert read_table("a.csv", "甲\r\n2\r\n".encode(), COLUMNS).rows == [{"a": "2"}]
