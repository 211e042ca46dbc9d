"""A batch is written behind its lines, with their number and sum."""

from alembic import op

revision = "subsidy_0003"
down_revision = "subsidy_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    op.execute(
        "ALTER TABLE payment ALTER CONSTRAINT fk_payment_batch_id DEFERRABLE INITIALLY DEFERRED"
    )
