"""Other people's code goes by its public names, but for those of `private_names.KEPT`."""

import ast
import inspect
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.private_names import KEPT, Kept

ROOT = Path(__file__).resolve().parents[2]
OURS = ("services", "shared", "deploy", "bench", "tests")
INNER_MODULES = ("asyncpg.pgproto", "asyncpg.protocol", "fastapi.dependencies", "uvicorn.loops")
"""Modules that are not meant for us, though their names do not say so."""
INNER_NAMES = {
    "Dependant", "app_state", "committed_state", "dependant", "get_flat_dependant",
    "middleware_stack", "request_params_to_args", "solve_dependencies",
}  # fmt: skip
"""Names of insides of FastAPI, Starlette and SQLAlchemy that have no underscore."""
INNER_BEGINNINGS = ("__pydantic_", "_sa_", "fastapi_inner_", "fastapi_function_")
"""What they write into models, instances and requests."""
BY_NAME = {"getattr", "setattr", "hasattr", "delattr", "attrgetter"}


@cache
def trees() -> dict[str, ast.Module]:
    """Every file of ours, read."""
    files = [path for folder in OURS for path in (ROOT / folder).rglob("*.py")]
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in (*files, ROOT / "run.py")
        if path != Path(__file__)
    }


def is_private(name: str) -> bool:
    """Whether a name begins with one underscore, or with two and is no special method."""
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def imported(tree: ast.Module) -> Iterator[str]:
    """Dotted names of all that a file imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{one.name}" for one in node.names)


def test_no_private_module_or_name_is_imported() -> None:
    assert [
        f"{file}: {name}"
        for file, tree in trees().items()
        for name in imported(tree)
        if any(map(is_private, name.split(".")))
        or any(f"{name}.".startswith(f"{module}.") for module in INNER_MODULES)
    ] == []


def reached_by_name(node: ast.AST) -> Iterator[str]:
    """Attributes that a call reaches by text, such as `getattr(it, "name")`."""
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        if called in BY_NAME:
            texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
            yield from (text for text in texts if isinstance(text, str))


def test_no_private_attribute_is_reached_by_its_name() -> None:
    assert [
        f"{file}:{getattr(node, 'lineno', 0)} {name}"
        for file, tree in trees().items()
        for node in ast.walk(tree)
        for name in reached_by_name(node)
        if is_private(name)
    ] == []


def test_insides_without_an_underscore_are_not_used_either() -> None:
    found = []
    for file, tree in trees().items():
        for node in ast.walk(tree):
            named = {node.attr} if isinstance(node, ast.Attribute) else set(reached_by_name(node))
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named |= {node.value} if node.value.startswith(INNER_BEGINNINGS) else set()
            if named & INNER_NAMES or any(name.startswith(INNER_BEGINNINGS) for name in named):
                found.append(f"{file}:{node.lineno} {named}")  # type: ignore[attr-defined]
    assert found == []


def test_private_attributes_of_others_are_those_that_have_a_reason() -> None:
    """Asked of the linter itself, without the lines and files where it is told to be silent."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--ignore-noqa", "--select", "SLF",
         "--output-format", "json", *OURS, "run.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = {
        (Path(one["filename"]).relative_to(ROOT).as_posix(), one["message"].split("`")[1])
        for one in json.loads(done.stdout)
    }
    assert found == {(one.file, one.name) for one in KEPT}


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: f"{kept.owner}.{kept.name}")
def test_a_private_name_is_still_there(kept: Kept) -> None:
    """An upgrade that takes it away is told here; that it does its work, in tests/kafka."""
    assert kept.reason
    assert f"self.{kept.name} = " in inspect.getsource(pkgutil.resolve_name(kept.owner))
