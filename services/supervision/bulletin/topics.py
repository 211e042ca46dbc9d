"""The topics of a bulletin: prose and one table each, from a closed month."""

from collections.abc import Callable
from decimal import Decimal

from services.supervision.bulletin.document import Column, DocumentTopic, Table
from services.supervision.bulletin.snapshot import Snapshot
from services.supervision.bulletin.writing import (
    NONE,
    count,
    month_end,
    names,
    percent,
    wan,
    with_sign,
)
from shared.law.citing import cites

PROVINCE = "全省合计"
Cell = Callable[[Snapshot, str], str]
"""One cell: the unit's code, or the empty string for the province."""


def total(indicator: str, write: Callable[[Decimal], str] = count) -> Cell:
    """The cumulated amount of an indicator."""
    return lambda of, unit: write(of.so_far(indicator, unit))


def month(indicator: str, write: Callable[[Decimal], str] = count) -> Cell:
    """The month's amount of an indicator."""
    return lambda of, unit: write(of.in_month(indicator, unit))


def target(indicator: str, write: Callable[[Decimal], str] = count) -> Cell:
    """The annual target of an indicator."""
    return lambda of, unit: write(of.target(indicator, unit))


def of_target(indicator: str) -> Cell:
    """The cumulated amount in percent of the annual target."""
    return lambda of, unit: percent(of.so_far(indicator, unit), of.target(indicator, unit))


def of_other(part: str, whole: str) -> Cell:
    """The cumulated amount of one indicator in percent of another's."""
    return lambda of, unit: percent(of.so_far(part, unit), of.so_far(whole, unit))


def remaining(of: Snapshot, unit: str) -> str:
    """Overdue households that are not resettled yet."""
    left = of.so_far("overdue-households", unit) - of.so_far("overdue-resettled-households", unit)
    return count(left)


def by_unit(of: Snapshot, caption: str, cells: list[tuple[Column, Cell]]) -> Table:
    """A table with the province first, then the units in the order of their codes."""
    columns = (Column(key="unit", label="单位", numeric=False), *(column for column, _ in cells))
    rows = [
        (of.name(unit) if unit else PROVINCE, *(cell(of, unit) for _, cell in cells))
        for unit in ("", *of.units)
    ]
    return Table(caption=caption, columns=columns, rows=tuple(rows))


def column(key: str, label: str, unit: str) -> Column:
    """A column of figures; `unit` is printed in its header."""
    return Column(key=key, label=label, unit=unit)


@cites("S11.2")
def renovation(of: Snapshot) -> DocumentTopic:
    """棚户区改造."""
    rates = {
        unit: of.so_far("started-units", unit) / of.target("started-units", unit)
        for unit in of.units
        if of.target("started-units", unit) > 0
    }
    begun = sorted((unit for unit in rates if rates[unit] > 0), key=lambda u: (-rates[u], u))
    idle = [unit for unit in of.units if unit in rates and rates[unit] == 0]
    started, task = of.so_far("started-units"), of.target("started-units")
    paragraphs = [
        (
            f"截至{month_end(of.month)}，全省棚户区改造新开工项目"
            f"{count(of.so_far('started-projects'))}个、{count(started)}套，"
            f"占年度开工任务{count(task)}套的{with_sign(percent(started, task))}，"
            f"其中按计划时间开工{count(of.so_far('started-on-time-units'))}套；"
            f"基本建成{count(of.so_far('completed-units'))}套。"
            f"本月新开工{count(of.in_month('started-units'))}套。"
        ),
        (
            f"全省“十四五”棚户区改造项目库累计入库项目{count(of.so_far('library-projects'))}个，"
            f"涉及居民{count(of.so_far('library-households'))}户；对照通知第四部分审查，"
            f"不予纳入项目{count(of.so_far('prohibited-projects'))}个。"
        ),
    ]
    if begun:
        best = [
            f"{of.name(u)}（{with_sign(of_target('started-units')(of, u))}）" for u in begun[:5]
        ]
        paragraphs.append(f"开工率居前的单位有：{names(best)}。")
    if idle:
        paragraphs.append(
            f"有年度开工任务、尚未开工的单位有：{names([of.name(u) for u in idle])}。"
        )
    cells = [
        (column("task", "年度任务", "套"), target("started-units")),
        (column("month", "本月开工", "套"), month("started-units")),
        (column("started", "累计开工", "套"), total("started-units")),
        (column("rate", "开工率", "%"), of_target("started-units")),
        (column("projects", "开工项目", "个"), total("started-projects")),
        (column("completed", "基本建成", "套"), total("completed-units")),
    ]
    table = by_unit(of, "棚户区改造进展情况", cells)
    return DocumentTopic(
        code="renovation",
        title="棚户区改造",
        clause="S11.2",
        paragraphs=tuple(paragraphs),
        table=table,
    )


@cites("S11.2")
def expropriation(of: Snapshot) -> DocumentTopic:
    """房屋征收."""
    signed, homes = of.so_far("contracts-signed"), of.so_far("programme-households")
    money = of.so_far("contracts-signed-money")
    paragraphs = (
        (
            f"截至{month_end(of.month)}，全省累计启动棚改房屋征收项目{count(of.so_far('programmes-opened'))}个，"
            f"涉及居民{count(homes)}户；已签订补偿协议{count(signed)}户，"
            f"签约率{with_sign(percent(signed, homes))}，"
            f"其中选择货币补偿{count(money)}户，占已签约户数的{with_sign(percent(money, signed))}。"
            f"本月签订补偿协议{count(of.in_month('contracts-signed'))}户。"
        ),
        (
            f"已支付补偿{count(of.so_far('contracts-paid'))}户、{wan(of.so_far('contracts-paid-fen'))}万元，"
            f"已完成搬迁{count(of.so_far('contracts-moved'))}户；协议约定的签约奖励共"
            f"{wan(of.so_far('contracts-reward-fen'))}万元。"
        ),
    )
    cells = [
        (column("programmes", "征收项目", "个"), total("programmes-opened")),
        (column("homes", "涉及居民", "户"), total("programme-households")),
        (column("month", "本月签约", "户"), month("contracts-signed")),
        (column("signed", "累计签约", "户"), total("contracts-signed")),
        (column("rate", "签约率", "%"), of_other("contracts-signed", "programme-households")),
        (column("paid", "支付补偿", "户"), total("contracts-paid")),
        (column("paid_wan", "补偿金额", "万元"), total("contracts-paid-fen", wan)),
        (column("moved", "完成搬迁", "户"), total("contracts-moved")),
    ]
    table = by_unit(of, "房屋征收进展情况", cells)
    return DocumentTopic(
        code="expropriation", title="房屋征收", clause="S11.2", paragraphs=paragraphs, table=table
    )


@cites("S11.2")
def funding(of: Snapshot) -> DocumentTopic:
    """棚改资金筹集."""
    invested, plan = of.so_far("invested-fen"), of.target("invested-fen")
    received, paid = of.so_far("funds-received-fen"), of.so_far("funds-paid-fen")
    paragraphs = (
        (
            f"截至{month_end(of.month)}，全省棚改项目本年完成投资{wan(invested)}万元，"
            f"占年度投资计划{wan(plan)}万元的{with_sign(percent(invested, plan))}；"
            f"到位资金{wan(received)}万元，支付资金{wan(paid)}万元，"
            f"支付资金占到位资金的{with_sign(percent(paid, received))}。"
        ),
        (
            f"本月完成投资{wan(of.in_month('invested-fen'))}万元，"
            f"到位资金{wan(of.in_month('funds-received-fen'))}万元，"
            f"支付资金{wan(of.in_month('funds-paid-fen'))}万元。"
        ),
    )
    cells = [
        (column("plan", "年度投资计划", "万元"), target("invested-fen", wan)),
        (column("month", "本月完成投资", "万元"), month("invested-fen", wan)),
        (column("invested", "累计完成投资", "万元"), total("invested-fen", wan)),
        (column("rate", "投资完成率", "%"), of_target("invested-fen")),
        (column("received", "到位资金", "万元"), total("funds-received-fen", wan)),
        (column("paid", "支付资金", "万元"), total("funds-paid-fen", wan)),
        (column("use", "资金支付率", "%"), of_other("funds-paid-fen", "funds-received-fen")),
    ]
    table = by_unit(of, "棚改资金筹集和使用情况", cells)
    return DocumentTopic(
        code="funding", title="棚改资金筹集", clause="S11.2", paragraphs=paragraphs, table=table
    )


@cites("S11.2", "S9.3c")
def overdue(of: Snapshot) -> DocumentTopic:
    """解决棚改逾期未安置问题整改."""
    homes, settled = of.so_far("overdue-households"), of.so_far("overdue-resettled-households")
    task = of.target("overdue-resettled-households")
    paragraphs = [
        (
            f"截至{month_end(of.month)}，全省棚改逾期未安置台账项目{count(of.so_far('overdue-cases'))}个、"
            f"居民{count(homes)}户；已安置{count(settled)}户，"
            f"占台账户数的{with_sign(percent(settled, homes))}（年度安置任务{count(task)}户），"
            f"剩余{remaining(of, '')}户；"
            f"经督导核验销号项目{count(of.so_far('overdue-verified-cases'))}个。"
        ),
        f"本月安置{count(of.in_month('overdue-resettled-households'))}户。",
    ]
    passed = [line for line in of.alerts if line.code == "CASE_OVERDUE"]
    if passed:
        listed = names([f"{of.name(line.unit)}{line.count}个" for line in passed])
        paragraphs.append(f"超过规定时限仍未完成安置的项目：{listed}。")
    cells = [
        (column("cases", "台账项目", "个"), total("overdue-cases")),
        (column("homes", "台账居民", "户"), total("overdue-households")),
        (column("month", "本月安置", "户"), month("overdue-resettled-households")),
        (column("settled", "累计安置", "户"), total("overdue-resettled-households")),
        (column("left", "剩余", "户"), remaining),
        (
            column("rate", "安置率", "%"),
            of_other("overdue-resettled-households", "overdue-households"),
        ),
        (column("verified", "销号项目", "个"), total("overdue-verified-cases")),
    ]
    table = by_unit(of, "棚改逾期未安置问题整改情况", cells)
    return DocumentTopic(
        code="overdue",
        title="解决棚改逾期未安置问题整改",
        clause="S11.2",
        paragraphs=tuple(paragraphs),
        table=table,
    )


@cites("S2.12", "S2.9")
def housing(of: Snapshot) -> DocumentTopic:
    """住房保障."""
    paid, task = of.so_far("subsidy-households"), of.target("subsidy-households")
    approved = of.so_far("applications-approved")
    rate = with_sign(percent(paid, task)) if task else NONE
    paragraphs = (
        (
            f"截至{month_end(of.month)}，全省本年受理住房保障申请{count(of.so_far('applications-accepted'))}户，"
            f"经“三审两公示”核准{count(approved)}户，其中租赁补贴"
            f"{count(of.so_far('applications-approved-subsidy'))}户、"
            f"实物配租{count(of.so_far('applications-approved-unit'))}户；"
            f"不予核准{count(of.so_far('applications-rejected'))}户。"
        ),
        (
            f"本年已向{count(paid)}户家庭发放租赁补贴{wan(of.so_far('subsidy-paid-fen'))}万元，"
            f"占年度租赁补贴任务{count(task)}户的{rate}；本月发放"
            f"{count(of.in_month('subsidy-payments'))}户次、{wan(of.in_month('subsidy-paid-fen'))}万元，"
            f"银行退回{count(of.in_month('subsidy-failed-payments'))}笔，"
            f"补发{count(of.in_month('subsidy-reissued-payments'))}笔。"
        ),
    )
    cells = [
        (column("accepted", "受理申请", "户"), total("applications-accepted")),
        (column("approved", "核准", "户"), total("applications-approved")),
        (column("task", "租赁补贴任务", "户"), target("subsidy-households")),
        (column("paid", "累计领取补贴", "户"), total("subsidy-households")),
        (column("rate", "任务完成率", "%"), of_target("subsidy-households")),
        (column("month_wan", "本月发放", "万元"), month("subsidy-paid-fen", wan)),
        (column("paid_wan", "累计发放", "万元"), total("subsidy-paid-fen", wan)),
    ]
    table = by_unit(of, "住房保障进展情况", cells)
    return DocumentTopic(
        code="housing", title="住房保障", clause="S2.12", paragraphs=paragraphs, table=table
    )


def topics(of: Snapshot) -> tuple[DocumentTopic, ...]:
    """The four mandatory topics in the order of S11.2, then housing security."""
    return (renovation(of), expropriation(of), funding(of), overdue(of), housing(of))
