"""Whether every object of a list may take an action, asked before any rule looks at its facts."""

from collections.abc import Sequence

from shared.db import Aggregate
from shared.problems import Conflict, Problem, Reason, Refused
from shared.states import Machine


def require(machine: Machine, rows: Sequence[Aggregate], action: str) -> None:
    """`Conflict` naming every row from whose state `action` does not start."""
    found: list[tuple[int, Problem]] = []
    for n, row in enumerate(rows):
        try:
            machine.after(row.state, action)
        except Conflict as conflict:
            found.append((n, conflict))
    if found:
        first = found[0][1]
        raise Conflict(
            first.code,
            first.detail if len(rows) == 1 else f"清单中有 {len(found)} 个对象不能办理。",
            clause=first.clause,
            reasons=tuple(Reason(p.code, p.detail, f"/items/{n}", p.clause) for n, p in found),
        )


def refuse(code: str, detail: str, reasons: Sequence[Reason]) -> None:
    """`Refused` with all reasons, if there are any."""
    if reasons:
        raise Refused(code, detail, clause=reasons[0].clause, reasons=tuple(reasons))
