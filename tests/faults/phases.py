"""The phases of a PostgreSQL conversation, as far as the first byte of a message tells them."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """A moment at which a connection is cut.

    `begins` looks at what the client sends, as it comes in one piece. With `answered` the server
    still gets it, and its answer is lost: nobody but the server knows what became of it.
    """

    name: str
    begins: Callable[[bytes], bool]
    answered: bool = False


def startup(sent: bytes) -> bool:
    """The first message of protocol 3.0, which names the user."""
    return sent[4:8] == b"\0\3\0\0"


def parse(sent: bytes) -> bool:
    """A statement to prepare."""
    return sent[:1] == b"P"


def bind(sent: bytes) -> bool:
    """A prepared statement to carry out, with its values."""
    return sent[:1] == b"B"


def commit(sent: bytes) -> bool:
    """The end of a transaction of several statements."""
    return sent[:1] == b"Q" and b"COMMIT" in sent


PHASES = (
    Phase("connecting", startup),
    Phase("connected", startup, answered=True),
    Phase("preparing", parse),
    Phase("prepared", parse, answered=True),
    Phase("executing", bind),
    Phase("fetching", bind, answered=True),
    Phase("committing", commit),
    Phase("committed", commit, answered=True),
)
