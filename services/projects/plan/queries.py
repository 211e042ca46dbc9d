"""Reading the cash flow of planned projects."""

from services.projects.plan.models import CashFlowYear
from services.projects.plan.schemas import CashFlowOut
from shared.commands.reads import ChildRows

FLOWS = ChildRows(CashFlowYear, "p.project_id = t.id", "p.year")
"""The cash flow of a project, year by year; empty before it is planned."""


def show(row: CashFlowYear) -> CashFlowOut:
    """A year as the file of its project shows it."""
    return CashFlowOut(
        year=row.year, in_yuan=row.in_fen, out_yuan=row.out_fen, left_yuan=row.left_fen
    )
