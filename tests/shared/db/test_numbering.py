"""Document numbers: no gap, no repeat, also when many ask at once."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from shared.commands.spec import ServiceSpec
from shared.db.numbering import next_number, next_numbers, next_texts, number_text
from tests.conftest import OpenOffice
from tests.harness import Office


@pytest.fixture
async def office(open_office: OpenOffice, tmp_path: Path) -> Office:
    return await open_office(
        ServiceSpec("numbers", "编号", "", 0, (), MetaData(), (), (), (), tmp_path)
    )


async def test_thirty_takers_get_thirty_numbers(office: Office) -> None:
    async def take() -> dict[str, range]:
        async with office.sessions() as session, session.begin():
            return await next_numbers(session, "ZB", {"220103": 2, "220102": 3, "220104": 0}, 2021)

    found = await asyncio.gather(*(take() for _ in range(10)))
    assert sorted(n for one in found for n in one["220102"]) == list(range(1, 31))
    assert sorted(n for one in found for n in one["220103"]) == list(range(1, 21))
    assert all(one["220104"] == range(0) for one in found)


async def test_a_number_of_a_failed_transaction_is_given_again(office: Office) -> None:
    async with office.sessions() as session:
        assert await next_number(session, "PG", "220102", 2021) == 1
        await session.rollback()
        assert await next_number(session, "PG", "220102", 2021) == 1
        assert await next_number(session, "PG", "220102", 2022) == 1
        assert await next_number(session, "YQ", "220102", 2021) == 1
        assert await next_number(session, "PG", "220102", 2021) == 2


async def test_printed_numbers_come_in_the_order_of_the_rows(office: Office) -> None:
    async with office.sessions() as session:
        regions = ["220104", "220102", "220104"]
        told = await next_texts(session, "case", "YQ", regions, 2021, digits=5)
    assert told == ["YQ-220104-2021-00001", "YQ-220102-2021-00001", "YQ-220104-2021-00002"]


def test_the_printed_form() -> None:
    assert number_text("ZB", "220102", 2021, 1) == "ZB-220102-2021-0000001"
    assert number_text("YQ", "220102", 2021, 12, digits=5) == "YQ-220102-2021-00012"
