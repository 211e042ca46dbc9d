"""Housing security in April: standards, applications, reviews, subsidies."""

from collections import defaultdict

from deploy.demo import ledgers, world
from deploy.demo.desk import Person, StepFailure, each
from deploy.demo.offices import PROVINCE, Item, Offices, keys
from shared.domain.identity import make_card_no


class Housing(Offices):
    """Applications and rental subsidies."""

    async def set_standards(self) -> int:
        """Each unit publishes who is entitled and how much is paid."""
        for number, unit in enumerate(self.units):
            await self._standards_of(unit, number)
        return 2 * len(self.units)

    async def _standards_of(self, unit: world.Unit, number: int) -> None:
        who = Person("city", unit.code)
        common = {
            "region": unit.code,
            "effective_from": "2021-01-01",
            "document_no": f"{unit.name[:1]}政办发〔2020〕{number + 11}号",
        }
        await self.desk.post(
            "applications",
            "/v1/eligibility-standards",
            who,
            {
                **common,
                "income_line_yuan": "1800.00",
                "area_line_sqm": "16.00",
            },
        )
        await self.desk.post(
            "subsidy",
            "/v1/standards",
            who,
            {
                **common,
                "per_capita_sqm": "15.00",
                "household_cap_sqm": "60.00",
                "unit_price_yuan": f"{7 + number % 6}.00",
                "cap_at_rent": False,
                "coefficients": {"minimum": "1.0", "low": "0.8", "middle": "0.5"},
            },
        )

    async def apply(self) -> int:
        """Offices send their registers of households; bad rows come back, good rows go on."""
        regions = [region for unit in self.units for region in unit.regions]

        async def send(region: str) -> int:
            spoiled = region == regions[0]
            file = ledgers.households(region, self.homes, spoiled=spoiled)
            who = Person("street", region)
            report = await self.desk.upload(
                "applications",
                "/v1/household-imports",
                who,
                f"{region}.csv",
                file,
                params={"region": region, "partial": "true"},
            )
            if report["accepted_rows"] != self.homes or len(report["rejected"]) != 3 * spoiled:
                raise StepFailure(f"{region} 家庭台账导入结果不对：{str(report)[:500]}")
            return int(report["accepted_rows"])

        return sum(await each(send, regions))

    async def accept(self) -> int:
        """Each office accepts the applications that it took in."""
        found = await self.all_of("applications", "/v1/applications", "submitted")
        return await self.by_office(
            found,
            lambda region, items: self.desk.bulk(
                "applications", "/v1/acceptances", Person("street", region), keys(items)
            ),
        )

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
        decision: Item = {
            "id": item["id"],
            "version": item["version"],
            "verdict": "pass",
            "opinion": "经审核，符合条件。",
        }
        if stage == 1:
            decision["visited_on"] = "2021-04-02"
        if stage == 2:
            decision["checks"] = {
                "civil_affairs": "pass",
                "real_estate": "pass",
                "vehicles": "pass",
            }
            if number % 25 == 24:
                decision |= {
                    "verdict": "fail",
                    "reason_code": "income-over-line",
                    "opinion": "联审核对家庭收入高于标准，本人签署审核意见。",
                }
        return decision

    async def withdraw(self) -> int:
        """One household in the first office of each prefecture takes its application back."""
        found = await self.all_of("applications", "/v1/applications", "notice1")
        chosen = {region: items[:1] for region, items in found.items() if region[4:] == "02"}

        async def act(region: str, items: list[Item]) -> None:
            await self.desk.post(
                "applications",
                f"/v1/applications/{items[0]['id']}/withdrawal",
                Person("street", region),
                {"reason": "家庭情况变化"},
                version=items[0]["version"],
            )

        return await self.by_office(chosen, act)

    async def object_and_answer(self) -> int:
        """Somebody objects to one household of each prefecture seat; the office answers."""
        found = await self.all_of("applications", "/v1/applications", "notice1")
        chosen = {region: items[1:2] for region, items in found.items() if region[4:] == "02"}

        async def act(region: str, items: list[Item]) -> None:
            path = f"/v1/applications/{items[0]['id']}"
            raised = await self.desk.post(
                "applications",
                f"{path}/objections",
                Person("applicant", region, 9),
                {"text": "该户另有住房"},
            )
            await self.desk.post(
                "applications",
                f"{path}/objections/{raised['objection_id']}/decision",
                Person("street", region, 5),
                {"upheld": False, "reason": "经核查不属实"},
                version=raised["version"],
            )

        return await self.by_office(chosen, act)

    async def sign_agreements(self) -> int:
        """Every calculated grant is agreed, with an account."""
        found = await self.all_of("subsidy", "/v1/grants", "calculated")

        async def act(region: str, items: list[Item]) -> None:
            rows = [
                {
                    **key,
                    "account_no": make_card_no(f"6222022{region}{n:05d}"),
                    "account_name": "户主本人",
                }
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
        batch = await self.desk.post(
            "subsidy", "/v1/batches", clerk, {"region": unit.code, "month": "2021-04"}
        )
        return await self._through(batch, Person("city", unit.code, 3), second)

    async def _through(self, batch: Item, checker: Person, second: Person) -> int:
        for step, who in (("check", checker), ("approval", second), ("dispatch", second)):
            batch = await self.desk.post(
                "subsidy", f"/v1/batches/{batch['id']}/{step}", who, {}, version=batch["version"]
            )
        return int(batch["lines"])

    async def bank_returns(self, failing: int) -> int:
        """The bank's return files come in; the first of them twice, which changes nothing."""
        batches = await self.desk.everything("subsidy", "/v1/batches", PROVINCE, state="sent")

        async def act(batch: Item) -> int:
            who = Person("finance", batch["region"], 2)
            path = f"/v1/batches/{batch['id']}"
            payment_file = (
                await self.desk.ask("GET", "subsidy", f"{path}/payment-file", who)
            ).content
            returned, failed = ledgers.bank_return(payment_file, failing)
            send = ("subsidy", f"{path}/bank-return", who, f"回单-{batch['region']}.csv", returned)
            await self.desk.upload(*send)
            if batch is batches[0] and not (await self.desk.upload(*send))["repeated"]:
                raise StepFailure("同一回单文件第二次导入应不起作用")
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
            rows = [
                {**key, "account_no": make_card_no(f"6228480{batch['region']}{n:05d}")}
                for n, key in enumerate(keys(payments))
            ]
            fresh = await self.desk.post(
                "subsidy", f"/v1/batches/{batch_id}/reissues", clerk, {"items": rows}
            )
            await self._through(fresh, Person("city", batch["region"], 3), second)

        await each(act, batches.items())
        await self.bank_returns(0)
        return len(failed)

    async def close_batches(self) -> int:
        """Reconciled batches are closed by finance."""
        batches = await self.desk.everything("subsidy", "/v1/batches", PROVINCE, state="reconciled")
        await each(
            lambda batch: self.desk.post(
                "subsidy",
                f"/v1/batches/{batch['id']}/closing",
                Person("finance", batch["region"], 2),
                {},
                version=batch["version"],
            ),
            batches,
        )
        return len(batches)
