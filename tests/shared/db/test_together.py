"""Groups of callers: who waits is served together, and nobody suffers for another."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.db import together
from shared.db.together import Together


class Work:
    """Gives each its double; nothing when a bad one is among them; waits while it is held up."""

    def __init__(self, *bad: int) -> None:
        self.bad, self.groups = set(bad), list[list[int]]()
        self.free = asyncio.Event()

    async def __call__(self, several: Sequence[int]) -> list[int] | None:
        self.groups.append(list(several))
        await self.free.wait()
        if 0 in several:
            raise ConnectionError("lost")
        return None if self.bad & set(several) else [2 * one for one in several]


async def rush(work: Work, *numbers: int) -> list[asyncio.Task[int | None]]:
    """As many callers of one kind; the first is under way when the others come."""
    desk = Together()
    tasks = [asyncio.create_task(desk.join("kind", number, work)) for number in numbers]
    await asyncio.sleep(0.01)
    return tasks


async def test_who_waits_is_served_together_and_gets_his_own() -> None:
    work = Work()
    tasks = await rush(work, 1, 2, 3, 4)
    assert work.groups == [[1]]
    work.free.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6, 8]
    assert work.groups == [[1], [2, 3, 4]]


async def test_a_group_that_does_nothing_is_done_one_by_one() -> None:
    work = Work(3)
    tasks = await rush(work, 1, 2, 3, 4)
    work.free.set()
    assert await asyncio.gather(*tasks) == [2, 4, None, 8]
    assert work.groups == [[1], [2, 3, 4], [2], [3], [4]]


async def test_an_error_is_everybodys_of_the_group() -> None:
    work = Work()
    tasks = await rush(work, 1, 2, 0, 4)
    work.free.set()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert done[0] == 2
    assert [type(one) for one in done[1:]] == [ConnectionError] * 3


async def test_who_hung_up_is_left_out() -> None:
    work = Work()
    tasks = await rush(work, 1, 2, 3)
    tasks[1].cancel()
    await asyncio.sleep(0)
    work.free.set()
    await asyncio.wait(tasks)
    assert work.groups == [[1], [3]]
    assert (tasks[1].cancelled(), tasks[2].result()) == (True, 6)


async def test_kinds_do_not_mix_nor_wait_and_groups_have_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(together, "MOST", 2)
    work, desk = Work(), Together()
    tasks = [
        asyncio.create_task(desk.join(kind, number, work))
        for number, kind in enumerate("abaababa", 1)
    ]
    await asyncio.sleep(0.01)
    assert work.groups == [[1], [2]]
    work.free.set()
    await asyncio.gather(*tasks)
    assert sorted(work.groups[2:]) == [[3, 4], [5, 7], [6, 8]]


async def test_a_group_that_waits_for_a_lock_does_not_hold_up_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(together, "SLOW", 0.01)
    stuck, quick = Work(), Work()
    quick.free.set()
    desk = Together()
    first = asyncio.create_task(desk.join("kind", 1, stuck))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        assert await desk.join("kind", 21, quick) == 42
    assert not first.done()
    stuck.free.set()
    assert await first == 2
