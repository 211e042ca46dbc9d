"""The rows of the fault matrix that need a real Kafka; without Java they say so and are skipped."""

import asyncio
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from shared.local.kafka_server import LocalKafka, missing
from tests.faults.brokers import ONE_BROKER, rows_on, topic_ready
from tests.faults.disk import small_disk
from tests.faults.oracle import check
from tests.faults.rows import play
from tests.faults.scale import BRIEF, UNHURRIED
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
    with small_disk() as folder:
        made = LocalKafka(JARS, folder / "kafka")
        await asyncio.to_thread(made.start)
        verified_on(local_name())
        await topic_ready(made.servers)
        yield made
        await asyncio.to_thread(made.stop)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(broker: LocalKafka) -> AsyncIterator[Stage]:
    folder = new_folder()
    async with Stage(folder, broker.servers, UNHURRIED) as made:
        yield made
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("number", range(len(ONE_BROKER)), ids=lambda n: ONE_BROKER[n][2].__name__)
async def test_nothing_is_lost_doubled_or_out_of_order(
    number: int, stage: Stage, broker: LocalKafka
) -> None:
    """F7, with three brokers, is played in the long form and in tests/kafka/."""
    print(f"FAULT_SEED={SEED}")  # noqa: T201
    began = time.monotonic()
    await play(rows_on(broker, ONE_BROKER)[number], stage, BRIEF, SEED)
    print(f"{time.monotonic() - began:.1f} s {await check(stage)}")  # noqa: T201
