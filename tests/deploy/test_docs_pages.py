"""The generators of the reference documents, page by page."""

from pathlib import Path

import pytest

from deploy.docs import configuration, evidence, inputs
from shared.environment.settings import Settings


def test_every_setting_is_explained() -> None:
    page = configuration.render()
    for name, field in Settings.model_fields.items():
        assert f"`HOUSING_{name.upper()}`" in page
        assert field.description, name


def test_tests_name_clauses_in_docstrings_and_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "test_it.py"
    file.write_text(
        '"""About S4.X6."""\n'
        "import pytest\n"
        '@pytest.mark.clause("S9.1a", "R590.27")\n'
        "def test_one() -> None:\n"
        '    """Edges of S2.10; S99.9 is no clause."""\n'
        "async def helper() -> None:\n"
        '    """S1.3"""\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(evidence, "ROOT", tmp_path)
    assert evidence.named_in(file) == [
        ("S4.X6", "test_it.py"),
        ("S2.10", "test_it.py::test_one"),
        ("S9.1a", "test_it.py::test_one"),
        ("R590.27", "test_it.py::test_one"),
    ]


def test_a_file_without_tests_is_no_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "test_it.py"
    file.write_text('"""About S4.X6."""\n', encoding="utf-8")
    monkeypatch.setattr(evidence, "ROOT", tmp_path)
    assert evidence.named_in(file) == []


def test_every_kind_of_bad_input_has_its_tests() -> None:
    assert set(inputs.covered()) == set(inputs.KINDS)
    assert all(f"| `{mark}` |" in inputs.render() for mark in inputs.KINDS)
