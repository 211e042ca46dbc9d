"""Indexes of applications: lists go by region and id."""

from shared.schema.migrate import build_index

revision = "applications_0002"
down_revision = "applications_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    build_index(
        "ix_application_submitted_by_region_id", "application", ["submitted_by", "region", "id"]
    )
