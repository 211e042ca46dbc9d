"""The life of a programme."""

from enum import StrEnum

from shared.domain.lifecycle import Machine, edge
from shared.domain.roles import Role


class ProgrammeState(StrEnum):
    """Where a programme stands."""

    OPENED = "opened"
    SIGNING = "signing"
    CLOSED = "closed"


PROGRAMME = Machine(
    "expropriation.programme",
    "征收项目",
    states=ProgrammeState,
    labels={"opened": "待公布签约期", "signing": "签约期已公布", "closed": "签约期届满"},
    initial=ProgrammeState.OPENED,
    edges=[
        edge(
            "opened",
            "announce",
            "signing",
            [Role.EXPROPRIATION],
            label="公布签约期",
            clauses=("S8.3", "R590.12"),
        ),
        edge("signing", "close", "closed", label="签约期届满", clauses=("S8.3", "R590.26")),
    ],
)
