"""Processes, servers and ways that are gone, hang or come back too late."""

import asyncio
import signal
from datetime import UTC, datetime, timedelta
from random import Random

from shared.domain.roles import Role
from tests.faults.clients import OK
from tests.faults.scale import Scale
from tests.faults.stage import HEAD, POOL, Member, Stage
from tests.waiting import until

LEADERS = """
    SELECT a.pid, a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.objid = 1785462786 AND l.classid = 0
    AND a.datname = 'desk'
"""


async def numbering_killed(stage: Stage, scale: Scale, dice: Random) -> None:
    """F1: the desk's worker is killed while it numbers, again and again."""
    async with stage.load(dice, scale.clients):
        for _ in range(scale.rounds):
            await asyncio.sleep(scale.calm * dice.random())
            stage.restarted("desk-worker")
            await stage.ready("desk-worker")
        await asyncio.sleep(scale.calm)


async def consumer_killed(stage: Stage, scale: Scale, dice: Random) -> None:
    """F2: two mirrors take in the same feed; they are killed in turn while they work."""
    stage.launch("mirror-worker-2")
    await stage.ready("mirror-worker-2")
    async with stage.load(dice, scale.clients):
        for number in range(2 * scale.rounds):
            await asyncio.sleep(scale.calm * dice.random())
            name = ("mirror-worker", "mirror-worker-2")[number % 2]
            stage.restarted(name)
            await stage.ready(name)
        await asyncio.sleep(scale.calm)


async def api_killed(stage: Stage, scale: Scale, dice: Random) -> None:
    """F1, F20: the API is killed under load; what was not answered is asked again by its key."""
    async with stage.load(dice, scale.clients):
        for _ in range(scale.rounds):
            await asyncio.sleep(scale.calm)
            stage.restarted("desk-api")
            await stage.ready("desk-api")
        await asyncio.sleep(scale.calm)


async def database_crashed(stage: Stage, scale: Scale, dice: Random) -> None:
    """F3: the database crashes under load and recovers; nothing acknowledged is lost."""
    before = stage.journal.statuses["503"]
    async with stage.load(dice, scale.clients):
        for _ in range(scale.rounds):
            await asyncio.sleep(scale.calm)
            await asyncio.to_thread(stage.server.crash)
            stage.events["database crash"] += 1
            answer = await stage.client().get("/v1/letters")
            assert answer.status_code == 503, answer.text
            assert answer.headers["retry-after"]
            assert (await stage.client().get("/healthz/live")).status_code == 200
            await stage.server.start()
            await stage.ready("desk-api", "desk-worker", "mirror-worker")
        await asyncio.sleep(scale.calm)
    assert stage.journal.statuses["503"] > before


async def database_silent(stage: Stage, scale: Scale, dice: Random) -> None:
    """F4: the way to the database swallows everything; the pool recovers without a restart."""
    pids = {name: one.process.pid for name, one in stage.members.items()}
    async with stage.load(dice, scale.clients):
        await asyncio.sleep(scale.calm)
        stage.database.hold()
        stage.events["black hole"] += 1
        asked = (stage.client().get("/v1/letters") for _ in range(3 * POOL))
        answers = await asyncio.gather(*asked)  # they come although the way is not yet mended
        assert {one.status_code for one in answers} == {503}
        assert {one.json()["code"] for one in answers} <= {"busy", "database-busy"}
        if dice.random() < 0.5:
            stage.database.cut()
        stage.database.heal()
        await stage.ready("desk-api", "desk-worker", seconds=30)
        for _ in range(scale.rounds):
            await asyncio.sleep(scale.calm)
            stage.database.cut()
            stage.feed.cut()
            stage.events["cut"] += 1
        await asyncio.sleep(scale.calm)

    async def works() -> bool:
        return (await stage.client().get("/v1/letters")).status_code == 200

    await until(works)
    await stage.settled()
    assert pids == {name: one.process.pid for name, one in stage.members.items()}


async def leader_frozen(stage: Stage, scale: Scale, dice: Random) -> None:
    """F21: a leader is stopped in its tracks, another takes over, the zombie wakes up again."""
    stage.launch("desk-worker-2")
    await stage.ready("desk-worker-2")
    async with stage.load(dice, scale.clients):
        for _ in range(scale.rounds):
            await until(lambda: _leader(stage, running=True))
            leading = (await stage.sql("desk", LEADERS))[0]
            before = await stage.value("desk", HEAD)
            zombie = _member(stage, leading["application_name"])
            zombie.send(signal.SIGSTOP)
            stage.events["SIGSTOP"] += 1
            await stage.sql("desk", f"SELECT pg_terminate_backend({leading['pid']})")

            async def goes_on(before: int = before) -> bool:
                head: int = await stage.value("desk", HEAD)
                return head > before

            await until(goes_on)
            await until(lambda: _leader(stage, running=True))
            await asyncio.sleep(scale.calm)
            zombie.send(signal.SIGCONT)
        await asyncio.sleep(scale.calm)
    assert len(await stage.sql("desk", LEADERS)) <= 1


def _member(stage: Stage, name: str) -> Member:
    pid = int(name.rpartition("-")[2])
    return next(one for one in stage.members.values() if one.process.pid == pid)


async def _leader(stage: Stage, *, running: bool) -> bool:
    rows = await stage.sql("desk", LEADERS)
    return bool(rows) and _member(stage, rows[0]["application_name"]).running() is running


async def table_locked(stage: Stage, scale: Scale, dice: Random) -> None:
    """F24: somebody locks a hot table for longer than a command waits."""
    async with stage.load(dice, scale.clients), stage.sessions("desk") as sessions:
        for table in ("audit_log", "outbox")[: scale.rounds // 2]:
            await asyncio.sleep(scale.calm)
            before = stage.journal.statuses["409"]
            async with sessions() as session, session.begin():
                await session.connection()
                await (await session.connection()).exec_driver_sql(f"LOCK TABLE {table}")
                stage.events["table locked"] += 1
                await until(lambda before=before: stage.journal.statuses["409"] > before)
                answer = await stage.client().get("/healthz/live")
                assert answer.status_code == 200
        await asyncio.sleep(scale.calm)
    await stage.ready("desk-api")


async def import_killed(stage: Stage, scale: Scale, dice: Random) -> None:
    """F25: the API is killed in the middle of a file; the file comes again, and once more."""
    mark = f"{dice.getrandbits(64):016x}"
    rows = "".join(f"{mark}-{n},{n}.50\n" for n in range(1, scale.lines + 1))
    file = {"file": ("letters.csv", f"内容,金额\n{rows}".encode(), "text/csv")}
    street = stage.client()
    count = f"SELECT count(*) FROM letter WHERE text LIKE '{mark}-%'"
    async with stage.sessions("desk") as sessions, sessions() as session, session.begin():
        await (await session.connection()).exec_driver_sql("LOCK TABLE outbox IN SHARE MODE")
        upload = asyncio.create_task(street.post("/v1/letters-imports", files=file))

        async def half_way() -> bool:
            waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            return bool(await stage.value("desk", waits))

        await until(half_way)  # the letters are written, their events wait for the lock
        stage.kill("desk-api")
    result = (await asyncio.gather(upload, return_exceptions=True))[0]
    assert isinstance(result, BaseException)
    stage.launch("desk-api")
    await stage.ready("desk-api")
    assert await stage.value("desk", count) == 0
    for repeated in (False, True):
        answer = await street.post("/v1/letters-imports", files=file)
        assert answer.status_code == 201, answer.text
        assert answer.json()["repeated"] is repeated
        assert await stage.value("desk", count) == scale.lines


async def told_to_stop(stage: Stage, scale: Scale, dice: Random) -> None:
    """F32: SIGTERM under load, and while the database is silent: all end in time."""
    async with stage.load(dice, scale.clients):
        await asyncio.sleep(scale.calm)
        waiting = asyncio.create_task(
            stage.client(Role.SERVICE, "220000").get("/v1/events", params={"after": 0, "wait": 1})
        )
        for name in ("desk-worker", "mirror-worker", "desk-api"):
            assert await stage.members[name].end() == 0, name
            stage.events["SIGTERM"] += 1
        await asyncio.gather(waiting, return_exceptions=True)
    await stage.recover()
    async with stage.load(dice, scale.clients):
        await asyncio.sleep(scale.calm)
        stage.database.hold()
        await asyncio.sleep(scale.calm)
        ends = [stage.members[name].end(25) for name in ("desk-worker", "desk-api")]
        codes = await asyncio.gather(*ends)
        stage.events["SIGTERM"] += 2
        stage.database.heal()
    assert set(codes) == {0}, codes


async def clock_astray(stage: Stage, scale: Scale, dice: Random) -> None:
    """F14: the clock of one process is an hour fast, then slow, then back at a month's end."""
    clock = stage.folder / "clock"
    now = datetime.now(UTC)
    month_end = now.replace(day=1, hour=15, minute=59, second=59, microsecond=999_999)
    clock.write_text((now + timedelta(hours=1)).isoformat(), encoding="utf-8")
    stage.restarted("desk-api", clock=clock)
    await stage.ready("desk-api")
    async with stage.load(dice, scale.clients):
        for instant in (now + timedelta(hours=1), now - timedelta(hours=1), month_end):
            moved = clock.with_suffix(".new")
            moved.write_text(instant.isoformat(), encoding="utf-8")
            moved.replace(clock)
            stage.events["clock moved"] += 1
            done = stage.journal.ends[OK]
            await until(lambda done=done: stage.journal.ends[OK] > done + 5)
    back = "SELECT count(*) FROM (SELECT at < lag(at) OVER (ORDER BY position) AS b FROM outbox) t"
    assert await stage.value("desk", f"{back} WHERE b") >= 2  # the order did not follow the time
    stage.restarted("desk-api")
