"""Tables of applications: first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "applications_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    op.create_table(
        "application",
        sa.Column("receipt_no", sa.String(length=40), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("submitted_by", sa.String(length=200), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("household_key", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("household_size", sa.SmallInteger(), nullable=False),
        sa.Column("hukou_region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("urban_hukou", sa.Boolean(), nullable=False),
        sa.Column("categories", postgresql.JSONB(), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("monthly_income_fen", sa.BigInteger(), nullable=False),
        sa.Column("own_area_sqm", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.Column("notice_ends_on", sa.Date(), nullable=True),
        sa.Column(
            "open_objections", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('cleared', 'approved') OR open_objections = 0",
            name=op.f("ck_application_answered"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('notice1', 'notice2') OR notice_ends_on IS NOT NULL",
            name=op.f("ck_application_notice"),
        ),
        sa.CheckConstraint("household_size > 0", name=op.f("ck_application_household_size")),
        sa.CheckConstraint("monthly_income_fen >= 0", name=op.f("ck_application_income")),
        sa.CheckConstraint("open_objections >= 0", name=op.f("ck_application_open_objections")),
        sa.CheckConstraint("own_area_sqm >= 0", name=op.f("ck_application_own_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("receipt_no", name=op.f("uq_application_receipt_no")),
    )
    op.create_index(
        op.f("ix_application_grant_id"),
        "application",
        ["grant_id"],
        unique=True,
        postgresql_where=sa.text("grant_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_application_region_id"), "application", ["region", "id"], unique=False)
    op.create_index(
        op.f("ix_application_state_region_id"),
        "application",
        ["state", "region", "id"],
        unique=False,
    )
    op.create_index(
        "ix_application_under_notice",
        "application",
        ["notice_ends_on"],
        unique=False,
        postgresql_where=sa.text("state IN ('notice1', 'notice2')"),
    )
    op.create_table(
        "eligibility_standard",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("income_line_fen", sa.BigInteger(), nullable=False),
        sa.Column("area_line_sqm", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("area_line_sqm > 0", name=op.f("ck_eligibility_standard_area_line")),
        sa.CheckConstraint("income_line_fen > 0", name=op.f("ck_eligibility_standard_income_line")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_standard")),
        sa.UniqueConstraint(
            "region", "effective_from", name=op.f("uq_eligibility_standard_region_effective_from")
        ),
        info={"open": "a published document: districts are judged by their city's"},
    )
    op.create_table(
        "household_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("id_no", sa.LargeBinary(), nullable=False),
        sa.Column("id_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("live", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_household_member_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
        sa.UniqueConstraint(
            "application_id", "position", name=op.f("uq_household_member_application_id_position")
        ),
    )
    op.create_index(
        "uq_household_member_live",
        "household_member",
        ["id_index"],
        unique=True,
        postgresql_where=sa.text("live"),
    )
    op.create_table(
        "public_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "content",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("content_digest", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('closed', 'upheld', 'withdrawn')", name=op.f("ck_public_notice_outcome")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (content IS NOT NULL)", name=op.f("ck_public_notice_taken_down")
        ),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_public_notice_days")),
        sa.CheckConstraint("stage IN (1, 2)", name=op.f("ck_public_notice_stage")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_public_notice_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice")),
        info={"open": "published to everybody"},
    )
    op.create_index(
        op.f("ix_public_notice_application_id"), "public_notice", ["application_id"], unique=False
    )
    op.create_index(
        "ix_public_notice_shown",
        "public_notice",
        ["region", "id"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index(
        "uq_public_notice_closed",
        "public_notice",
        ["application_id", "stage"],
        unique=True,
        postgresql_where=sa.text("outcome = 'closed'"),
    )
    op.create_index(
        "uq_public_notice_running",
        "public_notice",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=4), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column(
            "checks",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("reason_code", sa.String(length=30), nullable=True),
        sa.Column("reviewer", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("standard_id", sa.Uuid(), nullable=True),
        sa.Column("warnings", postgresql.JSONB(), nullable=False),
        sa.Column("superseded", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "(verdict = 'fail') = (reason_code IS NOT NULL)", name=op.f("ck_review_reason")
        ),
        sa.CheckConstraint("opinion <> ''", name=op.f("ck_review_opinion")),
        sa.CheckConstraint("stage BETWEEN 1 AND 3", name=op.f("ck_review_stage")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_review_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["eligibility_standard.id"], name=op.f("fk_review_standard_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_application_id"), "review", ["application_id"], unique=False)
    op.create_index(
        "uq_review_organisation",
        "review",
        ["application_id", "organisation"],
        unique=True,
        postgresql_where=sa.text("NOT superseded"),
    )
    op.create_index(
        "uq_review_reviewer",
        "review",
        ["application_id", "reviewer"],
        unique=True,
        postgresql_where=sa.text("NOT superseded"),
    )
    op.create_index(
        "uq_review_stage",
        "review",
        ["application_id", "stage"],
        unique=True,
        postgresql_where=sa.text("NOT superseded"),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("raised_by", sa.String(length=200), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'dismissed', 'lapsed')", name=op.f("ck_objection_outcome")
        ),
        sa.CheckConstraint(
            "outcome NOT IN ('upheld', 'dismissed') OR (answer IS NOT NULL AND answered_by <> '')",
            name=op.f("ck_objection_signed"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_objection_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["public_notice.id"], name=op.f("fk_objection_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(
        op.f("ix_objection_application_id_id"), "objection", ["application_id", "id"], unique=False
    )
    op.create_index("uq_objection_voice", "objection", ["notice_id", "raised_by"], unique=True)
