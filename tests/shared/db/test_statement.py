"""Statements made once: their parameters, their rows, and whose regions they see."""

import re

import pytest
from sqlalchemy import bindparam, func, select, update

from shared.db.records import values_of
from shared.db.scope import Reach
from shared.db.statement import SCOPE, SCOPED, Statement
from tests.harness import Office
from tests.shared.desk.tables import Letter
from tests.shared.post import BY_ID, write_letters

SEEN = {"220102": 1, "220100": 1, "220000": 1, "220103": 0, "220202": 0}
"""Office -> how many letters of 220102 it sees."""


def test_a_list_is_one_parameter_and_in_is_refused() -> None:
    for column in (Letter.text, Letter.id):
        several = Statement(select(Letter).where(column.in_(bindparam("many", expanding=True))))
        with pytest.raises(TypeError, match="any_"):
            several.values({"many": ["a", "b"]})
    with pytest.raises(TypeError, match="any_"):
        Statement(select(Letter).where(Letter.text.in_(["a", "b"]))).text([1])
    assert BY_ID.values({"ids": [1, 2]}) == [[1, 2]]


def test_every_parameter_is_asked_for_and_goes_to_its_place() -> None:
    one = Statement(
        update(Letter)
        .where(Letter.id == bindparam("letter"), Letter.state == "received")
        .values(text=bindparam("new"))
    )
    assert one.size == 3
    assert one.values({"letter": "a", "new": "b"}) == ["b", "a", "received"]
    places = re.findall(r"(\w+)\s*=\s*(\$\d)", one.text([4, 5, 6]))
    assert places == [("text", "$4"), ("id", "$5"), ("state", "$6")]
    with pytest.raises(KeyError, match="new"):
        one.values({"letter": "a"})


async def test_a_model_is_read_as_records_and_columns_as_rows(office: Office) -> None:
    ids = await write_letters(office, 2)
    whole = await office.change().read(BY_ID, ids=ids)
    assert [(type(row).__name__, row.fen) for row in whole] == [("Letter", 1), ("Letter", 2)]
    sums = Statement(select(func.sum(Letter.fen).label("fen"), func.count().label("many")))
    [row] = await office.change().read(sums)
    assert (row.fen, row.many) == (3, 2)
    run = await office.call()
    again = await run.read(BY_ID, ids=ids)
    assert list(map(values_of, again)) == list(map(values_of, whole))
    assert [vars(one) for one in await run.read(sums)] == [vars(row)]


@pytest.mark.parametrize("plan", ["seqscan", "indexscan"])
async def test_reading_and_changing_are_scoped_whatever_the_plan(office: Office, plan: str) -> None:
    """The policy judges a row when the statement has said whose it is, and not before."""
    [id] = await write_letters(office, 1)
    off = {"seqscan": "enable_indexscan", "indexscan": "enable_seqscan"}[plan]
    for name in (off, "enable_bitmapscan"):
        await office.connections.fetch(f"SELECT set_config('{name}', 'off', false)")
    change = f"WITH {SCOPE} UPDATE letter SET fen = fen WHERE {SCOPED} AND id = $2 RETURNING id"
    for region, rows in SEEN.items():
        reach = Reach.of(region)
        assert len(await office.change(reach).read(BY_ID, ids=[id])) == rows, region
        assert len(await office.change(reach).fetch(change, id)) == rows, region


async def test_the_reach_ends_with_the_statement(office: Office) -> None:
    [id] = await write_letters(office, 1)
    assert await office.change().read(BY_ID, ids=[id])
    [row] = await office.connections.fetch("SELECT current_setting('app.reach', true) AS reach")
    assert row["reach"] in (None, "")
    assert await office.connections.fetch("SELECT id FROM letter") == []
