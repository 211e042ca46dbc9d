"""F15, F16: full disks. What stands on one has a small file system of its own."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import asyncpg

from tests.faults.scale import Scale
from tests.faults.server import Server, new_folder
from tests.waiting import until

SIZE = 160
"""MiB of the whole file system."""


def why_not() -> str | None:
    """Why this machine cannot do it; None when it can."""
    if sys.platform != "linux":
        return "只有 Linux 能挂载 tmpfs"
    if os.geteuid() != 0:
        return "不是 root，不能挂载 tmpfs"
    return None


async def disk_full(scale: Scale, dice: Random) -> dict[str, int]:
    """Fill it with acknowledged rows till it breaks; give it room; every one of them is there."""
    folder = new_folder()
    _mount(folder)
    server = Server(folder / "postgres", "-c", "max_wal_size=64MB", "-c", "min_wal_size=32MB")
    try:
        server.initialise()
        await server.start()
        acknowledged, refused = await _fill(server, dice)
        _enlarge(folder)
        await server.start()
        await until(server.answers)
        connection = await asyncpg.connect(server.url("postgres"))
        try:
            kept = {row["n"] for row in await connection.fetch("SELECT n FROM filled")}
            await connection.execute("INSERT INTO filled VALUES (-1, 'room again')")
        finally:
            await connection.close()
        assert acknowledged <= kept, sorted(acknowledged - kept)[:5]
        assert len(kept - acknowledged) <= refused
        return {"ok": len(acknowledged), "unknown": refused}
    finally:
        server.stop()
        _unmount(folder)


@contextlib.contextmanager
def small_disk(mebibytes: int = 2 * SIZE) -> Iterator[Path]:
    """A new folder on a file system of its own, where this machine can do it."""
    folder = new_folder()
    if why_not() is None:
        _mount(folder, mebibytes)
    try:
        yield folder
    finally:
        if why_not() is None:
            _unmount(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def fill(folder: Path) -> Path:
    """Take all the room that is left; deleting the file gives it back."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    return ballast


def _mount(folder: Path, mebibytes: int = SIZE) -> None:
    options = ["-t", "tmpfs", "-o", f"size={mebibytes}m,mode=755", "tmpfs", str(folder)]
    subprocess.run(["mount", *options], check=True)


def _enlarge(folder: Path) -> None:
    subprocess.run(["mount", "-o", f"remount,size={3 * SIZE}m", str(folder)], check=True)


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


async def _fill(server: Server, dice: Random) -> tuple[set[int], int]:
    connection = await asyncpg.connect(server.url("postgres"))
    acknowledged: set[int] = set()
    await connection.execute("CREATE TABLE filled (n int PRIMARY KEY, text text)")
    await connection.execute("ALTER TABLE filled ALTER text SET STORAGE EXTERNAL")
    number = 0
    try:
        while True:
            number += 1
            text = dice.randbytes(128 * 1024).hex()
            await connection.execute("INSERT INTO filled VALUES ($1, $2)", number, text)
            acknowledged.add(number)
    except (asyncpg.PostgresError, OSError):  # disk full; perhaps a panic that cuts us off
        pass
    finally:
        connection.terminate()
    assert len(acknowledged) > 10
    return acknowledged, 1
