"""Files stay small enough to read, and folders are named after what they hold."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = [*(ROOT / "services").rglob("*.py"), *(ROOT / "shared").rglob("*.py"), ROOT / "run.py"]
TESTS = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "deploy").rglob("*.py")]
LIMIT = 400
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc", "core", "lib"}


def test_no_file_is_longer_than_400_lines() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in CODE + TESTS}
    assert {str(p.relative_to(ROOT)): n for p, n in lines.items() if n > LIMIT} == {}


def test_no_folder_has_a_vague_name() -> None:
    folders = {path.parent for path in CODE + TESTS}
    assert [str(folder) for folder in folders if folder.name in VAGUE] == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in CODE
        if (text := path.read_text(encoding="utf-8").strip())
        and not text.startswith(('"""', 'r"""', "#!"))
    ]
    assert silent == []
