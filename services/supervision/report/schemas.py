"""What the report routes take and answer."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Month, RegionCode
from shared.inputs import Input, Output, PositiveInt, Text

Unit = Annotated[RegionCode, Field(description="报告单位代码", examples=["220100"])]


class ReportChange(Input):
    """A month value that the unit reports otherwise than the system counted."""

    indicator: Annotated[str, Field(max_length=48, examples=["completed-units"])]
    value: Annotated[
        str, Field(pattern=r"^\d{1,15}(\.\d{1,2})?$", description="本月数；金额以元为单位", examples=["36"])
    ]
    reason: Annotated[Text(500), Field(description="更改原因")]  # type: ignore[valid-type]


class ReportSubmission(Input):
    """One unit's report, as it is handed in."""

    unit: Unit
    version: PositiveInt
    remarks: Annotated[Text(2000), Field(description="情况说明")] = ""  # type: ignore[valid-type]
    changes: Annotated[list[ReportChange], Field(max_length=40)] = []


class ReportSubmissions(Input):
    """报送一批月报告。"""

    month: Annotated[Month, Field(examples=["2021-04"])]
    items: Annotated[list[ReportSubmission], Field(min_length=1, max_length=1000)]


class ReportDecision(Input):
    """The province's decision on one report. A return needs a reason."""

    unit: Unit
    version: PositiveInt
    verdict: Literal["accept", "return"]
    reason: Annotated[Text(500), Field(description="退回原因")] = ""  # type: ignore[valid-type]


class ReportDecisions(Input):
    """接收或退回一批月报告。"""

    month: Annotated[Month, Field(examples=["2021-04"])]
    items: Annotated[list[ReportDecision], Field(min_length=1, max_length=1000)]


class ReportMove(Output):
    """Where a report stands after a command."""

    id: UUID
    unit: str
    state: str
    version: int


class ReportMoves(Output):
    """The reports of a bulk command, in the order asked."""

    items: list[ReportMove]


class ReportFigure(Output):
    """One prefilled figure. Money is a yuan string."""

    topic: str
    indicator: str
    label: str
    measure: str
    month: str
    total: str


class ReportChangeOut(Output):
    """A changed figure with the reason the unit gave."""

    indicator: str
    label: str
    counted: str
    reported: str
    reason: str


class ReportOut(Output):
    """One unit's monthly report."""

    id: UUID
    region: str
    state: str
    state_label: str
    version: int
    actions: list[str]
    unit: str
    unit_name: str
    month: str
    due_on: date
    late: bool
    submitted_on: date | None
    remarks: str
    decision_reason: str
    figures: list[ReportFigure]
    changes: list[ReportChangeOut]
