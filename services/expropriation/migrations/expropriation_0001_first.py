"""Tables of expropriation: first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "expropriation_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    op.create_table(
        "programme",
        sa.Column("programme_no", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("project_no", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "tiers",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("unit_price_fen", sa.BigInteger(), nullable=True),
        sa.Column("moving_fee_fen", sa.BigInteger(), nullable=False),
        sa.Column("transition_fee_fen", sa.BigInteger(), nullable=False),
        sa.Column("transition_months", sa.Integer(), nullable=False),
        sa.Column("pay_within_days", sa.Integer(), nullable=False),
        sa.Column("funds_confirmed_doc", sa.String(length=200), nullable=False),
        sa.Column("last_signing_no", sa.Integer(), nullable=False),
        sa.Column("last_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_moving_no", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'opened' OR (num_nulls(starts_on, ends_on, tiers, unit_price_fen) = 0 AND "
            "funds_confirmed_doc <> '')",
            name=op.f("ck_programme_terms_known"),
        ),
        sa.CheckConstraint(
            "(last_signing_no = 0) = (last_signed_at IS NULL)",
            name=op.f("ck_programme_last_signing_known"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_programme_period_forward")),
        sa.CheckConstraint(
            "last_moving_no BETWEEN 0 AND last_signing_no",
            name=op.f("ck_programme_moves_after_signing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("programme_no", name=op.f("uq_programme_programme_no")),
        sa.UniqueConstraint("project_id", name=op.f("uq_programme_project_id")),
    )
    op.create_index(op.f("ix_programme_region"), "programme", ["region"], unique=False)
    op.create_index(
        "ix_programme_region_state", "programme", ["region", "state", "id"], unique=False
    )
    op.create_index("ix_programme_state", "programme", ["state", "id"], unique=False)
    op.create_table(
        "contract",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("property_no", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("owner_name", sa.LargeBinary(), nullable=False),
        sa.Column("owner_id_no", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("area_sqm", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("mode", sa.String(length=8, collation="C"), nullable=False),
        sa.Column("compensation_fen", sa.BigInteger(), nullable=False),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.Column("signing_no", sa.Integer(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.String(length=200), nullable=True),
        sa.Column("document_digest", sa.String(length=64, collation="C"), nullable=True),
        sa.Column("owner_certificate", sa.String(length=64, collation="C"), nullable=True),
        sa.Column("office_certificate", sa.String(length=64, collation="C"), nullable=True),
        sa.Column("reward_fen", sa.BigInteger(), nullable=True),
        sa.Column("pay_by", sa.Date(), nullable=True),
        sa.Column("paid_fen", sa.BigInteger(), nullable=True),
        sa.Column("voucher_no", sa.String(length=64, collation="C"), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("moving_no", sa.Integer(), nullable=True),
        sa.Column("moved_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state <> 'drafted') = (signing_no IS NOT NULL) AND (state IN ('paid', 'moved')) = "
            "(paid_fen IS NOT NULL) AND (state = 'moved') = (moving_no IS NOT NULL)",
            name=op.f("ck_contract_state_told"),
        ),
        sa.CheckConstraint(
            "compensation_fen >= 0 AND reward_fen >= 0",
            name=op.f("ck_contract_amounts_not_negative"),
        ),
        sa.CheckConstraint(
            "moving_no IS NULL OR paid_fen IS NOT NULL", name=op.f("ck_contract_paid_before_moved")
        ),
        sa.CheckConstraint(
            "num_nonnulls(moving_no, moved_on) IN (0, 2)", name=op.f("ck_contract_moved_whole")
        ),
        sa.CheckConstraint(
            "num_nonnulls(paid_fen, voucher_no, paid_on) IN (0, 3)",
            name=op.f("ck_contract_paid_whole"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(signing_no, signed_on, signed_at, signed_by, document_digest, "
            "owner_certificate, office_certificate, reward_fen, pay_by) IN (0, 9)",
            name=op.f("ck_contract_signed_whole"),
        ),
        sa.CheckConstraint(
            "paid_fen = compensation_fen + reward_fen", name=op.f("ck_contract_paid_in_full")
        ),
        sa.CheckConstraint(
            "signing_no >= 1 AND moving_no >= 1", name=op.f("ck_contract_numbers_positive")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_contract_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint(
            "programme_id", "moving_no", name=op.f("uq_contract_programme_id_moving_no")
        ),
        sa.UniqueConstraint(
            "programme_id", "property_no", name=op.f("uq_contract_programme_id_property_no")
        ),
        sa.UniqueConstraint(
            "programme_id", "signing_no", name=op.f("uq_contract_programme_id_signing_no")
        ),
        sa.UniqueConstraint("voucher_no", name=op.f("uq_contract_voucher_no")),
    )
    op.create_index(
        "ix_contract_programme_state", "contract", ["programme_id", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_contract_region"), "contract", ["region"], unique=False)
    op.create_index("ix_contract_region_state", "contract", ["region", "state", "id"], unique=False)
    op.create_index("ix_contract_state", "contract", ["state", "id"], unique=False)
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'what was published or signed cannot change'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END
        $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER programme_terms_stay BEFORE UPDATE ON programme FOR EACH ROW
        WHEN (OLD.state <> 'opened' AND
          (OLD.starts_on, OLD.ends_on, OLD.tiers, OLD.unit_price_fen, OLD.moving_fee_fen,
           OLD.transition_fee_fen, OLD.transition_months, OLD.pay_within_days,
           OLD.funds_confirmed_doc)
          IS DISTINCT FROM
          (NEW.starts_on, NEW.ends_on, NEW.tiers, NEW.unit_price_fen, NEW.moving_fee_fen,
           NEW.transition_fee_fen, NEW.transition_months, NEW.pay_within_days,
           NEW.funds_confirmed_doc))
        EXECUTE FUNCTION refuse_change()
        """
    )
    op.execute(
        """
        CREATE TRIGGER contract_signed_stays BEFORE UPDATE ON contract FOR EACH ROW
        WHEN (OLD.signing_no IS NOT NULL AND
          (OLD.programme_id, OLD.property_no, OLD.area_sqm, OLD.mode, OLD.compensation_fen,
           OLD.reward_fen, OLD.steps, OLD.signing_no, OLD.signed_on, OLD.signed_at, OLD.signed_by,
           OLD.document_digest, OLD.owner_certificate, OLD.office_certificate, OLD.pay_by)
          IS DISTINCT FROM
          (NEW.programme_id, NEW.property_no, NEW.area_sqm, NEW.mode, NEW.compensation_fen,
           NEW.reward_fen, NEW.steps, NEW.signing_no, NEW.signed_on, NEW.signed_at, NEW.signed_by,
           NEW.document_digest, NEW.owner_certificate, NEW.office_certificate, NEW.pay_by))
        EXECUTE FUNCTION refuse_change()
        """
    )
    op.execute(
        """
        CREATE TRIGGER contract_signed_kept BEFORE DELETE ON contract FOR EACH ROW
        WHEN (OLD.signing_no IS NOT NULL) EXECUTE FUNCTION refuse_change()
        """
    )
