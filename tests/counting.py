"""How many statements reach the database, whichever pool they take."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from shared.db.connections import Connections
from tests.harness import Office


@contextlib.contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    """The statements that requests, jobs and consumers of an office send meanwhile, in order.

    Those of sessions and those of single connections; an executemany is one.
    """
    sent: list[str] = []
    engines = [one.sync_engine for one in (office.app.state.engine, office.engine)]

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    with pytest.MonkeyPatch.context() as patch:
        for one in (office.app.state.connections, office.connections):
            patch.setattr(one, "fetch", _noting(one, sent))
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", note)


def _noting(connections: Connections, sent: list[str]) -> Any:
    fetch = connections.fetch

    async def noting(sql: str, *values: Any) -> Any:
        sent.append(sql)
        return await fetch(sql, *values)

    return noting
