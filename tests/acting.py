"""What callers do in the tests of every service: who they are, what they send, what comes back."""

import uuid
from collections.abc import Iterable
from typing import Any

import httpx
from fastapi import FastAPI

from shared.domain.regions import PROVINCE
from shared.domain.roles import Role
from tests.harness import Office

Json = dict[str, Any]
REGION = "220102"


def person_at(
    office: Office,
    role: Role,
    *,
    region: str = REGION,
    subject: str = "",
    app: FastAPI | None = None,
) -> httpx.AsyncClient:
    """Somebody at a post; each post of a region is a person and a body of its own."""
    post = f"{role}-{region}"
    return office.client(role, region=region, subject=subject or post, organisation=post, app=app)


def province(office: Office) -> httpx.AsyncClient:
    """The province's housing office, which sees every region."""
    return person_at(office, Role.PROVINCE, region=PROVINCE)


def keyed(version: int | None = None) -> dict[str, str]:
    """The headers of a command: a fresh key, and the version that was seen where there is one."""
    made = {"Idempotency-Key": str(uuid.uuid4())}
    return made if version is None else made | as_seen(version)


def as_seen(version: int) -> dict[str, str]:
    """The header that names the version that was seen."""
    return {"If-Match": f'"{version}"'}


async def post(
    client: httpx.AsyncClient, path: str, body: Any = None, version: int | None = None
) -> httpx.Response:
    """A command with a fresh key, and the version that was seen where there is one."""
    return await client.post(path, json=body, headers=keyed(version))


def succeeded(answer: httpx.Response) -> Json:
    """The JSON of an answer that must not be a refusal."""
    assert answer.is_success, f"{answer.url.path}: {answer.text[:2000]}"
    found: Json = answer.json()
    return found


async def done(
    client: httpx.AsyncClient, path: str, body: Any = None, version: int | None = None
) -> Json:
    """As `post`, for what must succeed; the answer's JSON."""
    return succeeded(await post(client, path, body, version))


async def listed(client: httpx.AsyncClient, path: str, **params: Any) -> list[Json]:
    """Everything of a list, page by page."""
    found: list[Json] = []
    cursor: Json = {}
    while True:
        answer = await client.get(path, params={"limit": 200, **params, **cursor})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if not page["next"]:
            return found
        cursor = {"cursor": page["next"]}


def key(item: Json, **more: Any) -> Json:
    """Id and version of an object, as bulk commands take them."""
    return {"id": item["id"], "version": item["version"], **more}


def keys(items: Iterable[Json], **more: Any) -> list[Json]:
    """As `key`, for each."""
    return [key(one, **more) for one in items]


def reasons(answer: httpx.Response) -> list[tuple[str, str, str]]:
    """Code, pointer and clause of every reason of a refusal, in the order it gives them."""
    found = answer.json().get("errors", [])
    return [(one["code"], one.get("pointer", ""), one.get("clause", "")) for one in found]


def codes(answer: httpx.Response) -> list[tuple[str, str]]:
    """As `reasons`, without the clauses."""
    return [(code, pointer) for code, pointer, _ in reasons(answer)]


def household(**changes: Any) -> Json:
    """One household as JSON: 低保, three people, within every line."""
    return {
        "region": REGION,
        "name": "张小明",
        "id_no": "11010519491231002X",
        "phone": "13912345678",
        "hukou_region": REGION,
        "urban_hukou": True,
        "categories": ["C13"],
        "household_size": 3,
        "monthly_income_yuan": "1500.00",
        "own_area_sqm": "21.50",
        "mode": "subsidy",
        "consent": True,
        "members": ["220102198506170011"],
        **changes,
    }
