"""Long lists go through in a few statements, from survey to progress."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.conftest import OpenOffice
from tests.harness import Office
from tests.projects.acts import city, done, keys, month_of, plan_of, province, site, start_of

MANY = 500
MOST_STATEMENTS = 25


MONTHS: tuple[dict[str, Any], ...] = (
    {},
    {"invested_yuan": "0", "funds_paid_yuan": "0"},
    {"stage": "completed", "progress_rate": "1", "completed_units": 100},
)
"""Rows that change different things."""


@contextmanager
def counted(office: Office) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    engine = office.app.state.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


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
    with counted(office) as seen:
        items = (await done(city(office), "/v1/surveys", {"items": sites}))["items"]
        assert len(seen) <= MOST_STATEMENTS, seen
    for client, path, body in steps:
        with counted(office) as seen:
            items = (await done(client(office), path, body(items)))["items"]
        assert len(seen) <= MOST_STATEMENTS, f"{path}: {len(seen)}"
    assert {(one["state"], one["version"]) for one in items} == {("started", 6), ("completed", 6)}
    told = await office.events()
    assert len(told) == 6 * MANY
    assert [one.position for one in told] == list(range(1, 6 * MANY + 1))
