"""What the tests of this service do again and again: hand in, accept, review, let days pass."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import httpx

from deploy.demo.world import HOUSEHOLD_COLUMNS, household_rows
from shared.domain.roles import Role
from tests import acting
from tests.acting import REGION, Json, done, household, key, keyed, person_at
from tests.harness import Office

POSTS = {1: Role.STREET, 2: Role.DISTRICT, 3: Role.CITY}


def register(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    """A register as CSV."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([HOUSEHOLD_COLUMNS, *rows])
    return buffer.getvalue().encode(encoding)


async def send_register(
    office: Office, content: bytes, *, region: str = REGION, partial: bool = True
) -> httpx.Response:
    """The street uploads its register."""
    return await person_at(office, Role.STREET, region=region).post(
        "/v1/household-imports",
        params={"region": region, "partial": str(partial).lower()},
        files={"file": (f"{region}.csv", content)},
    )


async def publish_standard(office: Office, **changes: Any) -> httpx.Response:
    """The city publishes who is entitled."""
    body = {
        "region": "220100",
        "effective_from": "2021-01-01",
        "document_no": "长政办发〔2020〕11号",
        "income_line_yuan": "1800.00",
        "area_line_sqm": "16.00",
    }
    city = person_at(office, Role.CITY, region="220100")
    return await city.post("/v1/eligibility-standards", json=body | changes, headers=keyed())


async def listed(office: Office, state: str, region: str = REGION) -> list[Json]:
    """The applications in a state, as the district sees them."""
    district = person_at(office, Role.DISTRICT, region=region)
    return await acting.listed(district, "/v1/applications", state=state)


async def submitted(office: Office, **changes: Any) -> Json:
    """One household hands in its file at the window."""
    street = person_at(office, Role.STREET)
    return await done(street, "/v1/applications", household(**changes))


async def accepted(office: Office, **changes: Any) -> Json:
    """One household whose file was accepted."""
    items = [key(await submitted(office, **changes))]
    answer = await done(person_at(office, Role.STREET), "/v1/acceptances", {"items": items})
    accepted: Json = answer["items"][0]
    return accepted


def decision(stage: int, item: Json, day: str, **changes: Any) -> Json:
    """A complete opinion of a stage."""
    made = {**key(item), "verdict": "pass", "opinion": "经审核，符合条件。"}
    if stage == 1:
        made["visited_on"] = day
    if stage == 2:
        made["checks"] = {"civil_affairs": "pass", "real_estate": "pass", "vehicles": "pass"}
    return made | changes


async def meeting(
    office: Office, stage: int, items: Sequence[Json], *, subject: str = "", **changes: Any
) -> httpx.Response:
    """A review meeting of the post that stage belongs to."""
    day = office.clock.today().isoformat()
    who = person_at(office, POSTS[stage], subject=subject)
    body = {"stage": stage, "items": [decision(stage, item, day, **changes) for item in items]}
    return await who.post("/v1/review-meetings", json=body)


async def passed(office: Office, stage: int, item: Json) -> Json:
    """One household that passed a stage."""
    answer = await meeting(office, stage, [item])
    assert answer.status_code == 200, answer.text
    done: Json = answer.json()["items"][0]
    return done


async def day(office: Office, on: date) -> dict[str, int]:
    """A new business day with its jobs."""
    office.clock.move_to(on)
    return await office.run_jobs()


async def on_notice(office: Office, **changes: Any) -> Json:
    """One household on its first public notice, since 1 April."""
    return await passed(office, 1, await accepted(office, **changes))


async def on_second_notice(office: Office, **changes: Any) -> Json:
    """One household on its second public notice, since 13 April."""
    item = await on_notice(office, **changes)
    await day(office, date(2021, 4, 12))
    item = await passed(office, 2, (await listed(office, "review2"))[0])
    office.clock.move_to(date(2021, 4, 13))
    return await passed(office, 3, item)


async def objected(office: Office, item: Json, *, subject: str = "neighbour") -> Json:
    """Somebody from elsewhere objects."""
    who = person_at(office, Role.APPLICANT, region="220202", subject=subject)
    return await done(who, f"/v1/applications/{item['id']}/objections", {"text": "该户另有住房"})


def rows_of(region: str = REGION, count: int = 5) -> list[list[str]]:
    """Rows of an office's register."""
    return household_rows(region, count)
