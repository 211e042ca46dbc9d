"""Indexes of subsidy: lists go by region and id."""

from shared.schema.migrate import build_index, drop_indexes

revision = "subsidy_0002"
down_revision = "subsidy_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    build_index("ix_subsidy_grant_region_id", "subsidy_grant", ["region", "id"])
    build_index("ix_subsidy_grant_state_region_id", "subsidy_grant", ["state", "region", "id"])
    build_index("ix_batch_region_id", "batch", ["region", "id"])
    build_index("ix_batch_state_region_id", "batch", ["state", "region", "id"])
    build_index("ix_batch_month_region_id", "batch", ["month", "region", "id"])
    build_index("ix_payment_region_id", "payment", ["region", "id"])
    build_index("ix_payment_state_region_id", "payment", ["state", "region", "id"])
    build_index("ix_payment_month_region_id", "payment", ["month", "region", "id"])
    build_index("ix_payment_state_month_region_id", "payment", ["state", "month", "region", "id"])
    drop_indexes(
        "ix_subsidy_grant_region",
        "ix_subsidy_grant_region_state_id",
        "ix_batch_region",
        "ix_batch_region_state_id",
        "ix_payment_region",
        "ix_payment_region_state_id",
        "ix_payment_state_month_region",
    )
