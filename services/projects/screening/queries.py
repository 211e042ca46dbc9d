"""Reading what the checks said."""

from services.projects.screening.checks import OCCASIONS
from services.projects.screening.models import ScreeningVerdict
from services.projects.screening.rules import PROHIBITIONS
from services.projects.screening.schemas import VerdictOut
from shared.commands.reads import ChildRows
from shared.law.notice import CLAUSES

VERDICTS = ChildRows(
    ScreeningVerdict,
    "p.id IN (SELECT v.id FROM screening_verdict v WHERE v.project_id = t.id"
    f" ORDER BY v.id DESC LIMIT {len(PROHIBITIONS)})",
    "p.id",
)
"""What the latest check said of each prohibition; empty before the first."""


def show(row: ScreeningVerdict) -> VerdictOut:
    """A verdict as the file of its project shows it."""
    return VerdictOut(
        clause=row.clause,
        clause_text=CLAUSES[row.clause].text,
        outcome=row.outcome,
        basis=row.basis,
        evidence=row.evidence,
        occasion=row.occasion,
        occasion_label=OCCASIONS[row.occasion],
        checker=row.checker,
        at=row.at,
    )
