"""The table of the events that could not be carried out gets the name of what it holds."""

from alembic import op
from sqlalchemy import text

revision = "machinery_0004"
down_revision = "machinery_0003"
branch_labels = None
depends_on = None

_CONSTRAINTS = text("SELECT conname FROM pg_constraint WHERE conrelid = 'dead_letter'::regclass")


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    op.rename_table("parked", "dead_letter")
    op.execute("ALTER INDEX ix_parked_subject RENAME TO ix_dead_letter_subject")
    for name in op.get_bind().scalars(_CONSTRAINTS).all():
        new = name.replace("parked", "dead_letter")
        op.execute(f'ALTER TABLE dead_letter RENAME CONSTRAINT "{name}" TO "{new}"')
    op.execute("COMMENT ON TABLE dead_letter IS '死信：办不了的事件，同一对象的后续事件排在其后'")
