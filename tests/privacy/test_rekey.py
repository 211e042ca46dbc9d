"""New keys while the service runs: old values open, new ones are sealed anew, then all are."""

import asyncio
import base64
import json
import secrets as random
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.crypto import keyring
from shared.domain.roles import Role
from shared.runtime.rekey import rekey, sealed
from tests.acting import keyed
from tests.applications.rooms.application import household
from tests.harness import Office, Secrets
from tests.world.world import Thing, World
from tests.world.worlds import NAMES, Worlds, spec_of


@pytest.fixture
def rings(secrets: Secrets, tmp_path: Path) -> Iterator[tuple[keyring.KeyRing, keyring.KeyRing]]:
    """The ring with a second, current SM4 key; and the ring when the first key is gone."""
    content = json.loads(secrets.key_file.read_text("utf-8"))
    first = content["current"]
    fresh = base64.b64encode(random.token_bytes(16)).decode()
    content["keys"]["k2"] = {"algorithm": "SM4-GCM", "key": fresh}
    content["current"] = "k2"
    (tmp_path / "both.json").write_text(json.dumps(content), "utf-8")
    del content["keys"][first]
    (tmp_path / "after.json").write_text(json.dumps(content), "utf-8")
    yield (
        keyring.KeyRing.from_file(tmp_path / "both.json"),
        keyring.KeyRing.from_file(tmp_path / "after.json"),
    )
    keyring.install(keyring.KeyRing.from_file(secrets.key_file))


async def under(office: Office) -> dict[str, int]:
    """Key id -> how many values are sealed with it."""
    found: dict[str, int] = {}
    async with office.sessions() as session:
        for _, table, column in sealed(office.spec):
            for (blob,) in await session.execute(table.select().with_only_columns(column)):
                if blob is not None:
                    name = keyring.key_id_of(bytes(blob))
                    found[name] = found.get(name, 0) + 1
    return found


@pytest.mark.parametrize("name", [n for n in NAMES if list(sealed(spec_of(n)))])
async def test_every_value_gets_under_the_new_key_and_still_opens(
    name: str, worlds: Worlds, rings: tuple[keyring.KeyRing, keyring.KeyRing]
) -> None:
    async with worlds.open(name) as world:
        office, (both, after) = world.office, rings
        before = await under(office)
        assert len(before) == 1
        keyring.install(both)
        done = await rekey(office.spec, office.sessions)
        assert sum(done.values()) == sum(before.values())
        assert all(done.values()) or name == "applications"  # no objection is answered yet
        assert await under(office) == {"k2": sum(before.values())}
        assert not any((await rekey(office.spec, office.sessions)).values())
        keyring.install(after)
        async with office.sessions() as session:
            for one, table, column in sealed(office.spec):
                rows = await session.execute(table.select().with_only_columns(table.c.id, column))
                assert all(one.open(id, bytes(blob)) for id, blob in rows if blob is not None)


async def test_offices_work_on_while_the_keys_change(
    worlds: Worlds, rings: tuple[keyring.KeyRing, keyring.KeyRing]
) -> None:
    """Reads and writes during the change; the blind index finds people before and after."""
    async with worlds.open("applications") as world:
        office, (both, after) = world.office, rings
        keyring.install(both)
        street = world.client(Role.STREET, "220103")
        made = await street.post("/v1/applications", json=_home("220103"), headers=keyed())
        assert made.status_code == 201
        _, answers = await asyncio.gather(rekey(office.spec, office.sessions), _work(world))
        assert set(answers) == {200}
        assert set(await under(office)) == {"k2"}
        keyring.install(after)
        again = await street.post("/v1/applications", json=_home("220103"), headers=keyed())
        assert again.json()["errors"][0]["code"] == "household-running"


def _home(region: str) -> dict[str, object]:
    return household([Thing("", "", 0, region)])


async def _work(world: World) -> list[int]:
    reader = world.client(Role.CITY, "220000")
    things = world.of("application")
    body = {"purpose": "入户调查前电话预约"}
    asked = [reader.post(f"/v1/applications/{t.id}/unmaskings", json=body) for t in things[:8]]
    asked += [reader.get(f"/v1/applications/{t.id}") for t in things[:8]]
    return [answer.status_code for answer in await asyncio.gather(*asked)]
