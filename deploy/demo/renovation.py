"""Shantytown renovation in April: projects, overdue cases, expropriation."""

from deploy.demo import ledgers, world
from deploy.demo.desk import Person, StepFailure, each
from deploy.demo.offices import PROVINCE, SUPERVISOR, Item, Offices, keys


class Renovation(Offices):
    """Projects, the overdue ledger and expropriation."""

    async def survey(self) -> int:
        """Each unit registers its surveyed sites."""

        async def send(unit: world.Unit) -> int:
            sites = [
                world.survey(unit.regions[n % len(unit.regions)], n)
                for n in range(3 + unit.weight // 4)
            ]
            if int(unit.code[2:]) % 5 == 1:
                sites.append(
                    world.prohibited_survey(unit.regions[0], int(unit.code[2:]) // 5 % 4 + 100)
                )
            await self.desk.bulk("projects", "/v1/surveys", Person("city", unit.code), sites)
            return len(sites)

        return sum(await each(send, self.units))

    async def import_overdue(self) -> int:
        """The overdue-resettlement ledger comes in; two bad rows come back."""
        file = ledgers.overdue(self.units)
        report = await self.desk.upload(
            "projects",
            "/v1/overdue-imports",
            PROVINCE,
            "逾期未安置台账.xlsx",
            file,
            params={"partial": "true"},
        )
        if len(report["rejected"]) < 2:
            raise StepFailure(f"逾期台账应退回两行：{str(report)[:500]}")
        return int(report["accepted_rows"])

    async def screen(self) -> int:
        """Each unit has its sites checked; what is prohibited is refused by hand."""
        found = await self.all_of("projects", "/v1/projects", "surveyed")
        count = await self.by_office(
            found,
            lambda region, items: self.desk.bulk(
                "projects", "/v1/screenings", Person("city", region), keys(items, evidence={})
            ),
        )
        refused = await self.all_of("projects", "/v1/projects", "surveyed")

        async def sign(region: str, items: list[Item]) -> None:
            for item in items:
                await self.desk.post(
                    "projects",
                    f"/v1/projects/{item['id']}/refusal",
                    Person("city", region, 2),
                    {"opinion": "属于通知第四部分禁止纳入的情形，不予纳入。"},
                    version=item["version"],
                )

        await self.by_office(refused, sign)
        return count

    async def plan(self) -> int:
        """Screened sites enter the library, then the annual plan."""
        found = await self.all_of("projects", "/v1/projects", "screened")
        items = [item for group in found.values() for item in group]
        entered = await self.desk.bulk(
            "projects", "/v1/library-entries", PROVINCE, keys(items), renovation_year=2021
        )
        planned = []
        for number, (entry, item) in enumerate(zip(entered, items, strict=True)):
            investment = item["households"] * 320_000
            planned.append(
                {
                    "id": entry["id"],
                    "version": entry["version"],
                    "units": item["households"] + 20,
                    "planned_start_on": "2021-04-28" if number % 3 else "2021-06-15",
                    "investment_yuan": f"{investment}.00",
                    "needs_clearing": True,
                    "cash_flow": [
                        {
                            "year": 2021,
                            "in_yuan": f"{investment}.00",
                            "out_yuan": f"{investment * 6 // 10}.00",
                        },
                        {
                            "year": 2022,
                            "in_yuan": f"{investment // 5}.00",
                            "out_yuan": f"{investment * 4 // 10}.00",
                        },
                    ],
                }
            )
        await self.desk.bulk("projects", "/v1/annual-plans", PROVINCE, planned, year=2021)
        return len(planned)

    async def start(self) -> int:
        """Three of four planned projects begin their foundation works in April."""
        found = await self.all_of("projects", "/v1/projects", "planned")
        chosen = {
            r: [i for n, i in enumerate(items) if (n + int(r)) % 4] for r, items in found.items()
        }
        return await self.by_office(
            {r: items for r, items in chosen.items() if items},
            lambda region, items: self.desk.bulk(
                "projects",
                "/v1/starts",
                Person("city", region),
                [
                    {**key, "permit_no": f"SG-{region}-{n:03d}", "photo_digest": f"{n:064x}"}
                    for n, key in enumerate(
                        keys(items, started_on="2021-04-22", evidence="foundation-works")
                    )
                ],
            ),
        )

    async def progress(self) -> int:
        """The month's progress comes as a table."""
        found = await self.all_of("projects", "/v1/projects", "started")

        async def send(region: str, items: list[Item]) -> None:
            rows = []
            for number, key in enumerate(keys(items)):
                roll = world.dice(region, "progress", number)
                invested = roll.randrange(200, 900) * 10_000
                rows.append(
                    {
                        **key,
                        "stage": "foundation",
                        "progress_rate": f"0.{roll.randrange(5, 25):02d}",
                        "invested_yuan": f"{invested}.00",
                        "funds_received_yuan": f"{invested + 500_000}.00",
                        "funds_paid_yuan": f"{invested - 300_000}.00",
                        "completed_units": 0,
                    }
                )
            await self.desk.bulk(
                "projects", "/v1/progress-tables", Person("city", region), rows, month="2021-04"
            )

        return await self.by_office(found, send)

    async def resettle(self) -> int:
        """Part of the overdue households move in; the supervisor strikes finished cases off."""
        found = await self.all_of("projects", "/v1/overdue-cases", "registered")
        moved = 0

        async def act(region: str, items: list[Item]) -> None:
            nonlocal moved
            rows = []
            for key, item in zip(keys(items), items, strict=True):
                roll = world.dice(region, "resettle", item["households"])
                count = (
                    item["households"]
                    if roll.random() < 0.2
                    else roll.randrange(1, item["households"] // 2)
                )
                moved += count
                rows.append({**key, "households": count, "evidence": "钥匙交付清单"})
            await self.desk.bulk(
                "projects", "/v1/overdue-resettlements", Person("city", region), rows
            )

        await self.by_office(found, act)
        finished = await self.all_of("projects", "/v1/overdue-cases", "resettled")
        await self.desk.bulk(
            "projects",
            "/v1/overdue-verifications",
            SUPERVISOR,
            [key for items in finished.values() for key in keys(items)],
        )
        return moved

    async def open_signing(self) -> int:
        """Signing periods, standards and rewards are announced."""
        found = await self.all_of("expropriation", "/v1/programmes", "opened")
        tiers = [
            {"from_day": 1, "to_day": 10, "kind": "fixed", "value": "30000.00"},
            {"from_day": 11, "to_day": 30, "kind": "fixed", "value": "10000.00"},
        ]
        terms = {
            "starts_on": "2021-04-09",
            "ends_on": "2021-06-07",
            "tiers": tiers,
            "unit_price_yuan": "5200.00",
            "funds_confirmed_doc": "征补资金专户存款证明2021-04",
        }
        return await self.by_office(
            found,
            lambda region, items: self.desk.bulk(
                "expropriation",
                "/v1/signing-periods",
                Person("expropriation", region),
                keys(items, **terms),
            ),
        )

    async def draft(self) -> int:
        """Ten households of every programme are registered and valued."""
        found = await self.all_of("expropriation", "/v1/programmes", "signing")
        drafted = 0

        async def act(region: str, items: list[Item]) -> None:
            nonlocal drafted
            for number, programme in enumerate(items):
                rows = []
                for home in range(10):
                    name, id_no, phone = world.person(region, "owner", number, home)
                    rows.append(
                        {
                            "property_no": f"{region}-{number:02d}-{home + 1:03d}",
                            "owner_name": name,
                            "owner_id_no": id_no,
                            "phone": phone,
                            "area_sqm": f"{42 + home * 3}.50",
                            "mode": "exchange" if home % 3 == 2 else "money",
                        }
                    )
                made = await self.desk.bulk(
                    "expropriation",
                    "/v1/contract-drafts",
                    Person("expropriation", region),
                    rows,
                    programme_id=programme["id"],
                )
                drafted += len(made)

        await self.by_office(found, act)
        return drafted

    async def sign(self, share: int) -> int:
        """`share` of ten drafted contracts of each region are signed online, as they arrive."""
        found = await self.all_of("expropriation", "/v1/contracts", "drafted")
        chosen = {r: items[: max(1, len(items) * share // 10)] for r, items in found.items()}
        paper = {
            "document_digest": "ab" * 32,
            "owner_certificate": "CERT-OWNER-2021",
            "office_certificate": "CERT-OFFICE-2021",
        }
        return await self.by_office(
            chosen,
            lambda region, items: self.desk.bulk(
                "expropriation",
                "/v1/contract-signings",
                Person("expropriation", region),
                keys(items, **paper),
            ),
        )

    async def pay_contracts(self) -> int:
        """Signed contracts are paid in full."""
        found = await self.all_of("expropriation", "/v1/contracts", "signed")
        return await self.by_office(
            found,
            lambda region, items: self.desk.bulk(
                "expropriation",
                "/v1/contract-payments",
                Person("finance", region),
                [
                    {**key, "voucher_no": f"GK-{region}-{n:05d}"}
                    for n, key in enumerate(keys(items))
                ],
            ),
        )

    async def move_out(self) -> int:
        """Part of the paid households move out."""
        found = await self.all_of("expropriation", "/v1/contracts", "paid")
        chosen = {r: items[: len(items) // 2] for r, items in found.items() if len(items) > 1}
        return await self.by_office(
            chosen,
            lambda region, items: self.desk.bulk(
                "expropriation",
                "/v1/contract-removals",
                Person("expropriation", region),
                keys(items),
            ),
        )
