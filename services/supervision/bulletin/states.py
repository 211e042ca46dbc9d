"""The life of a bulletin: it is issued once and never changed."""

from enum import StrEnum

from shared.domain.lifecycle import Machine
from shared.law.citing import cite


class BulletinState(StrEnum):
    """A bulletin is issued, and nothing follows."""

    ISSUED = "issued"


BULLETIN = Machine(
    "supervision.bulletin",
    "月通报",
    states=BulletinState,
    labels={"issued": "已印发"},
    initial=BulletinState.ISSUED,
    edges=[],
)
"""No edge leads anywhere: late facts are restated in the next bulletin."""

cite("services.supervision.bulletin.states.BULLETIN", "S11.1")
