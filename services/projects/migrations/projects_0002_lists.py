"""Indexes of projects: lists go by region and id."""

from shared.schema.migrate import build_index, drop_indexes

revision = "projects_0002"
down_revision = "projects_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    build_index("ix_project_region_id", "project", ["region", "id"])
    build_index("ix_project_state_region_id", "project", ["state", "region", "id"])
    build_index("ix_overdue_case_region_id", "overdue_case", ["region", "id"])
    build_index("ix_overdue_case_state_region_id", "overdue_case", ["state", "region", "id"])
    drop_indexes(
        "ix_project_region",
        "ix_project_state_id",
        "ix_project_region_state_id",
        "ix_overdue_case_region",
        "ix_overdue_case_state_id",
        "ix_overdue_case_region_state_id",
    )
