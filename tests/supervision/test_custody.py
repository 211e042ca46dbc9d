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


async def test_what_contradicts_within_one_batch_is_called_at_once_and_once(
    open_office: OpenOffice,
) -> None:
    """PIPL.51: each checkpoint is held against the one before, also of the same batch."""
    office = await open_office("supervision")
    first = said(ProjectsLogCheckpointed, log="outbox", position=7, chain=A)
    good = said(
        ProjectsLogCheckpointed,
        log="outbox", position=9, chain=B, since_position=7, since_chain=A,
    )  # fmt: skip
    bad = said(
        ProjectsLogCheckpointed,
        log="outbox", position=12, chain=C, since_position=9, since_chain=C,
    )  # fmt: skip
    received = await tell(office, first, good, bad)
    async with office.sessions() as session:
        rows = list(await session.scalars(select(HeldCheckpoint).order_by(HeldCheckpoint.told)))
    assert [row.contradiction for row in rows] == ["", "", "rewritten"]
    await office.deliver(received)
    assert await office.run_jobs("raise-alerts") == {"raise-alerts": 0}
    supervisor = office.client(Role.SUPERVISOR, region="220000")
    (alert,) = (await supervisor.get("/v1/alerts")).json()["items"]
    assert (alert["code"], alert["level"], alert["state"]) == ("LOG_CONTRADICTED", "red", "open")
    assert (alert["object_id"], alert["version"]) == ("projects/outbox", 1)
    assert alert["object_label"] == "projects 的事件日志，第9条及以前"
