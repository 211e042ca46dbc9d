"""`python3 run.py demo`: the whole month, then the books, then one table."""

import argparse
import asyncio
import json
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.demo import books, world
from deploy.demo.desk import Desk, StepFailure, each
from deploy.demo.housing import Housing
from deploy.demo.offices import PROVINCE, april
from deploy.demo.province import Province
from deploy.demo.renovation import Renovation
from deploy.demo.stack import ROOT, SERVICES, Stack, StackError
from shared.domain.regions import UNITS

OUT = ROOT / "out"
FORMS = ("html", "pdf", "docx", "xlsx", "csv", "json")
console = Console(stderr=False)

Step = tuple[str, Callable[[], Awaitable[int]]]
StepRow = tuple[str, str, float, bool]


@dataclass(frozen=True)
class Day:
    """A day's work. The lanes are offices that do not wait for each other."""

    day: date
    lanes: tuple[Sequence[Step], ...]

    @property
    def label(self) -> str:
        """Such as 4月19日."""
        return f"{self.day.month}月{self.day.day}日"


def month(desk: Desk, units: int) -> list[Day]:
    """The days on which something happens, in order.

    The first `units` work; every unit has a target and reports.
    """
    everybody = world.units()
    housing, renovation = Housing(desk, everybody[:units]), Renovation(desk, everybody[:units])
    province = Province(desk, everybody)
    last = date(2021, 5, 6)

    async def settle() -> int:
        await desk.settle()
        return 1

    def on(day: date, *lanes: Sequence[Step]) -> Day:
        return Day(day, lanes)

    return [
        on(
            april(1),
            [("年度任务导入（单位）", province.set_targets)],
            [
                ("保障标准公布（份）", housing.set_standards),
                ("家庭申请导入（户）", housing.apply),
                ("受理（户）", housing.accept),
            ],
            [("调查摸底（项目）", renovation.survey)],
        ),
        on(
            april(2),
            [("初审会（户）", lambda: housing.review(1))],
            [("禁入核查（项目）", renovation.screen)],
        ),
        on(
            april(6),
            [
                ("申请人撤回（户）", housing.withdraw),
                ("公示异议及答复（件）", housing.object_and_answer),
            ],
            [
                ("入库并列入年度计划（项目）", renovation.plan),
                ("逾期未安置台账导入（项目）", renovation.import_overdue),
            ],
        ),
        on(
            april(8),
            [
                ("征收签约期公布（项目）", renovation.open_signing),
                ("分户补偿登记（户）", renovation.draft),
            ],
        ),
        on(april(9), [("网上签约第一批（户）", lambda: renovation.sign(4))]),
        on(april(12), [("复审会（户）", lambda: housing.review(2))]),
        on(april(13), [("终审会（户）", lambda: housing.review(3))]),
        on(april(19), [("网上签约第二批（户）", lambda: renovation.sign(6))]),
        on(
            april(20),
            [("补偿款支付（户）", renovation.pay_contracts)],
            [("逾期户安置（户）", renovation.resettle)],
        ),
        on(april(21), [("补贴协议签订（户）", housing.sign_agreements)]),
        on(
            april(22),
            [("搬迁（户）", renovation.move_out)],
            [("开工（项目）", renovation.start)],
        ),
        on(april(25), [("发放批次送达（笔）", housing.make_batches)]),
        on(april(28), [("银行回单（失败笔数）", lambda: housing.bank_returns(40))]),
        on(
            april(29),
            [("补发（笔）", housing.reissue), ("批次关闭（批）", housing.close_batches)],
        ),
        on(april(30), [("形象进度月报（项目）", renovation.progress)]),
        on(
            last,
            [
                ("月报告（单位）", province.report),
                ("等待全部事件消费", settle),
                ("月结、通报印发（期）", province.close_month),
                ("等待全部事件消费", settle),
            ],
        ),
    ]


async def write_results(desk: Desk) -> list[books.BookLine]:
    """Everything that belongs in out/, and the checks of the books."""
    OUT.mkdir(exist_ok=True)
    (OUT / "openapi").mkdir(exist_ok=True)

    async def fetch(form: str) -> None:
        answer = await desk.ask(
            "GET",
            "supervision",
            "/v1/bulletins/2021-04/document",
            PROVINCE,
            params={"format": form},
        )
        (OUT / f"通报-2021-04.{form}").write_bytes(answer.content)

    async def describe(service: str) -> None:
        answer = await desk.ask("GET", service, "/openapi.json", PROVINCE)
        (OUT / "openapi" / f"{service}.json").write_bytes(answer.content)

    async with asyncio.TaskGroup() as group:  # printing takes longest, elsewhere
        group.create_task(each(fetch, FORMS))
        group.create_task(each(describe, SERVICES))
        collected = group.create_task(books.collect(desk, OUT / "events.jsonl"))
    events = collected.result()
    shutil.copyfile(ROOT / "docs" / "asyncapi.json", OUT / "asyncapi.json")
    ranking = await desk.get("supervision", "/v1/rankings/2021-04", PROVINCE)
    (OUT / "ranking.json").write_text(
        json.dumps(ranking, ensure_ascii=False, indent=2), encoding="utf-8"
    )
    payments = await desk.everything("subsidy", "/v1/payments", PROVINCE)
    figures = books.totals(ranking)
    return [
        books.gapless(events),
        books.consumed(await desk.status()),
        *books.money(events, payments, figures),
        books.same_ranking(events, ranking["items"]),
    ]


async def act(stack: Stack, units: int, progress: Progress) -> list[StepRow]:
    """Live through the month; the rows of the final table."""
    desk = Desk(stack)
    rows: list[StepRow] = []
    days = month(desk, units)
    bar = progress.add_task("", total=sum(len(lane) for day in days for lane in day.lanes) + 1)

    async def walk(day: Day, lane: Sequence[Step]) -> list[StepRow]:
        done: list[StepRow] = []
        for label, work in lane:
            progress.update(bar, description=f"{day.label}　{label}")
            began = time.monotonic()
            count = await work()
            took = time.monotonic() - began
            done.append((f"{day.label}　{label}", f"{count:,}", took, True))
            progress.advance(bar)
        return done

    try:
        for day in days:
            await desk.day(day.day)
            for done in await each(partial(walk, day), day.lanes):
                rows += done
        progress.update(bar, description="写出结果并核账")
        began = time.monotonic()
        checks = await write_results(desk)
        rows.append(("结果写入 out/", f"{desk.calls:,} 次调用", time.monotonic() - began, True))
        rows += [(check.label, check.value, 0.0, check.good) for check in checks]
        progress.advance(bar)
    finally:
        await desk.close()
    return rows


def show(rows: list[StepRow], seconds: float, memory: int) -> bool:
    """The table; whether every line is good."""
    table = Table(title="吉林省 2021 年 4 月", title_justify="left")
    table.add_column("步骤")
    table.add_column("数量", justify="right")
    table.add_column("秒", justify="right")
    table.add_column("结果")
    for label, value, took, good in rows:
        table.add_row(
            label, value, f"{took:.1f}" if took else "", "OK" if good else "[red]不符[/red]"
        )
    console.print(table)
    console.print(f"全程 {seconds:.1f} 秒，全部进程内存合计 {memory} MiB，结果在 out/")
    return all(good for *_, good in rows)


async def serve(stack: Stack) -> None:
    """Keep serving until Ctrl-C; print where and with which tokens."""
    for name, url in stack.urls.items():
        console.print(f"{name:<14} {url}/docs", highlight=False)
    for role in ("province", "supervisor", "auditor", "operator"):
        console.print(
            f"\n{role} 令牌：\n{stack.token(role, '220000', f'{role}-demo')}",
            soft_wrap=True,
            highlight=False,
        )
    console.print("\n按 Ctrl-C 停止。")
    while True:
        stack.check_alive()
        await asyncio.sleep(1)


async def main(kafka: str, units: int, keep: bool) -> int:
    """Start the system, live through the month, show the table; 0 when all is good."""
    began = time.monotonic()
    folder = ROOT / ".cache" / "demo"
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    good = False
    try:
        async with Stack(folder, kafka) as stack:
            console.print(f"五个服务已就绪，用时 {time.monotonic() - began:.1f} 秒")
            with Progress(*columns, console=console, transient=True) as progress:
                rows = await act(stack, units, progress)
            good = show(rows, time.monotonic() - began, stack.memory_mib())
            if good and keep:
                await serve(stack)
    except* (StackError, StepFailure) as group:
        for error in _leaves(group):
            console.print(f"[red]× {error}[/red]", highlight=False)
        show_logs(folder)
        console.print("下一步：看上面的日志；仍不明白时执行 python3 run.py clean 后重试。")
    return 0 if good else 1


def _leaves(group: BaseExceptionGroup[Any]) -> list[BaseException]:
    found: list[BaseException] = []
    for error in group.exceptions:
        found += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return found


def show_logs(folder: Path) -> None:
    """The last lines of each service's log, for whoever has to find the cause."""
    for log in sorted(folder.glob("*.log")):
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
        errors = [
            line
            for line in tail
            if '"level": "error"' in line or "Traceback" in line or "Error" in line
        ]
        if errors:
            console.print(f"── {log}", highlight=False)
            console.print("\n".join(errors[-20:]), highlight=False, markup=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="run.py demo", description="全省 2021 年 4 月演示")
    parser.add_argument("--kafka", default="", help="local 或 HOST:PORT；默认走 HTTP 事件通道")
    parser.add_argument(
        "--units",
        type=int,
        default=len(UNITS),
        choices=range(1, len(UNITS) + 1),
        metavar="N",
        help="只让前 N 个单位办事，其余单位只有任务和月报告；默认全部 49 个",
    )
    parser.add_argument("--keep", action="store_true", help="演示后继续提供服务")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop everything, as on Ctrl-C
    try:
        sys.exit(asyncio.run(main(arguments.kafka, arguments.units, arguments.keep)))
    except KeyboardInterrupt:
        console.print("已停止。")
        sys.exit(0)
