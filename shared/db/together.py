"""Work of several callers done at once: who comes while his kind is under way joins the next group.

A statement costs the database several times more than one row in it. Alone, a caller is served at
once; in a rush the groups grow with the number of those who wait, and nobody waits for company.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

MOST = 32
"""Callers of one group."""
SLOW = 0.1
"""Seconds after which a group, which may wait for a lock, no longer holds up the next."""


@dataclass(slots=True)
class _Caller:
    mine: Any
    work: Callable[[Sequence[Any]], Awaitable[Sequence[Any] | None]]
    done: asyncio.Future[Any]


class Together:
    """Forms the groups of one process."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, list[_Caller]] = {}
        self._under_way: dict[Hashable, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def join(
        self,
        kind: Hashable,
        mine: T,
        work: Callable[[Sequence[T]], Awaitable[Sequence[R] | None]],
    ) -> R | None:
        """What `work` gives for `mine`, together with others of the same kind.

        `work` does all that it is given, or nothing and gives None. A group that did nothing is
        done one by one, so that nobody is refused for another's fault; an error is everybody's.
        """
        done: asyncio.Future[R | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(kind, []).append(_Caller(mine, work, done))
        if kind not in self._under_way:
            self._start(kind)
        return await done

    def _start(self, kind: Hashable) -> None:
        callers = self._waiting.pop(kind)
        if len(callers) > MOST:
            self._waiting[kind] = callers[MOST:]
        task = self._under_way[kind] = asyncio.create_task(self._carry_out(callers[:MOST]))
        self._tasks.add(task)
        slow = asyncio.get_running_loop().call_later(SLOW, self._pass, kind, task)
        task.add_done_callback(partial(self._end, kind, slow))

    def _end(self, kind: Hashable, slow: asyncio.TimerHandle, task: asyncio.Task[None]) -> None:
        slow.cancel()
        self._tasks.discard(task)
        self._pass(kind, task)

    def _pass(self, kind: Hashable, task: asyncio.Task[None]) -> None:
        """Let the next group of the kind begin."""
        if self._under_way.get(kind) is task:
            del self._under_way[kind]
            if kind in self._waiting:
                self._start(kind)

    async def _carry_out(self, callers: Sequence[_Caller]) -> None:
        asking = [one for one in callers if not one.done.done()]  # not those who hung up
        if not asking:
            return
        try:
            made = await asking[0].work([one.mine for one in asking])
        except Exception as error:
            for one in asking:
                if not one.done.done():
                    one.done.set_exception(error)
            return
        if made is None and len(asking) > 1:
            await asyncio.gather(*(self._carry_out([one]) for one in asking))
            return
        for one, result in zip(asking, made or [None], strict=True):
            if not one.done.done():
                one.done.set_result(result)
