"""Reading reviews."""

from collections.abc import Sequence

from services.applications.review.models import Review
from services.applications.review.rules import REASONS, ReasonCode, Signature
from services.applications.review.schemas import ReviewOut
from shared.commands.reads import ChildRows

REVIEWS = ChildRows(Review, "p.application_id = t.id", "p.id")
"""All opinions on one application, oldest first."""


def show(row: Review) -> ReviewOut:
    """An opinion as the file of its application shows it."""
    return ReviewOut.model_validate(
        {
            **{name: getattr(row, name) for name in ReviewOut.model_fields if hasattr(row, name)},
            "reason_label": REASONS[ReasonCode(row.reason_code)] if row.reason_code else None,
        }
    )


def signatures_of(reviews: Sequence[Review]) -> list[Signature]:
    """Who has signed which stage of an application so far, superseded opinions included."""
    return [Signature(one.stage, one.reviewer, one.organisation) for one in reviews]
