"""F30: the desk's database is lost and comes back from a backup that is older than its readers."""

import asyncio
import contextlib
from random import Random
from uuid import UUID

import httpx

from tests.faults.clients import UNKNOWN
from tests.faults.scale import Scale
from tests.faults.stage import HEAD, Stage
from tests.waiting import until

WHO = {"by": "值班员", "reason": "演练：数据库从备份恢复"}
LETTERS = "SELECT id FROM letter"


async def restored(stage: Stage, scale: Scale, dice: Random) -> None:
    """What was lost is refused by everybody until operators say so; then it is entered again."""
    before = len(stage.journal.commands)
    kept = await _backup_and_loss(stage, scale, dice)
    await _refused(stage)
    if stage.kafka:
        await _agree_over_kafka(stage, kept, late=dice.random() < 0.5)
    else:
        await _agree_over_the_feed(stage)
    await stage.recover()
    await _enter_again(stage, before)
    async with stage.load(dice, scale.clients):
        await asyncio.sleep(scale.calm)


async def _backup_and_loss(stage: Stage, scale: Scale, dice: Random) -> int:
    """A backup under load, more load, and then the backup is all there is; its last position."""
    file = stage.folder / "desk.dump"
    async with stage.load(dice, scale.clients):
        await asyncio.sleep(scale.calm)
        await asyncio.to_thread(stage.server.dump, "desk", file)
        head = await stage.value("desk", HEAD)
        await until(lambda: stage.value_is_above("desk", HEAD, head + 20))
    await stage.settled()
    seen = _signed(stage)
    await until(lambda: _signed(stage) > seen)  # all that was told is signed for
    for name in ("desk-api", "desk-worker"):
        stage.kill(name)
    await asyncio.to_thread(stage.server.restore, "desk", file)
    stage.events["restored from a backup"] += 1
    kept: int = await stage.value("desk", HEAD)
    assert kept < await stage.value("mirror", "SELECT position FROM consumer_pos")
    return kept


def _signed(stage: Stage) -> int:
    """Bytes of the desk's checkpoints."""
    file = stage.checkpoints("desk")
    return file.stat().st_size if file.exists() else 0


async def _refused(stage: Stage) -> None:
    """The desk's worker does not number on: its log contradicts checkpoints, and the topic."""
    await _ends_refusing(stage)
    if stage.kafka:
        signed = stage.checkpoints("desk")
        hidden = signed.rename(signed.with_suffix(".away"))
        await _ends_refusing(stage)
        hidden.rename(signed)


async def _ends_refusing(stage: Stage) -> None:
    worker = stage.launch("desk-worker")
    await until(lambda: not worker.process.is_alive())
    said = worker.log.read_text(encoding="utf-8")
    assert worker.process.exitcode == 1
    assert "确认之前不" in said, said[-2000:]
    worker.log.write_text("", encoding="utf-8")  # the oracle takes an end by an error for a fault


async def _halted(stage: Stage) -> bool:
    """Whether the mirror's alarm rings."""
    url = f"http://127.0.0.1:{stage.members['mirror-worker'].port}/metrics"
    with contextlib.suppress(httpx.HTTPError):
        async with httpx.AsyncClient(trust_env=False, timeout=5) as probe:
            return 'housing_source_halted{source="desk"} 1.0' in (await probe.get(url)).text
    return False


async def _agree_over_the_feed(stage: Stage) -> None:
    """The mirror stops by itself, is rewound while it runs, and goes on by itself."""
    stage.launch("desk-api")
    await stage.ready("desk-api")
    await until(lambda: _halted(stage))
    had = await stage.value("mirror", "SELECT count(*) FROM inbox")
    for really in (False, True):
        assert await stage.value("mirror", "SELECT count(*) FROM inbox") == had
        given = {"source": "desk", "kept": None, "really": really, **WHO}
        assert await stage.operate("mirror-worker", "rewind", **given) == 0
    assert await stage.operate("desk-worker", "restored", really=True, **WHO) == 0


async def _agree_over_kafka(stage: Stage, kept: int, *, late: bool) -> None:
    """Readers first, then the topic is filled anew; who forgot it meets a foreign history."""
    rewind = {"source": "desk", "kept": kept, "really": True, **WHO}
    if late:
        assert await stage.operate("desk-worker", "restored", really=True, **WHO) == 0
        stage.launch("desk-worker")
        stage.launch("desk-api")
        await stage.ready("desk-api", "desk-worker")
        async with stage.load(Random(kept), 2):
            await until(lambda: _halted(stage))
        assert await stage.operate("desk-worker", "restored", really=True, **WHO) == 1
        assert await stage.members["desk-worker"].end() == 0
    assert await stage.members["mirror-worker"].end() == 0
    assert await stage.operate("mirror-worker", "rewind", **rewind) == 0
    assert await stage.operate("desk-worker", "restored", really=True, **WHO) == 0


async def _enter_again(stage: Stage, before: int) -> None:
    """What was done since is asked again by its key: some the backup had, the rest is done anew."""
    there: set[UUID] = {row["id"] for row in await stage.sql("desk", LETTERS)}
    journal = stage.journal
    since = journal.commands[before:]
    del journal.commands[before:]
    for one in since:
        if one.version == 1:
            one.letter = None
        elif one.letter not in there:
            continue  # a move of a letter that has to come in again first, under another id
        one.outcome = UNKNOWN
        journal.commands.append(one)
    await journal.resolve()
