"""What the offices of an expropriation do, as short calls for tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import httpx

from shared.contracts.projects import ProjectPlanned
from shared.db.model import new_id
from shared.domain.identity import make_resident_id
from shared.domain.roles import Role
from tests.acting import REGION, Json, keys, listed, post, reasons, succeeded
from tests.harness import Office

NAME, PHONE = "欧阳小明", "13812345678"
ID_NO = make_resident_id(REGION, date(1960, 5, 17), 11)
DIGEST = "ab" * 32
_numbers = count(1)

TERMS: Json = {
    "starts_on": "2021-04-09",
    "ends_on": "2021-06-07",
    "tiers": [
        {"from_day": 1, "to_day": 10, "kind": "fixed", "value": "30000.00"},
        {"from_day": 11, "to_day": 30, "kind": "fixed", "value": "10000.00"},
    ],
    "unit_price_yuan": "5200.00",
    "funds_confirmed_doc": "征补资金专户存款证明2021-04",
}
PAPER: Json = {
    "document_digest": DIGEST,
    "owner_certificate": "CERT-OWNER-2021",
    "office_certificate": "CERT-OFFICE-2021",
}


def planned(region: str = REGION, **changes: Any) -> tuple[ProjectPlanned, UUID, int]:
    """The event of a planned project that needs clearing."""
    id = changes.pop("project_id", None) or new_id()
    event = ProjectPlanned(
        **{
            **ProjectPlanned.sample,
            "region": region,
            "project_id": id,
            "project_no": f"PG-{region}-2021-{next(_numbers):05d}",
            **changes,
        }
    )
    return event, id, 4


def home(number: int = 1, **changes: Any) -> Json:
    """One property to register."""
    return {
        "property_no": f"{REGION}-00-{number:04d}",
        "owner_name": NAME,
        "owner_id_no": ID_NO,
        "phone": PHONE,
        "area_sqm": "42.50",
        "mode": "money",
        **changes,
    }


def vouchers(items: Sequence[Json], first: int = 1) -> list[Json]:
    """Items to pay, each with a voucher of its own."""
    return [
        {**key, "voucher_no": f"GK-{REGION}-{n:05d}"} for n, key in enumerate(keys(items), first)
    ]


def april(day: int) -> date:
    return date(2021, 4, day)


@dataclass
class Acts:
    """The calls. `desk` is the expropriation department, `till` the finance department."""

    office: Office
    desk: httpx.AsyncClient
    till: httpx.AsyncClient

    @classmethod
    def at(cls, office: Office, region: str = REGION) -> "Acts":
        desk = office.client(Role.EXPROPRIATION, region=region, subject="clerk")
        till = office.client(Role.FINANCE, region=region, subject="cashier")
        return cls(office, desk, till)

    async def post(
        self, path: str, body: Json, *, who: httpx.AsyncClient | None = None
    ) -> httpx.Response:
        """One command with a fresh key."""
        return await post(who or self.desk, f"/v1/{path}", body)

    async def items(self, path: str, **params: Any) -> list[Json]:
        """Everything of a list."""
        return await listed(self.desk, f"/v1/{path}", **params)

    async def opened(self, count: int = 1, region: str = REGION) -> list[Json]:
        """Programmes opened by events."""
        await self.office.deliver([planned(region) for _ in range(count)])
        return await self.items("programmes", state="opened", region=region)

    async def announce(self, items: Sequence[Json], **terms: Any) -> httpx.Response:
        return await self.post("signing-periods", {"items": keys(items, **{**TERMS, **terms})})

    async def signing(self, **terms: Any) -> Json:
        """A programme whose signing period was announced on 8 April; it is 9 April now."""
        self.office.clock.move_to(april(8))
        answer = await self.announce(await self.opened(), **terms)
        programme: Json = succeeded(answer)["items"][0]
        self.office.clock.move_to(april(9))
        return programme

    async def draft(self, programme: Json, homes: Sequence[Json]) -> httpx.Response:
        body = {"programme_id": programme["id"], "items": list(homes)}
        return await self.post("contract-drafts", body)

    async def drafted(self, programme: Json, count: int, first: int = 1) -> list[Json]:
        """So many contracts of a programme."""
        answer = await self.draft(programme, [home(first + n) for n in range(count)])
        return list(succeeded(answer)["items"])

    async def sign(self, items: Sequence[Json], **paper: Any) -> httpx.Response:
        return await self.post("contract-signings", {"items": keys(items, **{**PAPER, **paper})})

    async def signed(self, items: Sequence[Json]) -> list[Json]:
        return list(succeeded(await self.sign(items))["items"])

    async def pay(self, items: Sequence[Json]) -> httpx.Response:
        """Pay items that already carry their voucher."""
        return await self.post("contract-payments", {"items": list(items)}, who=self.till)

    async def paid(self, items: Sequence[Json], first: int = 1) -> list[Json]:
        return list(succeeded(await self.pay(vouchers(items, first)))["items"])

    async def move(self, items: Sequence[Json]) -> httpx.Response:
        return await self.post("contract-removals", {"items": keys(items)})

    async def moved(self, items: Sequence[Json]) -> list[Json]:
        return list(succeeded(await self.move(items))["items"])

    async def contract(self, item: Json) -> Json:
        return succeeded(await self.desk.get(f"/v1/contracts/{item['id']}"))


def refusal(answer: httpx.Response) -> tuple[int, str, list[tuple[str, str, str]]]:
    """Status, code, and (code, pointer, clause) of every reason."""
    return answer.status_code, answer.json()["code"], reasons(answer)
