"""The month itself: what each office does, day by day. Every step returns how many things it did."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from deploy.demo import ledgers, world
from deploy.demo.desk import Desk, Person, StepFailed, each

Item = dict[str, Any]
PROVINCE = Person("province", "220000")
SUPERVISOR = Person("supervisor", "220000")


def april(day: int) -> date:
    return date(2021, 4, day)


def by_region(items: list[Item]) -> dict[str, list[Item]]:
    """Items grouped by the region they belong to."""
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[item["region"]].append(item)
    return dict(found)


def keys(items: list[Item], **more: Any) -> list[Item]:
    """The id and version of each item, as bulk commands take them."""
    return [{"id": item["id"], "version": item["version"], **more} for item in items]


@dataclass
class Month:
    """April 2021. `homes` households an office, `sites` surveyed sites a unit of weight one."""

    desk: Desk
    homes: int = 50
    units: list[world.Unit] = field(default_factory=world.units)

    async def all_of(self, service: str, path: str, state: str) -> dict[str, list[Item]]:
        """Everything in one state, by region, as the province sees it."""
        who = Person("province", "220000")
        return by_region(await self.desk.everything(service, path, who, state=state))

    async def by_office(
        self, found: dict[str, list[Item]], act: Callable[[str, list[Item]], Awaitable[Any]]
    ) -> int:
        """Let each region's office act on its own items."""
        await each(lambda pair: act(*pair), found.items())
        return sum(len(items) for items in found.values())

    # ── 1 April: targets, standards, applications, surveys ─────────────────────────────────────

    async def set_targets(self) -> int:
        """The province sends the annual targets; sending the same file twice changes nothing."""
        file = ledgers.targets(self.units)
        send = ("supervision", "/v1/target-imports", PROVINCE, "2021年度目标任务.xlsx", file)
        first = await self.desk.upload(*send)
        again = await self.desk.upload(*send)
        if not again["repeated"] or first["accepted_rows"] != len(self.units):
            raise StepFailed(f"目标任务导入结果不对：{first} / {again}")
        return int(first["accepted_rows"])

    async def set_standards(self) -> int:
        """Each unit publishes who is entitled and how much is paid."""
        for number, unit in enumerate(self.units):
            await self._standards_of(unit, number)
        return 2 * len(self.units)

    async def _standards_of(self, unit: world.Unit, number: int) -> None:
        who = Person("city", unit.code)
        common = {"region": unit.code, "effective_from": "2021-01-01",
                  "document_no": f"{unit.name[:1]}政办发〔2020〕{number + 11}号"}  # fmt: skip
        await self.desk.post("applications", "/v1/eligibility-standards", who, {
            **common, "income_line_yuan": "1800.00", "area_line_sqm": "16.00",
        })  # fmt: skip
        await self.desk.post("subsidy", "/v1/standards", who, {
            **common, "per_capita_sqm": "15.00", "household_cap_sqm": "60.00",
            "unit_price_yuan": f"{7 + number % 6}.00", "cap_at_rent": False,
            "coefficients": {"minimum": "1.0", "low": "0.8", "middle": "0.5"},
        })  # fmt: skip

    async def apply(self) -> int:
        """Offices send their registers of households; bad rows come back, good rows go on."""
        regions = [region for unit in self.units for region in unit.regions]

        async def send(region: str) -> int:
            spoiled = region == regions[0]
            file = ledgers.households(region, self.homes, spoiled=spoiled)
            who = Person("street", region)
            report = await self.desk.upload(
                "applications", "/v1/household-imports", who, f"{region}.csv", file,
                params={"region": region, "partial": "true"},
            )  # fmt: skip
            if report["accepted_rows"] != self.homes or len(report["rejected"]) != 3 * spoiled:
                raise StepFailed(f"{region} 家庭台账导入结果不对：{str(report)[:500]}")
            return int(report["accepted_rows"])

        return sum(await each(send, regions))

    async def accept(self) -> int:
        found = await self.all_of("applications", "/v1/applications", "submitted")
        return await self.by_office(found, lambda region, items: self.desk.bulk(
            "applications", "/v1/acceptances", Person("street", region), keys(items)))  # fmt: skip

    async def survey(self) -> int:
        async def send(unit: world.Unit) -> int:
            sites = [world.survey(unit.regions[n % len(unit.regions)], n) for n in range(3 + unit.weight // 4)]
            if int(unit.code[2:]) % 5 == 1:
                sites.append(world.prohibited_survey(unit.regions[0], int(unit.code[2:]) // 5 % 4 + 100))
            await self.desk.bulk("projects", "/v1/surveys", Person("city", unit.code), sites)
            return len(sites)

        return sum(await each(send, self.units))

    async def import_overdue(self) -> int:
        file = ledgers.overdue(self.units)
        report = await self.desk.upload(
            "projects", "/v1/overdue-imports", PROVINCE, "逾期未安置台账.xlsx", file,
            params={"partial": "true"},
        )  # fmt: skip
        if len(report["rejected"]) < 2:
            raise StepFailed(f"逾期台账应退回两行：{str(report)[:500]}")
        return int(report["accepted_rows"])

    # ── reviews and notices ────────────────────────────────────────────────────────────────────

    async def review(self, stage: int) -> int:
        """A review meeting of each office decides its list."""
        role = {1: "street", 2: "district", 3: "city"}[stage]
        found = await self.all_of("applications", "/v1/applications", f"review{stage}")

        async def meet(region: str, items: list[Item]) -> None:
            who = Person(role, region, stage + 1)
            decisions = [self._decision(stage, item, number) for number, item in enumerate(items)]
            await self.desk.bulk("applications", "/v1/review-meetings", who, decisions, stage=stage)

        return await self.by_office(found, meet)

    def _decision(self, stage: int, item: Item, number: int) -> Item:
        decision: Item = {"id": item["id"], "version": item["version"], "verdict": "pass",
                          "opinion": "经审核，符合条件。"}  # fmt: skip
        if stage == 1:
            decision["visited_on"] = "2021-04-02"
        if stage == 2:
            decision["checks"] = {"civil_affairs": "pass", "real_estate": "pass", "vehicles": "pass"}
            if number % 25 == 24:
                decision |= {"verdict": "fail", "reason_code": "income-over-line",
                             "opinion": "联审核对家庭收入高于标准，本人签署审核意见。"}  # fmt: skip
        return decision

    async def withdraw(self) -> int:
        """One household in the first office of each prefecture takes its application back."""
        found = await self.all_of("applications", "/v1/applications", "notice1")
        chosen = {region: items[:1] for region, items in found.items() if region[4:] == "02"}

        async def act(region: str, items: list[Item]) -> None:
            await self.desk.post(
                "applications", f"/v1/applications/{items[0]['id']}/withdrawal",
                Person("street", region), {"reason": "家庭情况变化"}, version=items[0]["version"],
            )  # fmt: skip

        return await self.by_office(chosen, act)

    async def object_and_answer(self) -> int:
        """Somebody objects to one household of each prefecture seat; the office looks and answers."""
        found = await self.all_of("applications", "/v1/applications", "notice1")
        chosen = {region: items[1:2] for region, items in found.items() if region[4:] == "02"}

        async def act(region: str, items: list[Item]) -> None:
            path = f"/v1/applications/{items[0]['id']}"
            raised = await self.desk.post(
                "applications", f"{path}/objections", Person("applicant", region, 9),
                {"text": "该户另有住房"},
            )  # fmt: skip
            await self.desk.post(
                "applications", f"{path}/objections/{raised['objection_id']}/decision",
                Person("street", region, 5), {"upheld": False, "reason": "经核查不属实"},
                version=raised["version"],
            )  # fmt: skip

        return await self.by_office(chosen, act)

    # ── projects ───────────────────────────────────────────────────────────────────────────────

    async def screen(self) -> int:
        found = await self.all_of("projects", "/v1/projects", "surveyed")
        count = await self.by_office(found, lambda region, items: self.desk.bulk(
            "projects", "/v1/screenings", Person("city", region), keys(items, evidence={})))  # fmt: skip
        refused = await self.all_of("projects", "/v1/projects", "surveyed")

        async def sign(region: str, items: list[Item]) -> None:
            for item in items:
                await self.desk.post(
                    "projects", f"/v1/projects/{item['id']}/refusal", Person("city", region, 2),
                    {"opinion": "属于通知第四部分禁止纳入的情形，不予纳入。"}, version=item["version"],
                )  # fmt: skip

        await self.by_office(refused, sign)
        return count

    async def plan(self) -> int:
        """Screened sites enter the library, then the annual plan."""
        found = await self.all_of("projects", "/v1/projects", "screened")
        items = [item for group in found.values() for item in group]
        entered = await self.desk.bulk(
            "projects", "/v1/library-entries", PROVINCE, keys(items, renovation_year=2021)
        )
        planned = []
        for number, (entry, item) in enumerate(zip(entered, items, strict=True)):
            investment = item["households"] * 320_000
            planned.append({
                "id": entry["id"], "version": entry["version"], "units": item["households"] + 20,
                "planned_start_on": "2021-04-28" if number % 3 else "2021-06-15",
                "investment_yuan": f"{investment}.00", "needs_clearing": True,
                "cash_flow": [
                    {"year": 2021, "in_yuan": f"{investment}.00", "out_yuan": f"{investment * 6 // 10}.00"},
                    {"year": 2022, "in_yuan": f"{investment // 5}.00", "out_yuan": f"{investment * 4 // 10}.00"},
                ],
            })  # fmt: skip
        await self.desk.bulk("projects", "/v1/annual-plans", PROVINCE, planned, year=2021)
        return len(planned)

    async def start(self) -> int:
        """Three of four planned projects begin their foundation works in April."""
        found = await self.all_of("projects", "/v1/projects", "planned")
        chosen = {r: [i for n, i in enumerate(items) if (n + int(r)) % 4] for r, items in found.items()}
        return await self.by_office(
            {r: items for r, items in chosen.items() if items},
            lambda region, items: self.desk.bulk(
                "projects", "/v1/starts", Person("city", region),
                [{**key, "permit_no": f"SG-{region}-{n:03d}", "photo_digest": f"{n:064x}"}
                 for n, key in enumerate(keys(items, started_on="2021-04-22", evidence="foundation-works"))],
            ),
        )  # fmt: skip

    async def progress(self) -> int:
        """The month's progress comes as a table."""
        found = await self.all_of("projects", "/v1/projects", "started")

        async def send(region: str, items: list[Item]) -> None:
            rows = []
            for number, key in enumerate(keys(items)):
                roll = world.dice(region, "progress", number)
                invested = roll.randrange(200, 900) * 10_000
                rows.append({
                    **key, "stage": "foundation", "progress_rate": f"0.{roll.randrange(5, 25):02d}",
                    "invested_yuan": f"{invested}.00", "funds_received_yuan": f"{invested + 500_000}.00",
                    "funds_paid_yuan": f"{invested - 300_000}.00", "completed_units": 0,
                })  # fmt: skip
            await self.desk.bulk("projects", "/v1/progress-tables", Person("city", region), rows, month="2021-04")

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
                count = item["households"] if roll.random() < 0.2 else roll.randrange(1, item["households"] // 2)
                moved += count
                rows.append({**key, "households": count, "evidence": "钥匙交付清单"})
            await self.desk.bulk("projects", "/v1/overdue-resettlements", Person("city", region), rows)

        await self.by_office(found, act)
        finished = await self.all_of("projects", "/v1/overdue-cases", "resettled")
        await self.desk.bulk("projects", "/v1/overdue-verifications", SUPERVISOR,
                             [key for items in finished.values() for key in keys(items)])  # fmt: skip
        return moved

    # ── expropriation ──────────────────────────────────────────────────────────────────────────

    async def open_signing(self) -> int:
        found = await self.all_of("expropriation", "/v1/programmes", "opened")
        tiers = [
            {"from_day": 1, "to_day": 10, "kind": "fixed", "value": "30000.00"},
            {"from_day": 11, "to_day": 30, "kind": "fixed", "value": "10000.00"},
        ]
        terms = {"starts_on": "2021-04-09", "ends_on": "2021-06-07", "tiers": tiers,
                 "unit_price_yuan": "5200.00", "funds_confirmed_doc": "征补资金专户存款证明2021-04"}  # fmt: skip
        return await self.by_office(found, lambda region, items: self.desk.bulk(
            "expropriation", "/v1/signing-periods", Person("expropriation", region), keys(items, **terms)))  # fmt: skip

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
                    rows.append({
                        "property_no": f"{region}-{number:02d}-{home + 1:03d}", "owner_name": name,
                        "owner_id_no": id_no, "phone": phone, "area_sqm": f"{42 + home * 3}.50",
                        "mode": "exchange" if home % 3 == 2 else "money",
                    })  # fmt: skip
                drafted += len(await self.desk.bulk(
                    "expropriation", "/v1/contract-drafts", Person("expropriation", region), rows,
                    programme_id=programme["id"]))  # fmt: skip

        await self.by_office(found, act)
        return drafted

    async def sign(self, share: int) -> int:
        """`share` of ten drafted contracts of each region are signed online, in order of arrival."""
        found = await self.all_of("expropriation", "/v1/contracts", "drafted")
        chosen = {r: items[: max(1, len(items) * share // 10)] for r, items in found.items()}
        paper = {"document_digest": "ab" * 32, "owner_certificate": "CERT-OWNER-2021",
                 "office_certificate": "CERT-OFFICE-2021"}  # fmt: skip
        return await self.by_office(chosen, lambda region, items: self.desk.bulk(
            "expropriation", "/v1/contract-signings", Person("expropriation", region), keys(items, **paper)))  # fmt: skip

    async def pay_contracts(self) -> int:
        found = await self.all_of("expropriation", "/v1/contracts", "signed")
        return await self.by_office(found, lambda region, items: self.desk.bulk(
            "expropriation", "/v1/contract-payments", Person("finance", region),
            [{**key, "voucher_no": f"GK-{region}-{n:05d}"} for n, key in enumerate(keys(items))]))  # fmt: skip

    async def move_out(self) -> int:
        found = await self.all_of("expropriation", "/v1/contracts", "paid")
        chosen = {r: items[: len(items) // 2] for r, items in found.items() if len(items) > 1}
        return await self.by_office(chosen, lambda region, items: self.desk.bulk(
            "expropriation", "/v1/contract-removals", Person("expropriation", region), keys(items)))  # fmt: skip

    # ── subsidy ────────────────────────────────────────────────────────────────────────────────

    async def sign_agreements(self) -> int:
        found = await self.all_of("subsidy", "/v1/grants", "calculated")

        async def act(region: str, items: list[Item]) -> None:
            rows = [
                {**key, "account_no": f"62220220{region}{n:05d}", "account_name": "户主本人"}
                for n, key in enumerate(keys(items))
            ]
            await self.desk.bulk("subsidy", "/v1/agreements", Person("city", region), rows)

        return await self.by_office(found, act)

    async def make_batches(self) -> int:
        """Generated by one officer, checked, approved by another, sent."""
        done = await each(self._batch_of, self.units)
        return sum(done)

    async def _batch_of(self, unit: world.Unit) -> int:
        clerk, second = Person("city", unit.code), Person("finance", unit.code, 2)
        batch = await self.desk.post("subsidy", "/v1/batches", clerk, {"region": unit.code, "month": "2021-04"})
        return await self._through(batch, Person("city", unit.code, 3), second)

    async def _through(self, batch: Item, checker: Person, second: Person) -> int:
        for step, who in (("check", checker), ("approval", second), ("dispatch", second)):
            batch = await self.desk.post(
                "subsidy", f"/v1/batches/{batch['id']}/{step}", who, {}, version=batch["version"])  # fmt: skip
        return int(batch["lines"])

    async def bank_returns(self, failing: int) -> int:
        """The bank's return files come in; the same file twice changes nothing."""
        batches = await self.desk.everything("subsidy", "/v1/batches", PROVINCE, state="sent")

        async def act(batch: Item) -> int:
            who = Person("finance", batch["region"], 2)
            path = f"/v1/batches/{batch['id']}"
            payment_file = (await self.desk.ask("GET", "subsidy", f"{path}/payment-file", who)).content
            returned, failed = ledgers.bank_return(payment_file, failing)
            send = ("subsidy", f"{path}/bank-return", who, f"回盘-{batch['region']}.csv", returned)
            await self.desk.upload(*send)
            if not (await self.desk.upload(*send))["repeated"]:
                raise StepFailed("同一回盘文件第二次导入应不起作用")
            return failed

        return sum(await each(act, batches))

    async def reissue(self) -> int:
        """Failed payments go out again with a corrected account."""
        failed = await self.desk.everything("subsidy", "/v1/payments", PROVINCE, state="failed")
        batches: dict[str, list[Item]] = defaultdict(list)
        for payment in failed:
            batches[payment["batch_id"]].append(payment)

        async def act(pair: tuple[str, list[Item]]) -> None:
            batch_id, payments = pair
            batch = await self.desk.get("subsidy", f"/v1/batches/{batch_id}", PROVINCE)
            clerk, second = Person("city", batch["region"]), Person("finance", batch["region"], 2)
            rows = [{**key, "account_no": f"62284804{batch['region']}{n:05d}"}
                    for n, key in enumerate(keys(payments))]  # fmt: skip
            fresh = await self.desk.post("subsidy", f"/v1/batches/{batch_id}/reissues", clerk, {"items": rows})
            await self._through(fresh, Person("city", batch["region"], 3), second)

        await each(act, batches.items())
        await self.bank_returns(0)
        return len(failed)

    async def close_batches(self) -> int:
        batches = await self.desk.everything("subsidy", "/v1/batches", PROVINCE, state="reconciled")
        await each(lambda batch: self.desk.post(
            "subsidy", f"/v1/batches/{batch['id']}/closing", Person("finance", batch["region"], 2), {},
            version=batch["version"]), batches)  # fmt: skip
        return len(batches)

    # ── May: reports and the bulletin ──────────────────────────────────────────────────────────

    async def report(self) -> int:
        """49 units send their monthly report; the province returns one, then accepts all."""
        month = "2021-04"

        async def submit(unit: str) -> None:
            item = await self._report_of(month, unit)
            await self.desk.post("supervision", "/v1/report-submissions", Person("city", unit), {
                "month": month,
                "items": [{"unit": unit, "version": item["version"], "remarks": "", "changes": []}],
            })  # fmt: skip

        await each(submit, [unit.code for unit in self.units])
        await self._decide(month, [self.units[3].code], "return", "请补充说明开工进度")
        await submit(self.units[3].code)
        await self._decide(month, [unit.code for unit in self.units], "accept", "")
        return len(self.units)

    async def _report_of(self, month: str, unit: str) -> Item:
        reports = await self.desk.everything("supervision", "/v1/reports", PROVINCE, month=month)
        return next(item for item in reports if item["unit"] == unit)

    async def _decide(self, month: str, units: list[str], verdict: str, reason: str) -> None:
        reports = {r["unit"]: r for r in await self.desk.everything(
            "supervision", "/v1/reports", PROVINCE, month=month)}  # fmt: skip
        await self.desk.post("supervision", "/v1/report-decisions", PROVINCE, {
            "month": month,
            "items": [{"unit": unit, "version": reports[unit]["version"], "verdict": verdict,
                       "reason": reason} for unit in units],
        })  # fmt: skip

    async def close_month(self) -> int:
        answer = await self.desk.post("supervision", "/v1/month-closings", PROVINCE, {
            "month": "2021-04", "issued_on": "2021-05-06"})  # fmt: skip
        return int(answer["number"])
