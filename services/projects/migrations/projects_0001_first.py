"""Tables of projects: first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "projects_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    op.create_table(
        "overdue_case",
        sa.Column("case_no", sa.String(length=32), nullable=False),
        sa.Column("situation", sa.String(length=300), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("responsible_unit", sa.String(length=200), nullable=False),
        sa.Column("responsible_person", sa.LargeBinary(), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("formed_on", sa.Date(), nullable=True),
        sa.Column("judged_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("resettled", sa.Integer(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "category <> 'S9.1a' OR judged_on IS NOT NULL",
            name=op.f("ck_overdue_case_judged_has_day"),
        ),
        sa.CheckConstraint(
            "state = 'registered' OR resettled = households",
            name=op.f("ck_overdue_case_closed_only_when_all_resettled"),
        ),
        sa.CheckConstraint("households > 0", name=op.f("ck_overdue_case_households_positive")),
        sa.CheckConstraint(
            "resettled BETWEEN 0 AND households",
            name=op.f("ck_overdue_case_resettled_within_households"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overdue_case")),
        sa.UniqueConstraint("case_no", name=op.f("uq_overdue_case_case_no")),
        sa.UniqueConstraint("region", "situation", name=op.f("uq_overdue_case_region_situation")),
    )
    op.create_index(op.f("ix_overdue_case_region"), "overdue_case", ["region"], unique=False)
    op.create_index(
        "ix_overdue_case_region_state_id", "overdue_case", ["region", "state", "id"], unique=False
    )
    op.create_index("ix_overdue_case_state_id", "overdue_case", ["state", "id"], unique=False)
    op.create_table(
        "project",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("parcel_no", sa.String(length=64), nullable=True),
        sa.Column("site_kind", sa.String(length=24), nullable=False),
        sa.Column("nature", sa.String(length=24), nullable=False),
        sa.Column("location_kind", sa.String(length=24), nullable=False),
        sa.Column("cause", sa.String(length=24), nullable=True),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("area_sqm", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("contiguous", sa.Boolean(), nullable=False),
        sa.Column("traits", postgresql.JSONB(), nullable=False),
        sa.Column("screened_on", sa.Date(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("prohibited_on", sa.Date(), nullable=True),
        sa.Column("refusal_opinion", sa.Text(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("renovation_year", sa.Integer(), nullable=True),
        sa.Column("priority", sa.String(length=2), nullable=True),
        sa.Column("factors", postgresql.JSONB(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("project_no", sa.String(length=32), nullable=True),
        sa.Column("plan_year", sa.Integer(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=True),
        sa.Column("planned_start_on", sa.Date(), nullable=True),
        sa.Column("investment_fen", sa.BigInteger(), nullable=True),
        sa.Column("needs_clearing", sa.Boolean(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("start_evidence", sa.String(length=32), nullable=True),
        sa.Column("permit_no", sa.String(length=64), nullable=True),
        sa.Column("photo_digest", sa.String(length=64), nullable=True),
        sa.Column("agreement_no", sa.String(length=64), nullable=True),
        sa.Column("last_month", sa.String(length=7), nullable=True),
        sa.Column("stage", sa.String(length=16), nullable=True),
        sa.Column("progress_rate", sa.Numeric(precision=5, scale=4), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("completed_units", sa.Integer(), nullable=False),
        sa.Column("invested_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('library', 'planned', 'started', 'completed')"
            " OR (parcel_no IS NOT NULL AND renovation_year IS NOT NULL)",
            name=op.f("ck_project_library_needs_parcel_and_year"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('planned', 'started', 'completed') OR num_nulls(project_no, plan_year,"
            " planned_on, units, planned_start_on, investment_fen, needs_clearing) = 0",
            name=op.f("ck_project_planned_is_complete"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('started', 'completed') OR started_on IS NOT NULL",
            name=op.f("ck_project_started_has_day"),
        ),
        sa.CheckConstraint(
            "completed_units <= coalesce(units, 0)", name=op.f("ck_project_completed_within_units")
        ),
        sa.CheckConstraint("households > 0", name=op.f("ck_project_households_positive")),
        sa.CheckConstraint(
            "paid_fen <= received_fen", name=op.f("ck_project_paid_within_received")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("project_no", name=op.f("uq_project_project_no")),
    )
    op.create_index(op.f("ix_project_region"), "project", ["region"], unique=False)
    op.create_index(
        "ix_project_region_state_id", "project", ["region", "state", "id"], unique=False
    )
    op.create_index("ix_project_state_id", "project", ["state", "id"], unique=False)
    op.create_index(
        "uq_project_parcel",
        "project",
        ["region", "parcel_no"],
        unique=True,
        postgresql_where=sa.text("state <> 'prohibited'"),
    )
    op.create_table(
        "building",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("built_year", sa.Integer(), nullable=True),
        sa.Column("appraisal_level", sa.String(length=1), nullable=True),
        sa.Column("appraisal_agency", sa.String(length=100), nullable=True),
        sa.Column("appraised_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(appraisal_level, appraisal_agency, appraised_on) IN (0, 3)",
            name=op.f("ck_building_appraisal_complete"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_building_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_building")),
    )
    op.create_index(op.f("ix_building_project_id"), "building", ["project_id"], unique=False)
    op.create_table(
        "cash_flow_year",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("in_fen", sa.BigInteger(), nullable=False),
        sa.Column("out_fen", sa.BigInteger(), nullable=False),
        sa.Column("left_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "in_fen >= 0 AND out_fen >= 0", name=op.f("ck_cash_flow_year_flows_not_negative")
        ),
        sa.CheckConstraint("left_fen >= 0", name=op.f("ck_cash_flow_year_balanced")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_cash_flow_year_project_id")
        ),
        sa.PrimaryKeyConstraint("project_id", "year", name=op.f("pk_cash_flow_year")),
    )
    op.create_table(
        "overdue_resettlement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("consent_document", sa.String(length=200), nullable=True),
        sa.Column("recorder", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "households <> 0", name=op.f("ck_overdue_resettlement_households_not_nought")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["overdue_case.id"], name=op.f("fk_overdue_resettlement_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overdue_resettlement")),
    )
    op.create_index(
        op.f("ix_overdue_resettlement_case_id"), "overdue_resettlement", ["case_id"], unique=False
    )
    op.create_table(
        "progress_month",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7, collation="C"), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("progress_rate", sa.Numeric(precision=5, scale=4), nullable=False),
        sa.Column("invested_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("completed_units", sa.Integer(), nullable=False),
        sa.Column("payment_pace", sa.String(length=8), nullable=False),
        sa.CheckConstraint(
            "progress_rate BETWEEN 0 AND 1", name=op.f("ck_progress_month_rate_is_a_share")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_progress_month_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_month")),
        sa.UniqueConstraint("project_id", "month", name=op.f("uq_progress_month_project_id_month")),
    )
    op.create_table(
        "screening_verdict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.String(length=16), nullable=False),
        sa.Column("clause", sa.String(length=8), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("checker", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_screening_verdict_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_verdict")),
    )
    op.create_index(
        "ix_screening_verdict_project_id_id",
        "screening_verdict",
        ["project_id", "id"],
        unique=False,
    )
