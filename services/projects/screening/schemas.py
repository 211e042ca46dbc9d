"""What the screening routes take and answer."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.domain.fields import Code, Input, Item, Line, Output, Text


class CriteriaEvidence(Input):
    """The county's finding that a village meets the criteria."""

    document_no: Annotated[
        Line, Field(description="县级以上认定文件文号", examples=["长府发〔2021〕3号"])
    ]


class LinkEvidence(Input):
    """The planned renovation project that infrastructure directly belongs to."""

    project_no: Annotated[
        Code, Field(description="已列入计划的棚改项目编号", examples=["PG-220102-2021-00001"])
    ]
    reason: Annotated[
        Text, Field(description="直接相关的理由", examples=["该片区回迁小区的供水管网"])
    ]


class ReviewEvidence(Input):
    """A person's acceptance of houses below level D."""

    reason: Annotated[
        Text,
        Field(
            description="复核理由，由办理人签署", examples=["房龄四十年，整体倾斜，限期补充鉴定"]
        ),
    ]


class EvidenceIn(Input):
    """核查依据：解除禁止情形的材料。没有则留空。"""

    criteria: CriteriaEvidence | None = Field(
        None, description="城边村、城郊村符合条件的认定（S4.X1）"
    )
    link: LinkEvidence | None = Field(None, description="与棚改直接相关的基础设施（S4.X3）")
    review: ReviewEvidence | None = Field(None, description="未达到D级的居民楼的人工复核（S4.X6）")


class ScreeningItem(Item):
    """One project to check, with the evidence for it."""

    evidence: EvidenceIn = Field(description="核查依据，没有则为 {}")


class ScreeningList(Input):
    """一批待核查项目。"""

    items: Annotated[list[ScreeningItem], Field(min_length=1, max_length=1000)]


class VerdictOut(Output):
    """One prohibition in the latest check."""

    clause: str
    clause_text: str
    outcome: str
    basis: str
    evidence: str
    occasion: str
    occasion_label: str
    checker: str
    at: datetime
