"""Every list of every service, asked of grown tables, reads what a page needs and no more.

The statements are those that the routes send, each with the plan that production keeps for it;
nothing is said here of what they look like.
"""

import asyncpg
import pytest

from bench.plans.explain import Cost, cost
from bench.plans.fill import fill
from bench.plans.lists import Asked, Reader
from deploy.docs.specs import specs
from shared.commands.spec import ServiceSpec
from shared.db import connections
from tests.conftest import OpenOffice

ROWS = 20_000
PAGE = 10
MOST = 2_000
"""Rows that a page may look at, a tenth of a table: one that sorts reads most of a district."""
INDEXED = {"", "state", "region", "month", "code", "region，state", "programme_id", "batch_id"}
"""Filters, alone or together, that an index serves to the row."""


async def costs(connection: asyncpg.Connection, asked: Asked) -> list[Cost]:
    return [await cost(connection, one.sql, one.values) for one in asked.sent if one.kept]


@pytest.mark.parametrize("spec", [pytest.param(spec, id=spec.name) for spec in specs()])
async def test_a_page_reads_no_more_than_it_shows(
    open_office: OpenOffice, spec: ServiceSpec
) -> None:
    """First and late pages, with every filter, of a district, a city and the province."""
    office = await open_office(spec)
    await fill(office.settings.owner_database_url, spec.name, ROWS, machinery=False)
    owner = await asyncpg.connect(office.settings.owner_database_url)
    kept = await connections.connect(office.settings)
    too_much, first, late = [], {}, 0
    shown: dict[str, int] = {}
    for region in ("220102", "220100", "220000"):
        reader = Reader(office.app, owner, office.token, region, PAGE)
        async for asked in reader.pages():
            found = await costs(kept, asked)
            rows, blocks = sum(one.rows for one in found), sum(one.blocks for one in found)
            mark = (asked.path, asked.filters, region)
            told = (*mark, "late" if asked.late else "first", rows, blocks, found)
            assert found, told
            shown[asked.path] = shown.get(asked.path, 0) + asked.items
            if rows > MOST:
                too_much.append(told)
            names = "，".join(one.partition("=")[0] for one in asked.filters.split("，"))
            if not asked.late:
                first[mark] = blocks
            elif names in INDEXED:  # an index entry that is passed over shows in blocks alone
                late += 1
                if blocks > 2 * first[mark] + 60:
                    too_much.append(told)
    await kept.close()
    await owner.close()
    assert not too_much, "\n".join(str(one) for one in too_much)
    assert late > 10
    empty = {path for path, items in shown.items() if not items} - {"/v1/entitlements"}
    place = f"tests/{spec.name}/rooms/<房间>.py"
    assert not empty, f"{empty} 什么也没有列出：{place} 的 grown 要填充它的表"
