"""When a checkpoint contradicts the one held before, and what is kept of both."""

import pytest
from sqlalchemy import select

from services.supervision.custody.models import HeldCheckpoint
from services.supervision.custody.rules import Point, contradiction
from shared.contracts.projects import ProjectsLogCheckpointed
from shared.domain.roles import Role
from tests.conftest import OpenOffice
from tests.supervision.acts import said, tell

A, B, C = "a" * 64, "b" * 64, "c" * 64


@pytest.mark.parametrize(
    ("held", "since", "now", "found"),
    [
        (None, Point(0, A), Point(0, A), ""),
        (None, Point(9, B), Point(12, C), ""),
        (Point(9, B), Point(9, B), Point(9, B), ""),
        (Point(9, B), Point(9, B), Point(12, C), ""),
        (Point(9, B), Point(9, C), Point(12, C), "rewritten"),
        (Point(9, B), Point(9, ""), Point(12, C), "rewritten"),
        (Point(9, B), Point(8, B), Point(12, C), "denied"),
        (Point(9, B), Point(0, A), Point(12, C), "denied"),
        (Point(9, B), Point(9, B), Point(8, B), "shortened"),
        (Point(9, B), Point(8, B), Point(8, B), "shortened"),
    ],
)
def test_a_log_may_only_grow(held: Point | None, since: Point, now: Point, found: str) -> None:
    """PIPL.51: the history before a checkpoint stays what it was."""
    assert contradiction(held, since, now) == found


async def test_checkpoints_are_held_as_they_were_told_and_once(open_office: OpenOffice) -> None:
    office = await open_office("supervision")
    one = said(ProjectsLogCheckpointed, log="outbox", position=7, chain=A)
    other = said(ProjectsLogCheckpointed, log="audit_log", position=3, chain=B)
    received = await tell(office, one, other)
    await office.deliver(received)
    async with office.sessions() as session:
        rows = list(await session.scalars(select(HeldCheckpoint).order_by(HeldCheckpoint.told)))
    assert [(row.service, row.log, row.position, row.chain) for row in rows] == [
        ("projects", "outbox", 7, A),
        ("projects", "audit_log", 3, B),
    ]
    auditor = office.client(Role.AUDITOR, region="220000")
    first = (await auditor.get("/v1/checkpoints", params={"limit": 1})).json()
    assert [item["told"] for item in first["items"]] == [2]
    following = {"limit": 1, "cursor": first["next"]}
    second = (await auditor.get("/v1/checkpoints", params=following)).json()
    assert [(item["told"], item["signature"]) for item in second["items"]] == [(1, "cd" * 32)]
    chosen = {"service": "projects", "log": "audit_log"}
    assert len((await auditor.get("/v1/checkpoints", params=chosen)).json()["items"]) == 1
    city = office.client(Role.SUPERVISOR, region="220100")
    assert (await city.get("/v1/checkpoints")).json()["items"] == []
