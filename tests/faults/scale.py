"""How long and how often: one place for the short form of every test run and for the long form."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """`rounds`: how often a fault strikes in one scenario; `calm`: seconds of load around it."""

    rounds: int
    calm: float
    clients: int
    parallel: int
    """Requests at the same moment, where a scenario is about that."""
    lines: int
    """Rows of a file that is uploaded."""
    broker_kills: int
    """How often the only broker is killed; each start of it takes some seconds."""
    restart_every: float
    """Seconds between two ordinary restarts of the database."""
    cut_every: float
    """Seconds between two cuts of connections by the server."""


BRIEF = Scale(
    rounds=1,
    calm=0.3,
    clients=2,
    parallel=10,
    lines=100,
    broker_kills=1,
    restart_every=2,
    cut_every=0.3,
)
"""For what takes long by itself, such as the start of a broker."""
SHORT = Scale(
    rounds=2,
    calm=0.5,
    clients=4,
    parallel=20,
    lines=300,
    broker_kills=1,
    restart_every=2,
    cut_every=0.3,
)
UNHURRIED = 0.06
"""The pause of `Stage` in the short form, whose neighbours need the processors, too."""
LONG = Scale(
    rounds=4,
    calm=1.5,
    clients=8,
    parallel=50,
    lines=3000,
    broker_kills=10,
    restart_every=30,
    cut_every=3,
)
