"""No circle between files, and the Kafka edge alone speaks to Kafka."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

GRAPH = grimp.build_graph("services", "shared", include_external_packages=True)


def test_no_file_imports_itself_round_a_circle() -> None:
    files = {
        module: GRAPH.find_modules_directly_imported_by(module) - {module}
        for module in GRAPH.modules
    }
    try:
        TopologicalSorter(files).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_nobody_else_imports_the_kafka_client() -> None:
    known = GRAPH.find_modules_that_directly_import("aiokafka")
    assert known == {"shared.kafka.client", "shared.kafka.topics"}
