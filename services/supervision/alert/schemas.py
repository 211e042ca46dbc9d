"""What the alert routes take and answer."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.inputs import Input, Output, Text


class Waiver(Input):
    """豁免一条预警。"""

    reason: Annotated[Text(500), Field(min_length=1, description="豁免原因", examples=["项目调整，已报省安居办同意"])]  # type: ignore[valid-type]


class AlertOut(Output):
    """One alert."""

    id: UUID
    region: str
    region_name: str
    state: str
    state_label: str
    version: int
    actions: list[str]
    code: str
    label: str
    object_id: str
    object_label: str
    period: str
    level: str
    level_label: str
    clause: str
    opened_on: date
    due_on: date
    closed_on: date | None
    reason: str
