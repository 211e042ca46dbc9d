"""Records: rows with the attributes of a model, and what differs in them."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.applications.application.models import Application
from shared.db.model import new_id
from shared.db.records import record, records_of, values_of
from tests.shared.desk.tables import Letter, Reply

ROW: dict[str, Any] = {
    "id": new_id(), "region": "220102", "state": "received", "version": 1, "text": "来信",
    "fen": 100, "created_on": date(2021, 4, 1), "updated_at": None,
}  # fmt: skip


def test_a_new_row_has_the_defaults_of_its_model_and_what_it_was_given() -> None:
    one, other = (record(Letter, region="220102", text="来信") for _ in range(2))
    assert isinstance(one.id, UUID)
    assert one.id != other.id
    assert values_of(one) == {"id": one.id, "version": 1, "region": "220102", "text": "来信"}
    given = new_id()
    assert record(Letter, id=given, version=7).version == 7


def test_a_column_that_the_model_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="Reply has no colour, size"):
        record(Reply, text="答复", size=1, colour="red")


def test_only_what_differs_from_what_was_read_is_told() -> None:
    [row] = records_of(Letter, [ROW])
    found: Any = row
    assert not found.differing()
    row.text, row.fen = "来信", 200
    assert found.differing() == ["fen"]
    row.fen = 100
    assert not found.differing()


def test_a_column_that_is_left_to_the_database_does_not_differ() -> None:
    row: Any = record(Letter, region="220102", text="来信")
    row.__dict__["seen"] = values_of(row)
    row.text = "去信"
    assert row.differing() == ["text"]
    row.fen = 7
    assert row.differing() == ["text", "fen"]


def test_what_is_read_beside_the_columns_is_an_attribute_and_no_column() -> None:
    [row] = records_of(Letter, [{**ROW, "replies": [1]}])
    found: Any = row
    assert found.replies == [1]
    assert values_of(row) == ROW


def test_properties_of_the_model_work_on_a_record() -> None:
    own = [name for name, one in vars(Application).items() if isinstance(one, property)]
    row = record(Application)
    assert all(hasattr(type(row), name) for name in own)
