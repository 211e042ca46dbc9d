"""What the objection routes take and answer."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.domain.fields import Input, Output, Text


class ObjectionIn(Input):
    """What is said against the household."""

    text: Text = Field(description="异议内容", examples=["该户另有住房"])


class ObjectionDecisionIn(Input):
    """The answer to an objection."""

    upheld: bool = Field(description="异议是否成立")
    reason: Text = Field(description="核查情况和答复", examples=["经核查不属实"])


class ObjectionReceipt(Output):
    """The receipt of an objection. `id` and `version` are the application's."""

    id: UUID
    version: int
    objection_id: UUID
    stage: Literal[1, 2]
    raised_on: date
    due_on: date = Field(description="答复期限（10个工作日）")


class ObjectionOut(Output):
    """An objection as the offices see it."""

    id: UUID
    stage: int
    raised_on: date
    due_on: date
    text: str
    outcome: str | None = Field(description="upheld 成立、dismissed 不成立、lapsed 公示已终止")
    answer: str | None
    answered_on: date | None
