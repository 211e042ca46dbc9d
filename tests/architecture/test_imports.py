"""No circle between files. Layers, and who may import whom, are the linter's (pyproject.toml)."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

GRAPH = grimp.build_graph("services", "shared", "deploy", "bench")


def test_no_file_imports_itself_round_a_circle() -> None:
    files = {
        module: GRAPH.find_modules_directly_imported_by(module) - {module}
        for module in GRAPH.modules
    }
    try:
        TopologicalSorter(files).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))
