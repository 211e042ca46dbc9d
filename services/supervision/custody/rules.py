"""When a checkpoint contradicts the one held before: pure."""

from dataclasses import dataclass

from shared.law.citing import cites


@dataclass(frozen=True, slots=True)
class Point:
    """A position of a log and the chain's value there."""

    position: int
    chain: str


@cites("PIPL.51")
def contradiction(held: Point | None, since: Point, now: Point) -> str:
    """How a log differs from what it said before; empty when it does not.

    `held` is the newest checkpoint held, `since` what the log says of its last one now, `now` where
    it stands. Nothing can be said of the first checkpoint that is held.
    """
    if held is None:
        return ""
    if now.position < held.position:
        return "shortened"
    if since.position != held.position:
        return "denied"
    return "" if since.chain == held.chain else "rewritten"
