"""Groups of callers: who waits is served together, and nobody suffers for another."""

import asyncio
from collections.abc import Sequence

import pytest

from shared import together
from shared.together import ABREAST, Together


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


async def rush(work: Work, *numbers: int, kind: str = "a") -> list[asyncio.Task[int | None]]:
    """As many at once as may be under way alone, and then the rest."""
    desk = Together()
    tasks = []
    for number in numbers:
        tasks.append(asyncio.create_task(desk.join(kind, number, work)))
        if len(tasks) <= ABREAST:
            await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_who_waits_is_served_together_and_gets_his_own() -> None:
    work = Work()
    tasks = await rush(work, 1, 2, 3, 4, 5)
    await asyncio.sleep(0)
    assert work.groups == [[1], [2]]
    work.free.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6, 8, 10]
    assert work.groups == [[1], [2], [3, 4, 5]]


async def test_a_group_that_does_nothing_is_done_one_by_one() -> None:
    work = Work(4)
    tasks = await rush(work, 1, 2, 3, 4, 5)
    work.free.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6, None, 10]
    assert work.groups[2:] == [[3, 4, 5], [3], [4], [5]]


async def test_an_error_is_everybodys_of_the_group() -> None:
    work = Work()
    tasks = await rush(work, 1, 2, 3, 0, 5)
    work.free.set()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert done[:2] == [2, 4]
    assert [type(one) for one in done[2:]] == [ConnectionError] * 3


async def test_who_hung_up_is_left_out() -> None:
    work = Work()
    tasks = await rush(work, 1, 2, 3, 4)
    tasks[2].cancel()
    await asyncio.sleep(0)
    work.free.set()
    assert await asyncio.gather(*tasks, return_exceptions=True) != []
    assert work.groups == [[1], [2], [4]]
    assert tasks[3].result() == 8


async def test_kinds_do_not_mix_and_groups_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST", 2)
    work, desk = Work(), Together()
    tasks = [
        asyncio.create_task(desk.join(kind, n, work))
        for n, kind in enumerate(("x", "y", "a", "b", "a", "b", "a"), 1)
    ]
    await asyncio.sleep(0)
    work.free.set()
    await asyncio.gather(*tasks)
    assert work.groups == [[1], [2], [3, 5], [7], [4, 6]]


async def test_a_group_that_waits_for_a_lock_does_not_hold_up_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(together, "SLOW", 0.01)
    slow, quick = Work(), Work()
    quick.free.set()
    desk = Together()
    stuck = [asyncio.create_task(desk.join("slow", n, slow)) for n in range(1, ABREAST + 1)]
    stuck += [asyncio.create_task(desk.join(f"slow{n}", n, slow)) for n in range(1, ABREAST)]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        assert await desk.join("quick", 21, quick) == 42
    slow.free.set()
    await asyncio.gather(*stuck)
