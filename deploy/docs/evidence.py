"""Which tests stand for which clause: read from the test files, without running them.

A test names a clause in the docstring of its module, class or function, or by
`@pytest.mark.clause("S4.X6")`.
"""

import ast
import re
from functools import cache
from pathlib import Path

from deploy.docs.specs import ROOT, specs
from shared.law.citing import CITATIONS
from shared.law.notice import CLAUSES

_NOTICE_ID = r"S\d{1,2}\.(?:X[1-8]|\d{1,2}[a-f]?)"
_LAW_ID = r"CC\.\d+|R590\.\d+|J281|O11\.\d+|PIPL\.\d+"
_ID = re.compile(rf"\b(?:{_NOTICE_ID}|{_LAW_ID})\b")


@cache
def cited_by_code() -> dict[str, list[str]]:
    """Clause id -> the rules, life-cycle edges and jobs of all services that carry it out."""
    owners = {"services", "shared", *(spec.name for spec in specs())}
    found = {
        clause: {name for name in names if name.split(".")[0] in owners}
        for clause, names in CITATIONS.items()
    }
    for spec in specs():
        for job in spec.jobs:
            for clause in job.clauses:
                found.setdefault(clause, set()).add(f"{spec.name}.{job.name}")
    return {clause: sorted(names) for clause, names in found.items() if names}


@cache
def named_by_tests() -> dict[str, list[str]]:
    """Clause id -> tests as "tests/file.py::function", or the file for a module docstring."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for clause, test in named_in(path):
            if test not in found.setdefault(clause, []):
                found[clause].append(test)
    return found


def named_in(path: Path) -> list[tuple[str, str]]:
    """Clause ids and the tests of one file that name them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    file = path.relative_to(ROOT).as_posix()
    if not _has_tests(tree):
        return []
    found = [(clause, file) for clause in _ids(ast.get_docstring(tree) or "")]
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not node.name.lower().startswith("test"):
            continue
        named = _ids(ast.get_docstring(node) or "") + _marked(node)
        found += [(clause, f"{file}::{node.name}") for clause in named]
    return found


def _has_tests(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test")
        for node in ast.walk(tree)
    )


def _marked(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [
        argument.value
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.clause"
        for argument in decorator.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def _ids(text: str) -> list[str]:
    return [found for found in dict.fromkeys(_ID.findall(text)) if found in CLAUSES]
