"""The provincial office: targets, monthly reports, the bulletin."""

from deploy.demo import ledgers
from deploy.demo.desk import Person, StepFailure, each
from deploy.demo.offices import PROVINCE, Item, Offices


class Province(Offices):
    """Targets, reports and the month closing."""

    async def set_targets(self) -> int:
        """The province sends the annual targets; sending the same file twice changes nothing."""
        file = ledgers.targets(self.units)
        send = ("supervision", "/v1/target-imports", PROVINCE, "2021年度任务.xlsx", file)
        first = await self.desk.upload(*send)
        again = await self.desk.upload(*send)
        if not again["repeated"] or first["accepted_rows"] != len(self.units):
            raise StepFailure(f"目标任务导入结果不对：{first} / {again}")
        return int(first["accepted_rows"])

    async def report(self) -> int:
        """49 units send their monthly report; the province returns one, then accepts all."""
        month = "2021-04"

        async def submit(unit: str) -> None:
            item = await self._report_of(month, unit)
            await self.desk.post(
                "supervision",
                "/v1/report-submissions",
                Person("city", unit),
                {
                    "month": month,
                    "items": [
                        {"unit": unit, "version": item["version"], "remarks": "", "changes": []}
                    ],
                },
            )

        await each(submit, [unit.code for unit in self.units])
        await self._decide(month, [self.units[3].code], "return", "请补充说明开工进度")
        await submit(self.units[3].code)
        await self._decide(month, [unit.code for unit in self.units], "accept", "")
        return len(self.units)

    async def _report_of(self, month: str, unit: str) -> Item:
        who = Person("city", unit)
        reports = await self.desk.everything("supervision", "/v1/reports", who, month=month)
        return next(item for item in reports if item["unit"] == unit)

    async def _decide(self, month: str, units: list[str], verdict: str, reason: str) -> None:
        reports = {
            r["unit"]: r
            for r in await self.desk.everything("supervision", "/v1/reports", PROVINCE, month=month)
        }
        await self.desk.post(
            "supervision",
            "/v1/report-decisions",
            PROVINCE,
            {
                "month": month,
                "items": [
                    {
                        "unit": unit,
                        "version": reports[unit]["version"],
                        "verdict": verdict,
                        "reason": reason,
                    }
                    for unit in units
                ],
            },
        )

    async def close_month(self) -> int:
        """The month is closed and its bulletin issued; the number of the bulletin."""
        answer = await self.desk.post(
            "supervision",
            "/v1/month-closings",
            PROVINCE,
            {"month": "2021-04", "issued_on": "2021-05-06"},
        )
        return int(answer["number"])
