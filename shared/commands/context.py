"""One request, one run of a job, or one batch of events: who acts, when, and what is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands.actor import SYSTEM, Actor
from shared.db.connections import Connections
from shared.db.errors import AGAIN, ERRORS, as_problem
from shared.db.scope import Reach
from shared.db.statement import Statement
from shared.db.writes import Writes
from shared.domain.problems import Conflict


def no_session() -> AsyncSession:
    """The session of a change: there is none."""
    raise TypeError("a change has no session: it reads by statements, and writes by `writes`")


class WriteConflict(Conflict):
    """A change was not written: it has to run again, and will then be refused with the reason."""


@dataclass(frozen=True, slots=True)
class CommandContext:
    """What a command gets.

    A *change* reads by single statements, thinks, and leaves in `writes` what the caller sends as
    one statement; when that finds a row changed meanwhile, the command runs again. A *run* works
    in an ordinary transaction, `session`; what it leaves in `writes` is sent before the commit.
    """

    actor: Actor
    reach: Reach
    """The regions in which this command reads and writes: the actor's own, as a rule."""
    now: datetime
    """UTC, of the injected clock."""
    today: date
    """The business day in Shanghai, of the same clock."""
    trace: str
    connections: Connections | None = None
    """For single statements, each its own transaction."""
    open: Callable[[], AsyncSession] = no_session
    """Gives the session: that of a run, or one in which a request only reads."""
    runs: bool = False
    """Whether this is a run: everything happens in the transaction of its session."""
    expected: int | None = None
    """The version that the caller saw (If-Match)."""
    again: bool = False
    """Whether a constraint or another's change has stopped this change once: now say why."""
    writes: Writes = field(default_factory=Writes)

    @property
    def session(self) -> AsyncSession:
        """The session of a run, or of a request that only reads."""
        return self.open()

    def as_system(self) -> "CommandContext":
        """The same command, acting for the system."""
        return replace(self, actor=SYSTEM)

    def within(self, reach: Reach) -> "CommandContext":
        """The same command in other regions than the actor's own: it reads and writes there."""
        self.writes.reach = reach.multirange
        return replace(self, reach=reach)

    async def read(self, statement: Statement, **values: Any) -> list[Any]:
        """The rows that a SELECT finds: records when it selects a model."""
        if self.runs:
            found = await self.session.execute(statement.columns, values)
            return statement.rows([dict(row) for row in found.mappings()])
        return statement.rows(await self.fetch(statement.scoped(2), *statement.values(values)))

    async def locked(self, statement: Select[Any]) -> list[Any]:
        """The rows of one model that a SELECT finds, locked until the run ends."""
        one = Statement(statement.with_for_update(of=statement.column_descriptions[0]["entity"]))
        return await self.read(one)

    async def fetch(self, sql: str, *values: Any) -> Sequence[Mapping[str, Any]]:
        """Run one statement; `$1` is the reach. Raises `Problem` for an error of the database."""
        return await self._send(sql, self.reach.multirange, *values)

    async def _send(self, sql: str, *values: Any) -> Sequence[Mapping[str, Any]]:
        try:
            if self.runs:
                connection = await self.session.connection()
                done = await connection.exec_driver_sql(sql, values)
                return [dict(row) for row in done.mappings()]
            assert self.connections is not None
            return await self.connections.fetch(sql, *values)
        except ERRORS as error:
            raise as_problem(error) from error

    async def write(self) -> None:
        """Send what was collected so far, all of it or nothing.

        Raises `WriteConflict` when a constraint, or what another changed meanwhile, is against it.
        """
        if not self.writes:
            return
        reach = self.writes.reach or self.reach.multirange
        sql, values = self.writes.compose()
        try:
            done = await self._send(sql, reach, *values)
        except Conflict as conflict:
            if self.runs or conflict.code == "in-progress":
                raise
            raise WriteConflict(
                conflict.code, conflict.detail, headers=conflict.headers
            ) from conflict
        if not done:
            raise WriteConflict("in-progress", "同一事项正在办理中，请稍后再试。", headers=AGAIN)
        self.writes.sent()
