"""The files that offices send: XLSX and CSV, one of them in GB18030, some with bad rows."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO

import xlsxwriter

from deploy.demo.world import HOUSEHOLD_COLUMNS, Unit, dice, household_rows
from shared.domain.regions import name_of

OVERDUE_COLUMNS = (
    "区划代码",
    "项目情况",
    "户数",
    "存在的问题",
    "具体措施办法",
    "完成时点",
    "责任单位",
    "责任人",
    "类别",
    "形成时间",
    "判决日期",
)
TARGET_COLUMNS = (
    "单位代码",
    "单位名称",
    "年度开工任务(套)",
    "租赁补贴任务(户)",
    "逾期安置任务(户)",
    "年度投资计划(万元)",
)


def xlsx(title: str, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """A workbook with a title line, a header line and the rows, as offices keep them."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("台账")
    sheet.write(0, 0, title)
    sheet.write_row(1, 0, columns)
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, column, value)
            else:
                sheet.write_string(number, column, value)
    book.close()
    return buffer.getvalue()


def text_csv(columns: Sequence[str], rows: Iterable[Sequence[str]], encoding: str) -> bytes:
    """A CSV file in the encoding that an office's software writes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue().encode(encoding)


def targets(units: Sequence[Unit]) -> bytes:
    """Annual targets of the 49 units."""
    rows = []
    for unit in units:
        roll = dice(unit.code, "target")
        rows.append(
            (
                unit.code,
                unit.name,
                unit.weight * roll.randrange(240, 380),
                unit.weight * roll.randrange(40, 60),
                unit.weight * roll.randrange(24, 40),
                unit.weight * roll.randrange(3000, 6000),
            )
        )
    return xlsx("2021年度住房保障和棚户区改造目标任务", TARGET_COLUMNS, rows)


def households(region: str, count: int, *, spoiled: bool = False) -> bytes:
    """The register of one office. Offices whose code ends in an even digit write GB18030.

    `spoiled` adds three rows as they come in real life: a wrong check digit, an unknown category,
    an income that is not a number.
    """
    rows = household_rows(region, count)
    if spoiled:
        bad = household_rows(region, count + 3)[count:]
        wrong = bad[0][1]
        bad[0][1] = wrong[:-1] + ("0" if wrong[-1] != "0" else "1")
        bad[1][5] = "C99"
        bad[2][7] = "约三千"
        rows = rows[:1] + bad + rows[1:]
    encoding = "gb18030" if int(region[-1]) % 2 == 0 else "utf-8-sig"
    return text_csv(HOUSEHOLD_COLUMNS, rows, encoding)


PROBLEMS = {
    "S9.1a": ("法院已判决，尚未完成入住", "按判决期限组织回迁"),
    "S9.1b": ("案件处于审理阶段", "配合审理，判决后立即安置"),
    "S9.1c": ("在建，施工进度滞后", "加强施工力量，倒排工期"),
    "S9.1d": ("尚未开工", "经居民同意实施货币化安置"),
    "S9.2a": ("已开工但未达到分配入住条件", "加快施工进度"),
    "S9.2d": ("未进行竣工验收", "召开联席会议，容缺推进验收"),
}


def overdue(units: Sequence[Unit]) -> bytes:
    """The province's overdue-resettlement ledger; two rows miss what S9.3b demands."""
    rows: list[Sequence[str | int]] = []
    for number, unit in enumerate(units):
        for case in range(1 + number % 2):
            roll = dice(unit.code, "overdue", case)
            category = roll.choice(sorted(PROBLEMS))
            problem, measure = PROBLEMS[category]
            rows.append(
                (
                    unit.code,
                    f"{name_of(unit.code, date(2021, 4, 1))}回迁小区{case + 1}期",
                    roll.randrange(20, 90),
                    problem,
                    measure,
                    "2021-12-31",
                    f"{unit.name}住房和城乡建设局",
                    f"责任人{number + 1}号",
                    category,
                    "2019-05-20",
                    "2021-01-15" if category == "S9.1a" else "",
                )
            )
    complete = rows[0]
    rows.insert(5, (*complete[:5], "", *complete[6:]))
    rows.insert(9, (*complete[:2], "若干", *complete[3:]))
    return xlsx("棚改逾期未安置项目台账", OVERDUE_COLUMNS, rows)


def bank_return(payment_file: bytes, failing: int) -> tuple[bytes, int]:
    """What the bank sends back for a payment file; every `failing`-th line failed.

    Returns the file and how many lines failed.
    """
    lines = list(csv.DictReader(io.StringIO(payment_file.decode("utf-8-sig"))))
    rows, failed = [], 0
    for number, line in enumerate(lines, start=1):
        bad = failing and number % failing == 0
        failed += bool(bad)
        rows.append(
            (
                line["支付编号"],
                line["金额(元)"],
                "失败" if bad else "成功",
                "账号与户名不符" if bad else "",
            )
        )
    return text_csv(("支付编号", "金额(元)", "结果", "失败原因"), rows, "gb18030"), failed
