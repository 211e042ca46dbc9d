"""The secrets of the containers: every process can read its own, nobody else on the host can."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import yaml

from deploy import secrets
from shared.crypto.keyring import KeyRing
from shared.local import reaper, tokens

ROOT = Path(__file__).resolve().parents[2]


def made(folder: Path) -> Path:
    """The secrets of a first start, in a folder of their own."""
    tokens.new_key_pair(folder / "given.json")
    assert secrets.main(folder / "given.json", folder / "secrets") == 0
    return folder / "secrets"


def in_compose() -> set[str]:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return {Path(one["file"]).name for one in compose["secrets"].values()}


def user_of_the_image() -> tuple[int, int]:
    found = re.search(r"^USER (\d+):(\d+)$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]), int(found[2])


def test_files_are_for_everybody_and_the_folder_for_its_owner(tmp_path: Path) -> None:
    folder = made(tmp_path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {one.name for one in folder.iterdir()} == in_compose()
    assert {stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {0o444}


def test_a_second_run_keeps_every_key_and_opens_what_was_closed(tmp_path: Path) -> None:
    folder = made(tmp_path)
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    (folder / "data_keys.json").chmod(0o600)  # as they were written once
    folder.chmod(0o755)
    assert secrets.main(tmp_path / "given.json", folder) == 0
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {0o444}
    KeyRing.from_file(folder / "data_keys.json")


def test_the_user_of_the_image_reads_each_file_and_cannot_enter_the_folder() -> None:
    """A link in an open folder stands for the bind of one file: the same inode, another way."""
    place = reaper.new_folder("jl-secrets-")
    place.chmod(0o755)
    folder, bound = made(place), place / "run"
    bound.mkdir(mode=0o755)
    for file in folder.iterdir():
        os.link(file, bound / file.name)
    user, group = user_of_the_image()
    rights: dict[str, Any] = (
        {"user": user, "group": group, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    for file in bound.iterdir():
        read = subprocess.run(["cat", file], capture_output=True, **rights, check=False)
        assert read.stdout == file.read_bytes() != b"", read.stderr
    if rights:
        around = subprocess.run(
            ["cat", folder / "jwks.json"], capture_output=True, **rights, check=False
        )
        assert around.returncode != 0
    shutil.rmtree(place)
