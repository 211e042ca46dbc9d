"""The rows of the fault matrix that need a real Kafka; without Java they say so and are skipped."""

import asyncio
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from random import Random

import pytest
import pytest_asyncio

from shared.localkafka import LocalKafka, missing
from tests.faults.brokers import SCENARIOS, copies_lost, topic_ready
from tests.faults.oracle import check
from tests.faults.scale import BRIEF
from tests.faults.server import new_folder
from tests.faults.stage import Stage
from tests.kafka.presence import JARS, kafka_here, local_name, verified_on

SEED = int(os.environ.get("FAULT_SEED", secrets.randbelow(10**6)))

pytestmark = pytest.mark.asyncio(loop_scope="module")


def needed() -> None:
    """Skip, with the reason, where no broker of our own can be started and stopped."""
    lacking = missing(JARS)
    if not kafka_here() or lacking:
        pytest.skip(f"F5–F8 F16 F22 未验证：{lacking}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def broker() -> AsyncIterator[LocalKafka]:
    needed()
    folder = new_folder()
    made = LocalKafka(JARS, folder / "kafka")
    await asyncio.to_thread(made.start)
    verified_on(local_name())
    await topic_ready(made.servers)
    yield made
    await asyncio.to_thread(made.stop)
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(broker: LocalKafka) -> AsyncIterator[Stage]:
    folder = new_folder()
    async with Stage(folder, broker.servers) as made:
        yield made
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__)
async def test_one_broker(scenario: object, stage: Stage, broker: LocalKafka) -> None:
    print(f"FAULT_SEED={SEED}")  # noqa: T201
    began = time.monotonic()
    await stage.recover()
    await scenario(stage, broker, BRIEF, Random(f"{SEED} {scenario.__name__}"))  # type: ignore[operator, attr-defined]
    await stage.recover()
    await stage.journal.resolve()
    await stage.settled(seconds=120)
    print(f"{time.monotonic() - began:.1f} s {await check(stage)}")  # noqa: T201


async def test_three_brokers() -> None:
    needed()
    folder = new_folder()
    brokers = LocalKafka(JARS, folder / "kafka", brokers=3)
    await asyncio.to_thread(brokers.start)
    try:
        await topic_ready(brokers.servers)
        async with Stage(folder, brokers.servers) as stage:
            await copies_lost(stage, brokers, BRIEF, Random(SEED))
            await stage.journal.resolve()
            await stage.settled(seconds=120)
            print(f"FAULT_SEED={SEED} {await check(stage)}")  # noqa: T201
    finally:
        await asyncio.to_thread(brokers.stop)
        shutil.rmtree(folder, ignore_errors=True)
