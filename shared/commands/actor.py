"""Who acts: the caller of a request, the system itself, or somebody without a name."""

from dataclasses import dataclass

from shared.db.scope import EVERYTHING, Reach
from shared.domain.roles import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller of one request, from the claims sub, org, roles and region."""

    subject: str
    organisation: str
    roles: frozenset[Role]
    region: str
    reach: Reach


SYSTEM = Actor("system", "system", frozenset({Role.SYSTEM}), "220000", EVERYTHING)
"""Jobs and consumers."""

ANONYMOUS = Actor("anonymous", "", frozenset(), "220000", EVERYTHING)
"""Callers of public routes, which show only what everybody may see."""
