"""Reading the monthly progress of projects."""

from services.projects.progress.models import ProgressMonth
from services.projects.progress.rules import STAGE_LABELS
from services.projects.progress.schemas import ProgressOut
from shared.commands.reads import ChildRows

MONTHS = ChildRows(ProgressMonth, "p.project_id = t.id", "p.month")
"""All months of a project that were reported."""
NEAR = ChildRows(
    ProgressMonth,
    "p.project_id = t.id AND p.month IN ({}, (SELECT max(q.month) FROM progress_month q"
    " WHERE q.project_id = t.id AND q.month < {}))",
    "p.month",
)
"""One month of a project (its value, given twice) and the last one before it, if reported."""


def show(row: ProgressMonth) -> ProgressOut:
    """A month as the file of its project shows it."""
    return ProgressOut(
        month=row.month,
        reported_on=row.reported_on,
        corrections=row.corrections,
        stage=row.stage,
        stage_label=STAGE_LABELS[row.stage],
        progress_rate=row.progress_rate,
        invested_yuan=row.invested_fen,
        funds_received_yuan=row.received_fen,
        funds_paid_yuan=row.paid_fen,
        completed_units=row.completed_units,
        payment_pace=row.payment_pace,
    )
