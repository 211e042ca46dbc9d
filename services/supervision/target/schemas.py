"""What the target routes take and answer."""

from uuid import UUID

from shared.inputs import Output


class TargetOut(Output):
    """One unit's annual target. Money is a yuan string."""

    id: UUID
    region: str
    region_name: str
    state: str
    state_label: str
    version: int
    actions: list[str]
    year: int
    indicator: str
    indicator_label: str
    measure: str
    value: str
    clause: str
