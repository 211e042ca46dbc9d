"""What the bulletin and ranking routes take and answer."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.supervision.bulletin.document import Document
from shared.domain.fields import AggregateOut, Day, Input, Month, Output, Region

ClosedMonth = Annotated[Month, Field(description="业务月份", examples=["2021-04"])]
Unit = Annotated[Region, Field(description="报告单位代码", examples=["220100"])]


class MonthClosing(Input):
    """Which month is closed, and the date its bulletin carries."""

    month: ClosedMonth
    issued_on: Day = Field(description="印发日期", examples=["2021-05-06"])


class BulletinOut(AggregateOut):
    """One issued bulletin."""

    month: str = Field(description="业务月份")
    number: int = Field(description="当年第几期")
    document_no: str = Field(description="文号", examples=["月通报〔2021〕第1期"])
    title: str = Field(description="标题")
    issued_on: date = Field(description="印发日期")
    positions: dict[str, int] = Field(description="各服务已连续汇总到的事件序号")
    digest: str = Field(description="固化数字的 SHA-256 摘要")


class BulletinText(BulletinOut):
    """One bulletin with the object from which its six forms are printed."""

    document: Document


class ScorePartOut(Output):
    """One part of the composite share."""

    code: str = Field(
        description="completion 基本建成，investment 投资完成，funds-use 资金支付，"
        "overdue-clearance 逾期安置"
    )
    part: str = Field(description="完成数；金额以分为单位")
    whole: str = Field(description="基数；金额以分为单位")
    share: str | None = Field(description="完成比例；没有基数的为空，不参加平均")


class RankingItem(Output):
    """One unit's place with every component of its score (S6.6)."""

    unit: str = Field(description="报告单位代码")
    unit_name: str = Field(description="报告单位")
    place: int = Field(description="名次，得分相同的并列")
    score: str = Field(description="得分")
    task_units: str = Field(description="年度开工任务（套）")
    largest_task_units: str = Field(description="全省最大任务（套）")
    task_norm: str = Field(description="任务量系数")
    started_units: str = Field(description="累计开工（套）")
    weighted_starts: str = Field(description="按开工月份加权的开工套数")
    start_progress: str = Field(description="开工进度系数")
    parts: list[ScorePartOut] = Field(description="综合系数的四项")
    composite: str = Field(description="综合系数")


class Weights(Output):
    """The weights in force for the month."""

    task: str = Field(description="任务量权重")
    start: str = Field(description="开工进度权重")
    composite: str = Field(description="综合权重")
    months: list[str] = Field(description="1至12月开工的权重")


class Ranking(Output):
    """A closed month's ranking of all units, and the province's figures."""

    month: str = Field(description="业务月份")
    document_no: str = Field(description="文号")
    digest: str = Field(description="固化数字的 SHA-256 摘要")
    weights: Weights
    items: list[RankingItem]
    totals: dict[str, str] = Field(description="全省累计数，按指标；金额以分为单位")


class UnitFigure(Output):
    """One frozen figure of a unit. Money is a yuan string."""

    indicator: str = Field(description="指标编码")
    label: str = Field(description="指标名称")
    measure: str = Field(description="计量单位")
    month: str = Field(description="本月数")
    total: str = Field(description="累计数")
    target: str | None = Field(description="年度任务")


class UnitRanking(RankingItem):
    """One unit's place, with all its frozen figures."""

    month: str = Field(description="业务月份")
    figures: list[UnitFigure]


class FactOut(Output):
    """One event's share in a published figure."""

    event_id: UUID = Field(description="事件标识")
    event_type: str = Field(description="事件类型")
    source: str = Field(description="来源服务")
    position: int = Field(description="在来源服务的事件序号")
    subject: UUID = Field(description="业务对象标识，例如协议、项目、支付")
    region: str = Field(description="区划代码")
    on: date = Field(description="业务日期")
    month: str = Field(description="计入月份")
    amount: str = Field(description="计入数；金额以元为单位")
