"""The series of project numbers is named as the numbers begin: PG."""

from alembic import op

revision = "projects_0003"
down_revision = "projects_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    op.execute("UPDATE number_series SET series = 'PG' WHERE series = 'project'")
