"""Tables of supervision: custody."""

import sqlalchemy as sa
from alembic import op

revision = "supervision_0002"
down_revision = "supervision_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    op.create_table(
        "held_checkpoint",
        sa.Column("service", sa.String(length=20, collation="C"), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("log", sa.String(length=20, collation="C"), nullable=False),
        sa.Column("region", sa.String(length=6, collation="C"), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("at", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("signature", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("since_position", sa.BigInteger(), nullable=False),
        sa.Column("since_chain", sa.String(length=64, collation="C"), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("contradiction", sa.String(length=20, collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("service", "event_id", name=op.f("pk_held_checkpoint")),
    )
    op.create_index(
        "ix_held_checkpoint_contradiction",
        "held_checkpoint",
        ["contradiction"],
        unique=False,
        postgresql_where=sa.text("contradiction <> ''"),
    )
