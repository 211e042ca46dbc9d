"""What offices do in the tests of the projects service."""

from typing import Any

import httpx

from deploy.demo import world
from shared.domain.roles import Role
from tests.acting import REGION, Json, done, keys, province, succeeded
from tests.harness import Office


def city(office: Office, region: str = REGION, subject: str = "clerk") -> httpx.AsyncClient:
    return office.client(Role.CITY, region=region, subject=subject, organisation=f"住建局{region}")


def supervisor(office: Office) -> httpx.AsyncClient:
    return office.client(
        Role.SUPERVISOR, region="220000", subject="supervisor", organisation="省督导组"
    )


def site(number: int = 1, region: str = REGION, **changes: Any) -> Json:
    """A surveyed site that no prohibition refuses."""
    return {**world.survey(region, number), **changes}


async def surveyed(office: Office, *sites: Json, region: str = REGION) -> list[Json]:
    body = {"items": list(sites) or [site(region=region)]}
    answer = await done(city(office, region), "/v1/surveys", body)
    return list(answer["items"])


async def screened(
    office: Office, *sites: Json, region: str = REGION, **evidence: Any
) -> list[Json]:
    items = keys(await surveyed(office, *sites, region=region), evidence=evidence)
    return list((await done(city(office, region), "/v1/screenings", {"items": items}))["items"])


async def in_library(office: Office, *sites: Json, year: int = 2021) -> list[Json]:
    """Projects in the library."""
    body = {"renovation_year": year, "items": keys(await screened(office, *sites))}
    return list((await done(province(office), "/v1/library-entries", body))["items"])


def plan_of(item: Json, **changes: Any) -> Json:
    return {
        "id": item["id"], "version": item["version"], "units": 100,
        "planned_start_on": "2021-04-28", "investment_yuan": "1000.00", "needs_clearing": True,
        "cash_flow": [
            {"year": 2021, "in_yuan": "1000.00", "out_yuan": "600.00"},
            {"year": 2022, "in_yuan": "200.00", "out_yuan": "400.00"},
        ],
        **changes,
    }  # fmt: skip


async def planned(office: Office, *sites: Json) -> list[Json]:
    items = [plan_of(item) for item in await in_library(office, *sites)]
    body = {"year": 2021, "items": items}
    return list((await done(province(office), "/v1/annual-plans", body))["items"])


def start_of(item: Json, **changes: Any) -> Json:
    return {
        "id": item["id"], "version": item["version"], "started_on": "2021-04-01",
        "evidence": "foundation-works", "permit_no": "SG-1", "photo_digest": "0" * 64, **changes,
    }  # fmt: skip


async def started(office: Office, *sites: Json) -> list[Json]:
    body = {"items": [start_of(item) for item in await planned(office, *sites)]}
    return list((await done(city(office), "/v1/starts", body))["items"])


def month_of(item: Json, **changes: Any) -> Json:
    return {
        "id": item["id"], "version": item["version"], "stage": "foundation",
        "progress_rate": "0.2", "invested_yuan": "200.00", "funds_received_yuan": "300.00",
        "funds_paid_yuan": "150.00", "completed_units": 0, **changes,
    }  # fmt: skip


async def read(office: Office, item: Json) -> Json:
    return succeeded(await province(office).get(f"/v1/projects/{item['id']}"))
