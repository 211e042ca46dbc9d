"""Reading reviews."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.applications.review.models import Review
from services.applications.review.rules import REASONS, ReasonCode, Signature
from services.applications.review.schemas import ReviewOut
from shared.commands import changes, reads
from shared.commands.context import Call
from shared.db.model import among

REVIEWS = reads.Part(Review, "p.application_id = t.id", "p.id")
"""All opinions on one application, oldest first."""


def show(row: Review) -> ReviewOut:
    """An opinion as the file of its application shows it."""
    return ReviewOut.model_validate(
        {
            **{name: getattr(row, name) for name in ReviewOut.model_fields if hasattr(row, name)},
            "reason_label": REASONS[ReasonCode(row.reason_code)] if row.reason_code else None,
        }
    )


async def signatures_of(call: Call, application_ids: Sequence[UUID]) -> dict[UUID, list[Signature]]:
    """Who has signed which stage of these applications so far, superseded opinions included."""
    statement = select(
        Review.application_id, Review.stage, Review.reviewer, Review.organisation
    ).where(among(Review.application_id, application_ids))
    found: dict[UUID, list[Signature]] = defaultdict(list)
    for one in await changes.read(call, statement):
        found[one.application_id].append(Signature(one.stage, one.reviewer, one.organisation))
    return found
