"""Tables of supervision: first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "supervision_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    op.create_table(
        "alert",
        sa.Column("code", sa.String(length=32, collation="C"), nullable=False),
        sa.Column("object_id", sa.String(length=36, collation="C"), nullable=False),
        sa.Column("object_label", sa.String(length=60), nullable=False),
        sa.Column("period", sa.String(length=10, collation="C"), nullable=False),
        sa.Column("level", sa.String(length=8, collation="C"), nullable=False),
        sa.Column("clause", sa.String(length=8, collation="C"), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint(
            "code", "object_id", "period", name=op.f("uq_alert_code_object_id_period")
        ),
    )
    op.create_index(op.f("ix_alert_region"), "alert", ["region"], unique=False)
    op.create_index("ix_alert_running", "alert", ["state", "region"], unique=False)
    op.create_table(
        "annual_target",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=48, collation="C"), nullable=False),
        sa.Column("value", sa.Numeric(precision=24, scale=4), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("ck_annual_target_value_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_target")),
        sa.UniqueConstraint(
            "region", "year", "indicator", name=op.f("uq_annual_target_region_year_indicator")
        ),
    )
    op.create_index(op.f("ix_annual_target_region"), "annual_target", ["region"], unique=False)
    op.create_table(
        "bulletin",
        sa.Column("month", sa.String(length=7, collation="C"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("positions", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("document", postgresql.JSONB(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("month", name=op.f("uq_bulletin_month")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_bulletin_year_number")),
    )
    op.create_index(op.f("ix_bulletin_region"), "bulletin", ["region"], unique=False)
    op.create_table(
        "fact",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("indicator", sa.String(length=48, collation="C"), nullable=False),
        sa.Column("unit", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("month", sa.String(length=7, collation="C"), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=24, scale=4), nullable=False),
        sa.Column("counted", sa.String(length=36, collation="C"), nullable=False),
        sa.Column("event_type", sa.String(length=100, collation="C"), nullable=False),
        sa.Column("source", sa.String(length=20, collation="C"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("after_month", sa.String(length=7, collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "indicator", name=op.f("pk_fact")),
    )
    op.create_index(
        "ix_fact_counted",
        "fact",
        ["indicator", "month", "unit", "counted"],
        unique=False,
        postgresql_where=sa.text("counted <> ''"),
    )
    op.create_index(
        "ix_fact_late",
        "fact",
        ["after_month"],
        unique=False,
        postgresql_where=sa.text("month <= after_month"),
    )
    op.create_index(
        "ix_fact_unit_indicator_month", "fact", ["unit", "indicator", "month"], unique=False
    )
    op.create_table(
        "fact_counter",
        sa.Column("unit", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("month", sa.String(length=7, collation="C"), nullable=False),
        sa.Column("indicator", sa.String(length=48, collation="C"), nullable=False),
        sa.Column("amount", sa.Numeric(precision=24, scale=4), nullable=False),
        sa.Column("facts", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "month", "indicator", name=op.f("pk_fact_counter")),
    )
    op.create_table(
        "report",
        sa.Column("month", sa.String(length=7, collation="C"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("month", "region", name=op.f("uq_report_month_region")),
    )
    op.create_index(op.f("ix_report_region"), "report", ["region"], unique=False)
    op.create_table(
        "watched",
        sa.Column("kind", sa.String(length=8, collation="C"), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=True),
        sa.Column("clause", sa.String(length=8, collation="C"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("listed_on", sa.Date(), nullable=True),
        sa.Column("barred_on", sa.Date(), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "object_id", name=op.f("pk_watched")),
    )
    op.create_index(
        "ix_watched_running",
        "watched",
        ["kind", "object_id"],
        unique=False,
        postgresql_where=sa.text("done_on IS NULL OR barred_on IS NOT NULL"),
    )
