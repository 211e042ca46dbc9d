"""Events that are broken, foreign, mixed up, slow, many or watched by many."""

import asyncio
import contextlib
import json
import random
import re
from collections.abc import AsyncIterator
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from shared.commands.actor import Actor
from shared.db.model import new_id
from shared.db.scope import EVERYTHING
from shared.domain.roles import Role
from shared.environment.clock import SystemClock
from shared.events.redrive import redrive
from tests.faults.clients import OK, receive
from tests.faults.commands import one_letter
from tests.faults.oracle import check
from tests.faults.scale import Scale
from tests.faults.stage import Stage
from tests.shared.mirror.spec import MIRROR
from tests.waiting import until

OPERATOR = Actor("chaos", "o1", frozenset({Role.OPERATOR}), "220000", EVERYTHING)
FINGERPRINT = """
    SELECT md5(string_agg(concat_ws('|', id, region, state, version, fen), ',' ORDER BY id))
    FROM letter_copy
"""


async def poison(stage: Stage, scale: Scale, dice: Random) -> None:
    """F9: an event that the mirror cannot keep; it and its successors wait, the others flow."""
    await stage.settled()
    forbid = "ALTER TABLE letter_copy ADD CONSTRAINT bug CHECK (fen <> {})"
    async with stage.load(dice, scale.clients):
        bad = receive(stage.client(), "220102", dice)
        await stage.sql("mirror", forbid.format(bad.fen) + " NOT VALID")
        stage.journal.commands.append(bad)
        await stage.journal.carry_out(bad)
        assert bad.outcome == OK
        url = f"/v1/letters/{bad.letter}"
        street, city = stage.client(), stage.client(Role.CITY, "220100")
        for client, action, version in ((street, "answer", 1), (city, "file", 2)):
            headers = {"If-Match": f'"{version}"'}
            assert (await client.post(f"{url}/{action}", headers=headers)).status_code == 200

        async def all_dead() -> bool:
            waiting = f"SELECT count(*) FROM dead_letter WHERE subject = '{bad.letter}'"
            return bool(await stage.value("mirror", waiting) == 3)

        await until(all_dead)
        await asyncio.sleep(scale.calm)
    await stage.settled()
    assert await stage.value("mirror", "SELECT count(DISTINCT subject) FROM dead_letter") <= 2
    queue = (
        f"SELECT version, code FROM dead_letter WHERE subject = '{bad.letter}' ORDER BY position"
    )
    assert [tuple(row) for row in await stage.sql("mirror", queue)] == [
        (1, "IntegrityError"), (2, "behind-dead-letter"), (3, "behind-dead-letter")
    ]  # fmt: skip
    await stage.sql("mirror", "ALTER TABLE letter_copy DROP CONSTRAINT bug")
    async with stage.sessions("mirror") as sessions:
        done = [
            await redrive(
                MIRROR, sessions, SystemClock(), OPERATOR,
                subject=bad.letter, really=really, reason="约束已更正",
            )
            for really in (False, True)
        ]  # fmt: skip
    outcomes = [[one.outcome for one in each] for each in done]
    assert outcomes == [["would-apply"] * 3, ["applied"] * 3]


async def foreign_events(stage: Stage, scale: Scale, dice: Random) -> None:
    """F10: a type nobody knows passes; a newer version of a known one is never guessed."""
    told = """
        INSERT INTO outbox (event_id, aggregate, subject, version, type, region, data, at, trace)
        VALUES ('{}', '{}', '{}', 1, 'cn.gov.jl.housing.desk.{}', '220102', '{}', now(), '00')
    """
    async with stage.load(dice, scale.clients):
        for _ in range(scale.rounds):
            for aggregate, kind in (
                ("desk.stamp", "letter-stamped.v1"),
                ("desk.newer", "letter-received.v99"),
            ):
                data = json.dumps({"region": "220102"})
                values = told.format(new_id(), aggregate, new_id(), kind, data)
                await stage.sql("desk", values)
            await asyncio.sleep(scale.calm)


async def delivered_twice(stage: Stage, scale: Scale, dice: Random) -> None:
    """F11: the mirror forgets where it stood and takes everything in again, beside a second one."""
    stage.launch("mirror-worker-2")
    await stage.ready("mirror-worker-2")
    async with stage.load(dice, scale.clients):
        for _ in range(scale.rounds):
            back = "UPDATE consumer_pos SET position = (position * {:.3f})::bigint"
            await stage.sql("mirror", back.format(dice.random()))
            stage.events["rewind"] += 1
            await asyncio.sleep(scale.calm)


class Prankster:
    """A feed that answers mixed up, with holes, doubled, cut off, or not at all; at times truly."""

    def __init__(self, stage: Stage, dice: Random) -> None:
        self._stage, self._dice = stage, random.Random(dice.random())
        self.pranks = 0
        self.port = 0

    @contextlib.asynccontextmanager
    async def playing(self) -> AsyncIterator["Prankster"]:
        """Listen for as long as the block lasts."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, httpx.HTTPError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            asked = parse_qs(urlsplit(head.split(" ")[1]).query)
            query = {"after": asked["after"][0], "limit": "20", "wait": "1"}
            client = self._stage.client(Role.SERVICE, "220000")
            answer = await client.get("/v1/events", params=query)
            body = answer.content
            if answer.status_code == 200 and self._dice.random() < 0.6:
                body = self._play(answer.json())
            status = b"200 OK" if answer.status_code == 200 else b"503 Away"
            length, kind = str(len(body)).encode(), answer.headers["content-type"].encode()
            writer.write(
                b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nContent-Type: " + kind
                + b"\r\nContent-Length: " + length + b"\r\n\r\n" + body
            )  # fmt: skip
            await writer.drain()
        writer.close()

    def _play(self, found: list[Any]) -> bytes:
        self.pranks += 1
        prank = self._dice.randrange(5)
        if prank == 0:
            self._dice.shuffle(found)
        elif prank == 1 and found:
            found.pop(self._dice.randrange(len(found)))
        elif prank == 2 and found:
            found.insert(0, found[-1])
        elif prank == 3:
            return json.dumps(found).encode()[: -len(found) - 1]
        elif prank == 4:
            return b"<html>login</html>"
        return json.dumps(found, ensure_ascii=False).encode()


async def mixed_up(stage: Stage, scale: Scale, dice: Random) -> None:
    """F12: the way of the feed mixes answers up; nothing is taken in before what comes first."""
    async with Prankster(stage, dice).playing() as prankster:
        stage.restarted("mirror-worker", feed=prankster.port)
        await stage.ready("mirror-worker")
        async with stage.load(dice, 2):
            await until(lambda: prankster.pranks >= 2 * scale.rounds, 60)
        stage.events["prank"] += prankster.pranks
        stage.kill("mirror-worker")


async def slow_consumer(stage: Stage, scale: Scale, dice: Random) -> None:
    """F13: a consumer that takes its time slows nobody else, stays alive and catches up."""
    stage.restarted("mirror-worker", pace=0.02)
    await stage.ready("mirror-worker")
    answered = stage.journal.statuses["201"]
    async with stage.load(dice, scale.clients):
        await until(lambda: stage.journal.statuses["201"] >= answered + 30 * scale.rounds)
    behind = "SELECT position FROM consumer_pos"
    assert await stage.settled_log() > await stage.value("mirror", behind)
    port = stage.members["mirror-worker"].port
    async with httpx.AsyncClient(trust_env=False, timeout=10) as probe:
        assert (await probe.get(f"http://127.0.0.1:{port}/healthz/live")).status_code == 200
    stage.restarted("mirror-worker")


async def rebuilt(stage: Stage, scale: Scale, dice: Random) -> None:
    """F28: a second mirror is built from the first event on, while the desk goes on."""
    name = f"mirror_{dice.getrandbits(32):08x}"
    await stage.settled()
    await stage.sql("postgres", f"CREATE DATABASE {name}")
    await stage.upgrade(MIRROR, name)
    stage.launch("mirror-worker-3", database=name)
    async with stage.load(dice, scale.clients):
        await stage.ready("mirror-worker-3")
        await asyncio.sleep(scale.calm)
    await stage.journal.resolve()
    await stage.settled()
    await check(stage, name)
    assert await stage.value(name, FINGERPRINT) == await stage.value("mirror", FINGERPRINT)
    stage.members.pop("mirror-worker-3").kill()


async def many_watchers(stage: Stage, scale: Scale, dice: Random) -> None:
    """F29: long polls without end, of readers who see little or nothing, hold no connection."""
    head = await stage.settled()
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{stage.api_port}",
        limits=httpx.Limits(max_connections=400),
        timeout=60,
        trust_env=False,
    ) as client:

        async def poll(region: str) -> tuple[int, int]:
            headers = {"Authorization": f"Bearer {stage.token(Role.SERVICE, region)}"}
            query = {"after": head, "wait": 30}
            answer = await client.get("/v1/events", params=query, headers=headers)
            if answer.status_code == 503:  # they come all at once; some may have to come again
                await asyncio.sleep(float(answer.headers["retry-after"]))
                return await poll(region)
            assert answer.status_code == 200, answer.text
            reached = int(re.split(r"\D", answer.headers["link"].split("after=")[1])[0])
            return len(answer.json()), reached

        regions = ("220000", "220300") * (2 * scale.parallel)
        polls = [asyncio.create_task(poll(region)) for region in regions]
        await asyncio.sleep(scale.calm)
        for _ in range(5):
            assert (await stage.client().get("/v1/letters")).status_code == 200
        await one_letter(stage, dice)
        found = await asyncio.gather(*polls)
    assert all(reached > head for _, reached in found)
    assert {count > 0 for count, _ in found[::2]} == {True}
    assert {count for count, _ in found[1::2]} == {0}
    ahead = await stage.client(Role.SERVICE, "220000").get("/v1/events", params={"after": 2**40})
    assert (ahead.status_code, ahead.json()["code"]) == (409, "position-ahead")
