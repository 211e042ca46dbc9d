"""Composing the bulletin from a closed month; the same month gives the same document."""

from decimal import Decimal

from services.supervision.bulletin import params
from services.supervision.bulletin.document import (
    Column,
    Document,
    Figure,
    Restatement,
    Table,
    Tile,
)
from services.supervision.bulletin.snapshot import Snapshot
from services.supervision.bulletin.topics import PROVINCE, topics
from services.supervision.bulletin.writing import (
    NONE,
    count,
    day,
    document_no,
    month_end,
    month_name,
    names,
    percent,
    title,
    wan,
    with_sign,
)
from services.supervision.facts.indicators import INDICATORS
from services.supervision.months import last_day
from shared.domain.regions import name_of
from shared.law.citing import cites

ISSUER = "吉林省保障性安居工程领导小组办公室"
ADDRESSEES = "各市（州）人民政府、长白山管委会，各县（市）人民政府"

TILES = (
    ("220800", 0, 0), ("220700", 0, 1),
    ("220300", 1, 1), ("220100", 1, 2), ("220200", 1, 3), ("222400", 1, 4),
    ("220400", 2, 1), ("220581", 2, 2), ("220600", 2, 3), ("229900", 2, 4),
    ("220500", 3, 2),
)  # fmt: skip
"""Where each place stands in the schematic: code, row, column."""

OWN_TILE = ("220581", "229900")
"""Units that have a tile of their own and are left out of their prefecture's."""

BANDS = (Decimal("0.2"), Decimal("0.4"), Decimal("0.6"), Decimal("0.8"))


@cites("S11.2")
def figures(of: Snapshot) -> tuple[Figure, ...]:
    """The headline figures of the province."""

    def figure(code: str, label: str, unit: str, *, targeted: bool = False) -> Figure:
        write = wan if INDICATORS[code].money else count
        amount, target = of.so_far(code), of.target(code) if targeted else Decimal(0)
        return Figure(
            code=code,
            label=label,
            value=write(amount),
            unit=unit,
            target=write(target) if target else "",
            rate=with_sign(percent(amount, target)) if target else "",
        )

    return (
        figure("started-units", "棚改新开工", "套", targeted=True),
        figure("invested-fen", "棚改完成投资", "万元", targeted=True),
        figure("contracts-signed", "签订征收补偿协议", "户"),
        figure("overdue-resettled-households", "逾期未安置居民已安置", "户", targeted=True),
        figure("subsidy-households", "领取租赁补贴家庭", "户", targeted=True),
        figure("subsidy-paid-fen", "发放租赁补贴", "万元"),
        figure("applications-approved", "核准住房保障资格", "户"),
        figure("library-projects", "“十四五”项目库入库项目", "个"),
    )


@cites("S6.6")
def ranking(of: Snapshot) -> Table:
    """The open ranking: every component of every score, the province's sums last."""
    columns = (
        Column(key="place", label="名次"),
        Column(key="unit", label="单位", numeric=False),
        Column(key="points", label="得分", unit="分"),
        Column(key="task", label="任务量", unit="套"),
        Column(key="task_norm", label="任务量系数"),
        Column(key="started", label="累计开工", unit="套"),
        Column(key="rate", label="开工率", unit="%"),
        Column(key="start_progress", label="开工进度系数"),
        Column(key="composite", label="综合系数"),
    )
    rows = [
        (
            str(score.place),
            of.name(score.unit),
            str(score.points),
            count(score.task_units),
            str(score.task_norm),
            count(of.so_far("started-units", score.unit)),
            percent(of.so_far("started-units", score.unit), score.task_units),
            str(score.start_progress),
            str(score.composite),
        )
        for score in of.scores
    ]
    task, started = of.target("started-units"), of.so_far("started-units")
    rows.append(
        (
            NONE,
            PROVINCE,
            NONE,
            count(task),
            NONE,
            count(started),
            percent(started, task),
            NONE,
            NONE,
        )
    )
    return Table(caption="棚户区改造工作综合排名", columns=columns, rows=tuple(rows))


def _members(of: Snapshot, tile: str) -> list[str]:
    if tile in OWN_TILE:
        return [tile]
    return [u for u in of.units if u[:4] == tile[:4] and u not in OWN_TILE]


def tiles(of: Snapshot) -> tuple[Tile, ...]:
    """Start rates of the nine prefectures, 长白山 and 梅河口, counties within their prefecture."""
    found = []
    for code, row, column in TILES:
        members = _members(of, code)
        started = sum((of.so_far("started-units", unit) for unit in members), Decimal(0))
        task = sum((of.target("started-units", unit) for unit in members), Decimal(0))
        band = sum(started / task >= edge for edge in BANDS) if task else 0
        value = with_sign(percent(started, task))
        name = name_of(code, of.issued_on)
        found.append(Tile(code=code, name=name, row=row, column=column, value=value, band=band))
    return tuple(found)


@cites("S11.2")
def alerts(of: Snapshot) -> Table:
    """The running alerts, by unit and kind."""
    columns = (
        Column(key="unit", label="单位", numeric=False),
        Column(key="alert", label="预警事项", numeric=False),
        Column(key="level", label="级别", numeric=False),
        Column(key="count", label="件数", unit="件"),
        Column(key="due", label="最早时限", numeric=False),
        Column(key="clause", label="依据", numeric=False),
    )
    rows = tuple(
        (
            of.name(line.unit),
            line.label,
            line.level_label,
            str(line.count),
            day(line.earliest_due),
            line.clause,
        )
        for line in of.alerts
    )
    return Table(caption="预警事项", columns=columns, rows=rows)


def restatements(of: Snapshot) -> tuple[Restatement, ...]:
    """Published figures that late facts changed, as the readers of that bulletin knew them."""
    found = []
    for one in of.restatements:
        indicator = INDICATORS[one.indicator]
        write = wan if indicator.money else count
        unit = "万元" if indicator.money else indicator.unit
        found.append(
            Restatement(
                month=month_name(one.month),
                unit_code=one.unit,
                unit_name=of.name(one.unit),
                label=f"{indicator.label}（{unit}）",
                published=write(one.published),
                restated=write(one.restated),
            )
        )
    return tuple(found)


def _opening(of: Snapshot) -> tuple[str, ...]:
    started, task = of.so_far("started-units"), of.target("started-units")
    paid, homes = of.so_far("subsidy-households"), of.target("subsidy-households")
    texts = [
        (
            "按照《关于进一步做好住房保障和棚户区改造工作的通知》（吉安居办〔2021〕10号）关于实行月报告、"
            f"月通报制度的要求，现将截至{day(last_day(of.month))}全省住房保障和棚户区改造工作进展情况通报如下。"
        ),
        (
            f"截至{month_end(of.month)}，全省棚户区改造新开工{count(started)}套，占年度任务的"
            f"{with_sign(percent(started, task))}；本年完成投资{wan(of.so_far('invested-fen'))}万元"
            f"；累计签订征收补偿协议{count(of.so_far('contracts-signed'))}户；棚改逾期未安置居民已安置"
            f"{count(of.so_far('overdue-resettled-households'))}户；本年向{count(paid)}户家庭"
            f"发放租赁补贴，占年度任务的{with_sign(percent(paid, homes))}。"
        ),
    ]
    if of.missing:
        texts.append(
            f"截至本通报印发，以下{len(of.missing)}个单位未按规定报送{month_name(of.month)}月报告，"
            f"予以通报：{names([of.name(unit) for unit in of.missing])}。"
        )
    else:
        texts.append(f"{len(of.units)}个报告单位均已报送{month_name(of.month)}月报告。")
    if of.late:
        texts.append(f"逾期报送的单位有：{names([of.name(unit) for unit in of.late])}。")
    return tuple(texts)


def _method(of: Snapshot) -> tuple[str, ...]:
    on = last_day(of.month)
    weights = params.MONTH_WEIGHTS.on(on)
    texts = [
        (
            "本通报数字由业务系统的办理事实逐笔汇总，可逐级查到每一笔办理；单位对汇总数字有不同意见的，"
            "单列说明，不改动汇总数字。"
        ),
        (
            f"排名依据通知第六部分：得分＝100×（{params.TASK_WEIGHT.on(on)}×任务量系数＋"
            f"{params.START_WEIGHT.on(on)}×开工进度系数＋{params.COMPOSITE_WEIGHT.on(on)}×综合系数）。"
            "任务量系数为本单位年度开工任务与全省最大任务之比；开工进度系数为按开工月份加权的开工套数与年度任务之比"
            f"（1—6月权重{weights[1]}，7—9月{weights[7]}，10—12月{weights[10]}），不超过1；"
            "综合系数为基本建成、投资完成、资金支付、逾期安置四项完成比例中有基数的各项的平均数。"
            "系数保留四位小数，得分保留两位小数，四舍五入；得分相同的名次并列。"
        ),
        (
            "开工指地基基础结构工程已经施工，只做围挡、基坑的不计；仅作货币化安置的以签订协议为准。"
            "金额以万元为单位，保留两位小数，四舍五入。"
        ),
    ]
    texts += [
        f"{of.name(one.unit)}说明：“{INDICATORS[one.indicator].label}”本月系统汇总"
        f"{_plain(one.indicator, one.counted)}，单位报告{_plain(one.indicator, one.reported)}。"
        f"原因：{one.reason.rstrip('。')}。"
        for one in of.changes
    ]
    return tuple(texts)


def _plain(code: str, amount: Decimal) -> str:
    indicator = INDICATORS[code]
    return f"{wan(amount)}万元" if indicator.money else f"{count(amount)}{indicator.unit}"


@cites("S11.1", "S11.2", "S0.2")
def compose(of: Snapshot, digest: str) -> Document:
    """The month's bulletin: every figure is a string that no renderer touches."""
    return Document(
        month=of.month,
        title=title(of.month),
        document_no=document_no(of.month, of.number),
        issuer=ISSUER,
        issued_on=day(of.issued_on),
        data_as_of=f"{day(last_day(of.month))}24时",
        addressees=ADDRESSEES,
        opening=_opening(of),
        figures=figures(of),
        topics=topics(of),
        ranking=ranking(of),
        start_rates=tuple(
            (of.name(s.unit), percent(of.so_far("started-units", s.unit), s.task_units))
            for s in of.scores
            if s.task_units > 0
        ),
        tiles=tiles(of),
        alerts=alerts(of),
        missing_reports=tuple(of.name(unit) for unit in of.missing),
        restatements=restatements(of),
        method=_method(of),
        positions=dict(sorted(of.positions.items())),
        digest=digest,
    )
