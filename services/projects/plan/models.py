"""The table of a planned project's cash flow."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.projects.tables import Base


class CashFlowYear(Base):
    """One year of a project's money, in fen. `left_fen` is what remains at the year's end."""

    __tablename__ = "cash_flow_year"
    __table_args__ = (
        CheckConstraint("in_fen >= 0 AND out_fen >= 0", name="flows_not_negative"),
        CheckConstraint("left_fen >= 0", name="balanced"),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    in_fen: Mapped[int] = mapped_column(BigInteger)
    out_fen: Mapped[int] = mapped_column(BigInteger)
    left_fen: Mapped[int] = mapped_column(BigInteger)
