"""Fixtures of the whole suite. `open_office` gives a test one service with its own database."""

import importlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from shared.commands.spec import ServiceSpec
from shared.crypto import keyring
from shared.environment import gc_tuning
from shared.local import tokens
from tests.harness import Office, Postgres, Secrets, open_one
from tests.world.worlds import Worlds

OpenOffice = Callable[[str | ServiceSpec], Awaitable[Office]]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One real PostgreSQL server for the session."""
    made = Postgres()
    made.start()
    yield made
    made.server.stop()


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Secrets:
    """Token and data keys of the session."""
    folder: Path = tmp_path_factory.mktemp("secrets")
    keyring.new_key_file(folder / "keys.json")
    return Secrets(folder, tokens.new_key_pair(folder / "jwks.json"))


@pytest.fixture(scope="session")
def worlds(postgres: Postgres, secrets: Secrets) -> Worlds:
    """Offices full of objects in several regions: `async with worlds.open("subsidy") as world`."""
    return Worlds(postgres, secrets)


@pytest_asyncio.fixture
async def open_office(postgres: Postgres, secrets: Secrets) -> AsyncIterator[OpenOffice]:
    """`office = await open_office("applications")`, or with a ServiceSpec."""
    opened: list[Office] = []

    async def make(which: str | ServiceSpec) -> Office:
        spec = which
        if isinstance(spec, str):
            found: ServiceSpec = importlib.import_module(f"services.{spec}.spec").SPEC
            spec = found
        office = await open_one(postgres, secrets, spec)
        opened.append(office)
        return office

    yield make
    for office in opened:
        await office.close()
        await postgres.server.drop_database(office.database)


_LONG = ("flow", "faults", "architecture", "kafka", "bench", "scope", "inputs")
"""Folders whose files take long begin first, and the short ones fill the gaps. A process is given
its next file when two tests are left to do: behind the two of `flow` nothing long should wait."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; the others stay in their order."""
    rank = {name: place for place, name in enumerate(_LONG)}
    folder = Path(__file__).parent
    items.sort(key=lambda one: rank.get(one.path.relative_to(folder).parts[0], len(_LONG)))


def pytest_sessionstart() -> None:
    """The garbage collector as in a service's process."""
    gc_tuning.settle()


class Units(LoadFileScheduling):
    """Whole files side by side; those of real Kafka in one process, for brokers start slowly."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return str(Path(file).parent) if Path(file).parent.name == "kafka" else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Units:
    """How a run in several processes deals out the tests."""
    return Units(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines whether a real Kafka took part."""
    presence = importlib.import_module("tests.kafka.presence")
    for line in presence.lines():
        terminalreporter.write_line(line)
