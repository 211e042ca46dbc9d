"""Indexes of the machinery that no query reads: each cost every command a write."""

from shared.schema.migrate import drop_indexes

revision = "machinery_0003"
down_revision = "machinery_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    drop_indexes("ix_audit_log_object_id", "ix_entitlement_region")
