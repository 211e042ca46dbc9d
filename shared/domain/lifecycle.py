"""A life cycle is a table of edges: it drives checks, the `actions` of a resource and the docs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from shared.domain.problems import Conflict, Forbidden
from shared.domain.roles import Role
from shared.law.citing import cite


@dataclass(frozen=True, slots=True)
class Edge:
    """One move. `roles` empty means that only the system makes it (a job or a consumer)."""

    source: str
    action: str
    target: str
    roles: frozenset[Role]
    label: str
    clauses: tuple[str, ...] = ()


def edge(
    sources: str | Iterable[str],
    action: str,
    target: str,
    roles: Iterable[Role] = (),
    *,
    label: str,
    clauses: tuple[str, ...] = (),
) -> list[Edge]:
    """The same action from one or several states, as edges."""
    states = [sources] if isinstance(sources, str) else list(sources)
    return [Edge(str(s), action, str(target), frozenset(roles), label, clauses) for s in states]


class Machine:
    """The life cycle of one kind of aggregate.

    `labels` gives every state its Chinese name; `initial` is the state a new row has.
    """

    ALL: ClassVar[dict[str, "Machine"]] = {}

    def __init__(
        self,
        name: str,
        label: str,
        *,
        states: type[StrEnum],
        labels: dict[str, str],
        initial: StrEnum,
        edges: Iterable[list[Edge]],
    ) -> None:
        self.name, self.label, self.states, self.labels = name, label, states, labels
        self.initial = str(initial)
        self.edges = {(e.source, e.action): e for group in edges for e in group}
        self._actions: dict[tuple[str, frozenset[Role]], list[str]] = {}
        missing = {str(s) for s in states} ^ set(labels)
        if missing:
            raise ValueError(f"{name}: states and labels differ: {missing}")
        for e in self.edges.values():
            cite(f"{name}.{e.action}", *e.clauses)
        Machine.ALL[name] = self

    def after(self, state: str, action: str) -> str:
        """The state that `action` leads to, or `Conflict` naming what is possible instead."""
        found = self.edges.get((state, action))
        if found is None:
            possible = [e.label for (source, _), e in self.edges.items() if source == state]
            known = next((e for (_, name), e in self.edges.items() if name == action), None)
            raise Conflict(
                "wrong-state",
                f"{self.label}当前为“{self.labels[state]}”，不能办理"
                f"“{known.label if known else action}”；"
                f"可以办理：{'、'.join(possible) or '无'}。",
                clause=known.clauses[0] if known and known.clauses else "",
                state=state,
            )
        return found.target

    def allow(self, state: str, action: str, roles: Collection[Role]) -> str:
        """As `after`, and the caller must hold one of the edge's roles."""
        target = self.after(state, action)
        found = self.edges[(state, action)]
        if not found.roles & set(roles):
            posts = "、".join(sorted(role.label for role in found.roles)) or "系统"
            raise Forbidden("role-required", f"办理“{found.label}”需要以下岗位之一：{posts}。")
        return target

    def actions(self, state: str, roles: Collection[Role]) -> list[str]:
        """What a caller with `roles` may do next."""
        key = (state, frozenset(roles))
        found = self._actions.get(key)
        if found is None:
            found = self._actions[key] = [
                e.action
                for (source, _), e in self.edges.items()
                if source == state and e.roles & key[1]
            ]
        return list(found)

    @property
    def terminal(self) -> set[str]:
        """States that nothing leaves."""
        return {str(s) for s in self.states} - {e.source for e in self.edges.values()}
