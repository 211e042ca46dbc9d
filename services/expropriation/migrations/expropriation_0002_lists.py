"""Indexes of expropriation: lists go by region and id."""

from shared.schema.migrate import build_index, drop_indexes

revision = "expropriation_0002"
down_revision = "expropriation_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a mistake is mended by the next revision."""
    build_index("ix_contract_region_id", "contract", ["region", "id"])
    build_index("ix_contract_state_region_id", "contract", ["state", "region", "id"])
    build_index("ix_contract_programme_id_region_id", "contract", ["programme_id", "region", "id"])
    build_index("ix_programme_region_id", "programme", ["region", "id"])
    build_index("ix_programme_state_region_id", "programme", ["state", "region", "id"])
    drop_indexes(
        "ix_contract_region",
        "ix_contract_state",
        "ix_contract_region_state",
        "ix_contract_programme_state",
        "ix_programme_region",
        "ix_programme_state",
        "ix_programme_region_state",
    )
