"""What every desk of the demonstration shares: the month, the units, lists by region."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from deploy.demo import world
from deploy.demo.desk import Desk, Person, each

Item = dict[str, Any]
PROVINCE = Person("province", "220000")
SUPERVISOR = Person("supervisor", "220000")


def april(day: int) -> date:
    """A day of April 2021."""
    return date(2021, 4, day)


def by_region(items: list[Item]) -> dict[str, list[Item]]:
    """Items by region in the order of the codes: the same month whichever office was first."""
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[item["region"]].append(item)
    return dict(sorted(found.items()))


def keys(items: list[Item], **more: Any) -> list[Item]:
    """The id and version of each item, as bulk commands take them."""
    return [{"id": item["id"], "version": item["version"], **more} for item in items]


@dataclass
class Offices:
    """The offices of these units. `homes`: households that each office registers."""

    desk: Desk
    units: list[world.Unit]
    homes: int = 50

    async def all_of(self, service: str, path: str, state: str) -> dict[str, list[Item]]:
        """Everything in one state, by region, as the province sees it."""
        who = Person("province", "220000")
        return by_region(await self.desk.everything(service, path, who, state=state))

    async def by_office(
        self, found: dict[str, list[Item]], act: Callable[[str, list[Item]], Awaitable[Any]]
    ) -> int:
        """Let each region's office act on its own items."""
        await each(lambda pair: act(*pair), found.items())
        return sum(len(items) for items in found.values())
