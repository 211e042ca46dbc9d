"""What the tests of supervision do again and again: tell events, fill tables, close a month."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import httpx

from deploy.demo.ledgers import TARGET_COLUMNS, xlsx
from shared.contracts.base import Event
from shared.contracts.projects import OverdueCaseRegistered, ProjectPlanned, ProjectStarted
from shared.contracts.received_event import ReceivedEvent
from shared.contracts.subsidy import PaymentPaid
from shared.db.model import new_id
from shared.domain.regions import name_of
from shared.domain.roles import Role
from tests.acting import keyed, post, province
from tests.harness import Office

_DAY = date(2021, 4, 1)


def said(kind: type[Event], **changes: object) -> Event:
    """An event like its sample, with these fields of its own."""
    return kind.model_validate({**kind.sample, **changes})


def started(region: str, units: int, on: str = "2021-04-22", **more: object) -> Event:
    return said(ProjectStarted, region=region, units=units, on=on, started_on=on, **more)


def paid(region: str, fen: int, on: str = "2021-04-28", **more: object) -> Event:
    more.setdefault("grant_id", str(new_id()))
    return said(PaymentPaid, region=region, amount_fen=fen, on=on, month=on[:7], **more)


def planned(project: UUID, due: str, region: str = "220102") -> Event:
    return said(ProjectPlanned, region=region, project_id=str(project), planned_start_on=due)


def overdue(case: UUID, due: str, region: str = "220102", category: str = "S9.1c") -> Event:
    return said(
        OverdueCaseRegistered, region=region, case_id=str(case), due_on=due, category=category
    )


async def tell(office: Office, *events: Event) -> list[ReceivedEvent]:
    """Hand events to the office, each of an aggregate of its own."""
    return await office.deliver([(event, new_id(), 1) for event in events])


def table(rows: Mapping[str, Sequence[int]], names: Mapping[str, str] | None = None) -> bytes:
    """The province's table of targets: unit -> starts, subsidies, resettlements, 万元."""
    lines: list[tuple[str | int, ...]] = [
        (unit, (names or {}).get(unit) or name_of(unit, _DAY), *numbers)
        for unit, numbers in rows.items()
    ]
    return xlsx("2021年度任务", TARGET_COLUMNS, lines)


async def send_table(
    office: Office,
    content: bytes,
    *,
    role: Role = Role.PROVINCE,
    region: str = "220000",
    **params: str,
) -> httpx.Response:
    """Import a table of targets."""
    client = office.client(role, region=region)
    files = {"file": ("目标任务.xlsx", content)}
    return await client.post("/v1/target-imports", files=files, params=params, headers=keyed())


async def close(office: Office, month: str, issued_on: str) -> httpx.Response:
    """Close a month as the province."""
    body = {"month": month, "issued_on": issued_on}
    return await post(province(office), "/v1/month-closings", body)
