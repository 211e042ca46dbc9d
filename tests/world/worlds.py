"""A world is built once per service and test process; every test gets a copy of its database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from deploy.docs.specs import specs
from shared.commands.spec import ServiceSpec
from tests.harness import Postgres, Secrets, open_at, open_one
from tests.world.rooms import rooms_of
from tests.world.world import Thing, World

NAMES = tuple(spec.name for spec in specs())
Made = tuple[str, dict[str, list[Thing]], datetime, dict[str, int]]
_numbers = count(1)


def spec_of(name: str) -> ServiceSpec:
    """The spec of a service."""
    (found,) = (spec for spec in specs() if spec.name == name)
    return found


@dataclass
class Worlds:
    """The databases to copy, with what is in them and when it is there."""

    postgres: Postgres
    secrets: Secrets
    _made: dict[str, Made] = field(default_factory=dict)

    @asynccontextmanager
    async def open(self, name: str) -> AsyncIterator[World]:
        """A world of one's own."""
        template, things, now, positions = await self._template(name)
        database = f"world_{name}_{next(_numbers)}"
        url = await self.postgres.server.create_database(database, template)
        office = open_at(self.secrets, spec_of(name), database, url)
        office.clock.set(now)
        office.positions.update(positions)
        try:
            yield World(office, things)
        finally:
            await office.close()
            await self.postgres.server.drop_database(database)

    async def _template(self, name: str) -> Made:
        if name not in self._made:
            office = await open_one(self.postgres, self.secrets, spec_of(name))
            world = World(office)
            rooms = rooms_of(name)
            for room in rooms.values():
                await room.make(world)
            for room in rooms.values():
                await room.note(world)
            await office.number()
            await office.close()
            now = office.clock.now()
            self._made[name] = (office.database, world.things, now, office.positions)
        return self._made[name]
