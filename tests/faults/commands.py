"""Commands that come at once, twice, half or with a forged token."""

import asyncio
import base64
import json
from collections import Counter
from random import Random
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from shared.domain.roles import Role
from shared.local import tokens
from tests.faults.clients import OK, RECEIVING, Command, move, receive
from tests.faults.scale import Scale
from tests.faults.stage import POOL, Stage
from tests.waiting import until


async def one_letter(stage: Stage, dice: Random) -> Command:
    """A letter that has just come in."""
    command = receive(stage.client(), "220102", dice)
    stage.journal.commands.append(command)
    await stage.journal.carry_out(command)
    assert command.outcome == OK
    return command


async def at_once(stage: Stage, commands: list[Command]) -> Counter[int]:
    """Send all at the same moment; the journal knows them all. How often each status came."""
    stage.journal.commands += commands
    answers = await asyncio.gather(*(stage.journal.carry_out(one) for one in commands))
    return Counter(one.status_code for one in answers if one is not None)


async def pool_exhausted(stage: Stage, scale: Scale, dice: Random) -> None:
    """F17: more wait for a locked letter than there are connections; then it is free again."""
    first = await one_letter(stage, dice)
    assert first.letter is not None
    commands = [move(stage.client(), first.letter, "answer", first, dice) for _ in range(3 * POOL)]
    async with stage.sessions("desk") as sessions, sessions() as session, session.begin():
        locked = f"SELECT 1 FROM letter WHERE id = '{first.letter}' FOR UPDATE"
        await (await session.connection()).exec_driver_sql(locked)
        sent = [asyncio.create_task(stage.journal.carry_out(one)) for one in commands]

        async def all_taken() -> bool:
            waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            return bool(await stage.value("desk", waits) >= POOL)

        await until(all_taken)
        async with httpx.AsyncClient(trust_env=False, timeout=5) as probe:
            answer = await probe.get(f"http://127.0.0.1:{stage.api_port}/healthz/live")
            assert answer.status_code == 200
        await asyncio.wait(sent, timeout=30, return_when=asyncio.FIRST_COMPLETED)
    statuses = Counter(one.status_code for one in await asyncio.gather(*sent) if one is not None)
    stage.journal.commands += commands
    assert set(statuses) <= {200, 409, 412, 503}, statuses
    assert statuses[200] <= 1
    assert statuses[409] + statuses[503] > 0
    assert (await stage.client().get("/v1/letters")).status_code == 200
    _forget_losers(stage, commands)


def _forget_losers(stage: Stage, commands: list[Command]) -> None:
    """Of commands for one transition at most one can win: the others prove nothing more."""
    for one in commands:
        if one.outcome != OK:
            stage.journal.commands.remove(one)


async def one_transition_many_hands(stage: Stage, scale: Scale, dice: Random) -> None:
    """F18: many answer the same letter with the same version; one is right, the others are told."""
    for _ in range(scale.rounds * 2):
        first = await one_letter(stage, dice)
        assert first.letter is not None
        commands = [
            move(stage.client(), first.letter, "answer", first, dice) for _ in range(scale.parallel)
        ]
        statuses = await at_once(stage, commands)
        assert statuses[200] == 1, statuses
        assert set(statuses) <= {200, 409, 412, 503}, statuses
        told = f"SELECT count(*) FROM outbox WHERE subject = '{first.letter}'"
        assert await stage.value("desk", told) == 2
        _forget_losers(stage, commands)


async def one_key_many_times(stage: Stage, scale: Scale, dice: Random) -> None:
    """F19: the same command many times at once: one effect, one answer."""
    for n in range(scale.rounds * 2):
        url = RECEIVING[n % 2]
        command = receive(stage.client(), "220102", dice, url)
        stage.journal.commands.append(command)
        answers = await asyncio.gather(*(command.send() for _ in range(scale.parallel)))
        statuses = Counter(one.status_code for one in answers)
        assert set(statuses) <= {201, 409, 503}, statuses
        bodies = {one.content for one in answers if one.status_code == 201}
        assert len(bodies) == 1, bodies
        await stage.journal.carry_out(command)
        assert command.outcome == OK
        other = {"region": "220102", "text": "另一封", "amount": "1.00", "pages": 1}
        headers = {"Idempotency-Key": command.key}
        reused = await stage.client().post(url, json=other, headers=headers)
        assert (reused.status_code, reused.json()["code"]) == (422, "key-reused")


async def caller_gone(stage: Stage, scale: Scale, dice: Random) -> None:
    """F20: the caller hangs up in the middle of a command or a long poll; he asks again later."""
    commands = [receive(stage.client(), "220102", dice) for _ in range(scale.parallel)]
    reader = stage.client(Role.SERVICE, "220000")
    head = await stage.settled()
    polls = [
        asyncio.create_task(reader.get("/v1/events", params={"after": head, "wait": 20}))
        for _ in range(scale.parallel)
    ]
    for one in commands:
        sent = asyncio.create_task(one.send())
        await asyncio.wait([sent], timeout=dice.random() / 30)
        sent.cancel()
        await asyncio.gather(sent, return_exceptions=True)
        stage.events["hung up"] += 1
    stage.journal.commands += commands
    for poll in polls:
        poll.cancel()
    await asyncio.gather(*polls, return_exceptions=True)
    await stage.journal.resolve()
    assert {one.outcome for one in commands} == {OK}

    async def quiet() -> bool:
        busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'desk' AND state <> 'idle'"
        return bool(await stage.value("desk", f"{busy} AND pid <> pg_backend_pid()") == 0)

    await until(quiet)


def _part(value: dict[str, Any] | bytes) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def mutants(stage: Stage) -> list[str]:
    """Tokens of which none is good."""
    good = stage.token(Role.STREET, "220102")
    head, body, signature = good.split(".")
    claims = jwt.decode(good, options={"verify_signature": False})
    header = jwt.get_unverified_header(good)
    public = (stage.folder / "jwks.json").read_bytes()
    stranger = ec.generate_private_key(ec.SECP256R1())

    def signed(key: Any = stage.private_key, extra: Any = None, **changes: Any) -> str:
        whole = {k: v for k, v in (claims | changes).items() if v is not None}
        named = {"kid": tokens.KEY_ID} | (extra or {})
        return jwt.encode(whole, key, algorithm="ES256", headers=named)

    return [
        *(f"{_part(header | {'alg': alg})}.{body}." for alg in ("none", "None", "nOnE", "")),
        *(f"{_part(header | {'alg': alg})}.{body}.{_part(public[:64])}"
          for alg in ("HS256", "RS256", "ES384", "PS256")),
        f"{head}.{_part(claims | {'region': '220000'})}.{signature}",
        f"{head}.{_part(claims | {'roles': ['province']})}.{signature}",
        f"{head}.{body}.", f"{head}.{body}", f".{body}.{signature}", f"{good}.{signature}",
        f"{head}.{body}.{signature[:-4]}AAAA", f"{head}.{body}.{'A' * 86}", "x" * 9000,
        signed(stranger), signed(extra={"kid": "../../dev/null"}),
        signed(extra={"kid": "' OR 1=1 --"}),
        signed(stranger, {"jwk": json.loads(public)["keys"][0]}),
        signed(stranger, {"jku": "http://127.0.0.1:1/jwks"}),
        signed(aud=None), signed(aud="other"), signed(iss="https://other"), signed(exp=None),
        signed(exp=claims["iat"] - 61), signed(nbf=claims["iat"] + 3600), signed(sub=""),
        signed(roles="street"), signed(roles=None), signed(region="*"), signed(region="22"),
        signed(region=""), signed(org=None),
    ]  # fmt: skip


async def forged_tokens(stage: Stage, scale: Scale, dice: Random) -> None:
    """F26: every known way around a token is 401, with answers that do not differ in shape."""
    before = await stage.value("desk", "SELECT count(*) FROM letter")
    body = {"region": "220102", "text": "伪造", "amount": "1.00", "pages": 1}
    shapes = set()
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{stage.api_port}", trust_env=False, timeout=30
    ) as client:
        for token in mutants(stage):
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "forged-0001"}
            for answer in (
                await client.post("/v1/letters", json=body, headers=headers),
                await client.get("/v1/events", headers=headers),
            ):
                assert answer.status_code == 401, (token[:200], answer.text)
                assert answer.headers["www-authenticate"] == "Bearer"
                shapes.add(tuple(sorted(answer.json())))
    assert len(shapes) == 1
    assert await stage.value("desk", "SELECT count(*) FROM letter") == before
