"""Lists page by page: everything once and in order, whatever the filters, regions and ties."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from shared.commands import changes
from shared.db.scope import EVERYTHING, Reach
from shared.domain.problems import Refused
from shared.http.paging import Listing, Page, page
from tests.counting import statements
from tests.harness import Office
from tests.shared.desk.api import LETTERS, letter
from tests.shared.desk.tables import LETTER, Letter

REGIONS = ("220102", "220103", "220182", "220202", "222401")
CHEAPEST = Listing(select(Letter), Letter.fen, Letter.region, Letter.id, scope=Letter.region)
DEAREST = Listing(
    select(Letter), Letter.fen, Letter.id, scope=Letter.region, descending=True, text=Letter.text
)
OPEN = Listing(select(Letter), Letter.id, least=Letter.fen >= 2)


@pytest.fixture
async def rows(office: Office) -> list[Letter]:
    """Seven letters in each region, of three amounts and two texts; all of one moment."""
    call = office.change()
    made = [letter(r, n % 3, ("来信", "去信")[n % 2]) for n in range(7) for r in REGIONS]
    changes.create_all(call, LETTER, made, [None] * len(made))
    await call.write()
    return made


async def whole(
    office: Office, listing: Listing, limit: int, reach: Reach = EVERYTHING, **asked: Any
) -> list[Any]:
    """All of a list, read in pages of so many rows."""
    found: list[Any] = []
    cursor = None
    while True:
        call = office.change(reach)
        one = await page(call, listing, paging=Page(limit, cursor), make=lambda r: r, **asked)
        assert len(one.items) == limit or one.next is None
        found += [row.id for row in one.items]
        if one.next is None:
            return found
        cursor = one.next


def ids(rows: Sequence[Letter], reach: Reach = EVERYTHING) -> list[Any]:
    return [row.id for row in rows if reach.contains(row.region)]


@pytest.mark.parametrize("limit", [1, 2, 7, 8, 200])
@pytest.mark.parametrize("office_of", ["220102", "220100", "222400", "220000"])
async def test_a_list_by_region_and_id_holds_everything_once(
    office: Office, rows: list[Letter], office_of: str, limit: int
) -> None:
    """Pages that end within a region, at its end, and behind the last one."""
    reach = Reach.of(office_of)
    expected = ids(sorted(rows, key=lambda row: (row.region, row.id)), reach)
    assert await whole(office, LETTERS, limit, reach) == expected


@pytest.mark.parametrize("limit", [1, 4, 200])
async def test_ties_of_the_first_keys_are_no_end(
    office: Office, rows: list[Letter], limit: int
) -> None:
    for reach in (EVERYTHING, Reach.of("220100"), Reach.of("220102")):
        up = sorted(rows, key=lambda row: (row.fen, row.region, row.id))
        assert await whole(office, CHEAPEST, limit, reach) == ids(up, reach)
        down = sorted(rows, key=lambda row: (row.fen, row.id), reverse=True)
        assert await whole(office, DEAREST, limit, reach) == ids(down, reach)


async def test_filters_narrow_alone_together_and_on_every_page(
    office: Office, rows: list[Letter]
) -> None:
    ordered = sorted(rows, key=lambda row: (row.region, row.id))
    for limit in (2, 200):
        for asked in ({"text": "来信"}, {"fen": 1}, {"text": "去信", "fen": 0}, {"text": "无"}):
            expected = ids([r for r in ordered if asked.items() <= vars(r).items()])
            assert await whole(office, LETTERS, limit, **asked) == expected
        one = ids([r for r in ordered if r.region == "220103" and r.fen == 1])
        assert await whole(office, LETTERS, limit, only="220103", fen=1) == one
        assert await whole(office, LETTERS, limit, text=None, fen=None) == ids(ordered)


async def test_a_condition_of_its_own_is_a_filter_that_is_asked_for(
    office: Office, rows: list[Letter]
) -> None:
    dear = ids([row for row in sorted(rows, key=lambda row: row.id) if row.fen >= 2])
    assert await whole(office, OPEN, 3, least=True) == dear
    assert len(await whole(office, OPEN, 3)) == len(rows)


async def test_only_one_region_stays_within_the_reach(office: Office, rows: list[Letter]) -> None:
    assert await whole(office, LETTERS, 5, Reach.of("220102"), only="220202") == []
    assert len(await whole(office, LETTERS, 5, Reach.of("220100"), only="220103")) == 7


async def test_a_page_is_one_statement_or_two_at_the_end_of_a_region(
    office: Office, rows: list[Letter]
) -> None:
    call = office.change()
    with statements(office) as sent:
        first = await page(call, LETTERS, paging=Page(3), make=lambda row: row)
        assert len(sent) == 1
        await page(call, LETTERS, paging=Page(3, first.next), make=lambda row: row)
        assert len(sent) == 2
        await page(call, LETTERS, paging=Page(20, first.next), make=lambda row: row)
    assert len(sent) == 4


async def test_a_cursor_is_of_one_list(office: Office, rows: list[Letter]) -> None:
    call = office.change()
    first = await page(call, LETTERS, paging=Page(3), make=lambda row: row)
    with pytest.raises(Refused, match="cursor-invalid"):
        await page(call, DEAREST, paging=Page(3, first.next), make=lambda row: row)
