"""Long lists go through in a few statements, from survey to progress."""

from typing import Any

from shared.contracts.projects import ProjectPlanned
from tests.acting import REGION, done, keys, province
from tests.conftest import OpenOffice
from tests.counting import statements
from tests.projects.acts import city, month_of, plan_of, site, start_of

MANY = 500
MOST_STATEMENTS = 2
"""One that reads, one that writes."""

MONTHS: tuple[dict[str, Any], ...] = (
    {},
    {"invested_yuan": "0", "funds_paid_yuan": "0"},
    {"stage": "completed", "progress_rate": "1", "completed_units": 100},
)
"""Rows that change different things."""


async def test_five_hundred_projects_go_through_together(open_office: OpenOffice) -> None:
    """S4.1 to S6.5: no step asks the database once per project."""
    office = await open_office("projects")
    sites = [site(n, households=60 if n % 2 else 40) for n in range(MANY)]
    steps: list[tuple[Any, str, Any]] = [
        (city, "/v1/screenings", lambda items: {"items": keys(items, evidence={})}),
        (province, "/v1/library-entries", lambda i: {"renovation_year": 2021, "items": keys(i)}),
        (province, "/v1/annual-plans", lambda i: {"year": 2021, "items": [plan_of(x) for x in i]}),
        (city, "/v1/starts", lambda items: {"items": [start_of(one) for one in items]}),
        (
            city,
            "/v1/progress-tables",
            lambda i: {
                "month": "2021-04",
                "items": [month_of(x, **MONTHS[n % 3]) for n, x in enumerate(i)],
            },
        ),
    ]
    with statements(office) as seen:
        items = (await done(city(office), "/v1/surveys", {"items": sites}))["items"]
        assert 0 < len(seen) <= MOST_STATEMENTS, seen
    for client, path, body in steps:
        with statements(office) as seen:
            items = (await done(client(office), path, body(items)))["items"]
        assert 0 < len(seen) <= MOST_STATEMENTS, f"{path}: {len(seen)}"
    assert {(one["state"], one["version"]) for one in items} == {("started", 6), ("completed", 6)}
    told = await office.events()
    assert len(told) == 6 * MANY
    assert [one.position for one in told] == list(range(1, 6 * MANY + 1))
    plans = [one.event for one in told[3 * MANY : 4 * MANY]]
    numbers = [one.project_no for one in plans if isinstance(one, ProjectPlanned)]
    assert numbers == [f"PG-{REGION}-2021-{n:05d}" for n in range(1, MANY + 1)]
    assert [str(one.subject) for one in told[3 * MANY : 4 * MANY]] == [one["id"] for one in items]
