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
from tests.harness import Office

Item = dict[str, Any]
REGION = "220102"
NAME, PHONE = "欧阳小明", "13812345678"
ID_NO = make_resident_id(REGION, date(1960, 5, 17), 11)
DIGEST = "ab" * 32
_numbers = count(1)

TERMS: Item = {
    "starts_on": "2021-04-09",
    "ends_on": "2021-06-07",
    "tiers": [
        {"from_day": 1, "to_day": 10, "kind": "fixed", "value": "30000.00"},
        {"from_day": 11, "to_day": 30, "kind": "fixed", "value": "10000.00"},
    ],
    "unit_price_yuan": "5200.00",
    "funds_confirmed_doc": "征补资金专户存款证明2021-04",
}
PAPER: Item = {
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


def keys(items: Sequence[Item], **more: Any) -> list[Item]:
    """The id and version of each item, as bulk commands take them."""
    return [{"id": item["id"], "version": item["version"], **more} for item in items]


def home(number: int = 1, **changes: Any) -> Item:
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


def vouchers(items: Sequence[Item], first: int = 1) -> list[Item]:
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
        self, path: str, body: Item, *, who: httpx.AsyncClient | None = None
    ) -> httpx.Response:
        """One command with a fresh key."""
        key = {"Idempotency-Key": str(new_id())}
        return await (who or self.desk).post(f"/v1/{path}", json=body, headers=key)

    async def items(self, path: str, **params: Any) -> list[Item]:
        """The first page of a list."""
        answer = await self.desk.get(f"/v1/{path}", params={"limit": 200, **params})
        assert answer.status_code == 200, answer.text
        found: list[Item] = answer.json()["items"]
        return found

    async def opened(self, count: int = 1, region: str = REGION) -> list[Item]:
        """Programmes opened by events."""
        await self.office.deliver([planned(region) for _ in range(count)])
        return await self.items("programmes", state="opened", region=region)

    async def announce(self, items: Sequence[Item], **terms: Any) -> httpx.Response:
        return await self.post("signing-periods", {"items": keys(items, **{**TERMS, **terms})})

    async def signing(self, **terms: Any) -> Item:
        """A programme whose signing period was announced on 8 April; it is 9 April now."""
        self.office.clock.move_to(april(8))
        answer = await self.announce(await self.opened(), **terms)
        assert answer.status_code == 200, answer.text
        programme: Item = answer.json()["items"][0]
        self.office.clock.move_to(april(9))
        return programme

    async def draft(self, programme: Item, homes: Sequence[Item]) -> httpx.Response:
        body = {"programme_id": programme["id"], "items": list(homes)}
        return await self.post("contract-drafts", body)

    async def drafted(self, programme: Item, count: int, first: int = 1) -> list[Item]:
        """So many contracts of a programme."""
        answer = await self.draft(programme, [home(first + n) for n in range(count)])
        assert answer.status_code == 201, answer.text
        found: list[Item] = answer.json()["items"]
        return found

    async def sign(self, items: Sequence[Item], **paper: Any) -> httpx.Response:
        return await self.post("contract-signings", {"items": keys(items, **{**PAPER, **paper})})

    async def signed(self, items: Sequence[Item]) -> list[Item]:
        return _done(await self.sign(items))

    async def pay(self, items: Sequence[Item]) -> httpx.Response:
        """Pay items that already carry their voucher."""
        return await self.post("contract-payments", {"items": list(items)}, who=self.till)

    async def paid(self, items: Sequence[Item], first: int = 1) -> list[Item]:
        return _done(await self.pay(vouchers(items, first)))

    async def move(self, items: Sequence[Item]) -> httpx.Response:
        return await self.post("contract-removals", {"items": keys(items)})

    async def moved(self, items: Sequence[Item]) -> list[Item]:
        return _done(await self.move(items))

    async def contract(self, item: Item) -> Item:
        answer = await self.desk.get(f"/v1/contracts/{item['id']}")
        assert answer.status_code == 200, answer.text
        found: Item = answer.json()
        return found


def _done(answer: httpx.Response) -> list[Item]:
    assert answer.status_code == 200, answer.text
    found: list[Item] = answer.json()["items"]
    return found


def refusal(answer: httpx.Response) -> tuple[int, str, list[tuple[str, str, str]]]:
    """Status, code, and (code, pointer, clause) of every reason."""
    body = answer.json()
    reasons = [
        (e["code"], e.get("pointer", ""), e.get("clause", "")) for e in body.get("errors", [])
    ]
    return answer.status_code, body["code"], reasons
