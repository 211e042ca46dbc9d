"""Tables of subsidy: first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "subsidy_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    op.create_table(
        "batch",
        sa.Column("number", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=True),
        sa.Column("month", sa.String(length=7, collation="C"), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_lines", sa.Integer(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("failed_lines", sa.Integer(), nullable=False),
        sa.Column("failed_fen", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("checked_by", sa.String(length=200), nullable=True),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("sent_by", sa.String(length=200), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by NOT IN (made_by, checked_by)",
            name=op.f("ck_batch_approver_is_a_third"),
        ),
        sa.CheckConstraint(
            "checked_by IS DISTINCT FROM made_by", name=op.f("ck_batch_checker_is_another")
        ),
        sa.CheckConstraint("lines >= 0 AND total_fen >= 0", name=op.f("ck_batch_sums")),
        sa.CheckConstraint(
            "paid_fen + failed_fen <= total_fen", name=op.f("ck_batch_returned_sums")
        ),
        sa.CheckConstraint(
            "paid_lines + failed_lines <= lines", name=op.f("ck_batch_returned_lines")
        ),
        sa.ForeignKeyConstraint(["origin_id"], ["batch.id"], name=op.f("fk_batch_origin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_batch_number")),
    )
    op.create_index(op.f("ix_batch_region"), "batch", ["region"], unique=False)
    op.create_index("ix_batch_region_state_id", "batch", ["region", "state", "id"], unique=False)
    op.create_index(
        "uq_batch_regular_region_month",
        "batch",
        ["region", "month"],
        unique=True,
        postgresql_where=sa.text("kind = 'regular' AND state <> 'void'"),
    )
    op.create_table(
        "batched_month",
        sa.Column("unit", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("month", sa.String(length=7, collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("unit", name=op.f("pk_batched_month")),
    )
    op.create_table(
        "standard",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("per_capita_sqm", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.Column("household_cap_sqm", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.Column("unit_price_fen", sa.BigInteger(), nullable=False),
        sa.Column("coefficients", postgresql.JSONB(), nullable=False),
        sa.Column("counted_persons", postgresql.JSONB(), nullable=False),
        sa.Column("cap_at_rent", sa.Boolean(), nullable=False),
        sa.Column("floor_fen", sa.BigInteger(), nullable=False),
        sa.Column("pays_from", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("household_cap_sqm <= 60", name=op.f("ck_standard_household_cap")),
        sa.CheckConstraint(
            "unit_price_fen > 0 AND floor_fen >= 0", name=op.f("ck_standard_prices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard")),
        sa.UniqueConstraint(
            "region", "effective_from", name=op.f("uq_standard_region_effective_from")
        ),
        info={"open": "a published document; offices of the unit's districts work by it"},
    )
    op.create_table(
        "subsidy_grant",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("household_key", sa.String(length=128, collation="C"), nullable=False),
        sa.Column("categories", postgresql.JSONB(), nullable=False),
        sa.Column("tier", sa.String(length=16, collation="C"), nullable=False),
        sa.Column("household_size", sa.Integer(), nullable=False),
        sa.Column("own_area_sqm", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("hold", sa.String(length=32), nullable=False),
        sa.Column("standard_id", sa.Uuid(), nullable=True),
        sa.Column("monthly_fen", sa.BigInteger(), nullable=False),
        sa.Column("amounts", sa.Integer(), nullable=False),
        sa.Column("rent_fen", sa.BigInteger(), nullable=True),
        sa.Column("agreement_no", sa.String(length=40), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("first_month", sa.String(length=7, collation="C"), nullable=True),
        sa.Column("stop_month", sa.String(length=7, collation="C"), nullable=True),
        sa.Column("stop_code", sa.String(length=32), nullable=False),
        sa.Column("stop_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'signed' OR first_month IS NOT NULL",
            name=op.f("ck_subsidy_grant_signed_from_a_month"),
        ),
        sa.CheckConstraint(
            "state <> 'stopped' OR stop_month IS NOT NULL",
            name=op.f("ck_subsidy_grant_stopped_from_a_month"),
        ),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standard.id"], name=op.f("fk_subsidy_grant_standard_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidy_grant")),
        sa.UniqueConstraint("agreement_no", name=op.f("uq_subsidy_grant_agreement_no")),
        sa.UniqueConstraint("application_id", name=op.f("uq_subsidy_grant_application_id")),
    )
    op.create_index(
        "ix_subsidy_grant_household_key", "subsidy_grant", ["household_key"], unique=False
    )
    op.create_index(op.f("ix_subsidy_grant_region"), "subsidy_grant", ["region"], unique=False)
    op.create_index(
        "ix_subsidy_grant_region_state_id", "subsidy_grant", ["region", "state", "id"], unique=False
    )
    op.create_index(
        "ix_subsidy_grant_state_standard_id",
        "subsidy_grant",
        ["state", "standard_id"],
        unique=False,
    )
    op.create_index(
        "uq_subsidy_grant_live_household",
        "subsidy_grant",
        ["household_key"],
        unique=True,
        postgresql_where=sa.text("state IN ('calculated', 'signed')"),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("holder_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["subsidy_grant.id"], name=op.f("fk_account_grant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_index(
        "uq_account_current_grant",
        "account",
        ["grant_id"],
        unique=True,
        postgresql_where=sa.text("current"),
    )
    op.create_table(
        "grant_amount",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_month", sa.String(length=7, collation="C"), nullable=False),
        sa.Column("monthly_fen", sa.BigInteger(), nullable=False),
        sa.Column("standard_id", sa.Uuid(), nullable=False),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("monthly_fen >= 0", name=op.f("ck_grant_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["subsidy_grant.id"], name=op.f("fk_grant_amount_grant_id")
        ),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standard.id"], name=op.f("fk_grant_amount_standard_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_amount")),
        sa.UniqueConstraint("grant_id", "number", name=op.f("uq_grant_amount_grant_id_number")),
    )
    op.create_table(
        "payment",
        sa.Column("number", sa.String(length=48, collation="C"), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("household_key", sa.String(length=128, collation="C"), nullable=False),
        sa.Column("month", sa.String(length=7, collation="C"), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("failure_code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_amount_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_payment_account_id")),
        sa.ForeignKeyConstraint(
            ["amount_id"], ["grant_amount.id"], name=op.f("fk_payment_amount_id")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_payment_batch_id")),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["subsidy_grant.id"], name=op.f("fk_payment_grant_id")
        ),
        sa.ForeignKeyConstraint(["replaces"], ["payment.id"], name=op.f("fk_payment_replaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_number")),
    )
    op.create_index("ix_payment_batch_id_number", "payment", ["batch_id", "number"], unique=False)
    op.create_index("ix_payment_grant_id_month", "payment", ["grant_id", "month"], unique=False)
    op.create_index(op.f("ix_payment_region"), "payment", ["region"], unique=False)
    op.create_index(
        "ix_payment_region_state_id", "payment", ["region", "state", "id"], unique=False
    )
    op.create_index(
        "ix_payment_state_month_region", "payment", ["state", "month", "region"], unique=False
    )
    op.create_index(
        "uq_payment_effective_household_month",
        "payment",
        ["household_key", "month"],
        unique=True,
        postgresql_where=sa.text("state IN ('pending', 'paid')"),
    )
    op.execute(
        """
        CREATE FUNCTION keep_closed_batch() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF EXISTS (SELECT 1 FROM batch WHERE id = OLD.batch_id AND state = 'closed') THEN
            RAISE EXCEPTION 'lines of a closed batch never change' USING ERRCODE = '23514';
          END IF;
          RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER keep_closed_batch BEFORE UPDATE OR DELETE ON payment"
        " FOR EACH ROW EXECUTE FUNCTION keep_closed_batch()"
    )
