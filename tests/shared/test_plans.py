"""Under row-level security a page of a list is still read in the order of its index."""

import asyncpg
import pytest

from bench import households
from services.applications.application import queries
from shared.auth import Actor
from shared.call import Call
from shared.hotpool import Connections
from shared.paging import Page
from shared.regions import REGIONS
from shared.roles import Role
from shared.scope import Reach
from tests.conftest import OpenOffice

ROWS = 30_000


@pytest.mark.parametrize("region", ["220102", "220100", "222400", "220000"])
async def test_the_first_page_follows_the_index(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch, region: str
) -> None:
    """Of a district, of cities with one and several ranges, of the province."""
    office = await open_office("applications")
    owner = office.settings.owner_database_url
    regions = [code for code, one in REGIONS.items() if not one.valid_to]
    await households.fill(owner, ROWS, regions, members=0)
    connections: Connections = office.app.state.hot
    sent: list[tuple[str, tuple[object, ...]]] = []
    real = connections.fetch

    async def noted(sql: str, *values: object) -> list[asyncpg.Record]:
        sent.append((sql, values))
        return await real(sql, *values)

    monkeypatch.setattr(connections, "fetch", noted)
    reader = Actor("u1", "o1", frozenset({Role.CITY}), region, Reach.of(region))
    async with office.sessions() as session:
        now = office.clock.now()
        call = Call(lambda: session, reader, now, now.date(), "", connections=connections)
        page = await queries.list_applications(call, None, None, Page(50))
    assert len(page.items) == 50
    [(sql, values)] = sent
    plan = "\n".join(row[0] for row in await real(f"EXPLAIN (ANALYZE) {sql}", *values))
    assert "ix_application_region_id" in plan, plan
    assert "Sort Key" not in plan, plan
    removed = [line for line in plan.splitlines() if "Rows Removed by Filter" in line]
    assert not removed, plan
