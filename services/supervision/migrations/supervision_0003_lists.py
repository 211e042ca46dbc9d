"""Indexes of supervision: lists go by region and id."""

from shared.schema.migrate import build_index, drop_indexes

revision = "supervision_0003"
down_revision = "supervision_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    build_index("ix_alert_region_id", "alert", ["region", "id"])
    build_index("ix_alert_state_region_id", "alert", ["state", "region", "id"])
    build_index("ix_alert_code_region_id", "alert", ["code", "region", "id"])
    build_index(
        "ix_fact_unit_indicator_month_event_id", "fact", ["unit", "indicator", "month", "event_id"]
    )
    build_index("ix_held_checkpoint_region", "held_checkpoint", ["region"])
    drop_indexes(
        "ix_alert_region",
        "ix_alert_running",
        "ix_annual_target_region",
        "ix_bulletin_region",
        "ix_report_region",
        "ix_fact_unit_indicator_month",
    )
