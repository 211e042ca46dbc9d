"""Clients that write down every command before and after they send it: ok, fail or unknown."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

import httpx

from shared.domain.roles import Role

OK, FAIL, UNKNOWN = "ok", "fail", "unknown"
REGIONS = ("220102", "220103", "220104")
RECEIVING = ("/v1/letters", "/v1/registered-letters")
"""Where a new letter goes: to a change, which is one statement, or to a run, a transaction."""


@dataclass
class Command:
    """One command. `version` is what the letter has once it is carried out."""

    key: str
    version: int
    fen: int
    region: str
    send: Callable[[], Coroutine[Any, Any, httpx.Response]] = field(repr=False)
    letter: UUID | None = None
    outcome: str = UNKNOWN
    heard: list[str] = field(default_factory=list)
    """What came back, attempt by attempt."""


@dataclass
class Journal:
    """Every command of every client, and every status that came back."""

    commands: list[Command] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    doubts: int = 0
    """Commands that were unknown for a time."""
    slowest: float = 0
    """Seconds that the slowest answer took; whoever reports a scenario sets it back."""

    @property
    def ends(self) -> Counter[str]:
        """How many commands came to which end, were unknown for a time, answered from the key."""
        found = Counter(one.outcome for one in self.commands)
        found[UNKNOWN] = self.doubts
        found["replayed"] = self.statuses["replayed"]
        return found

    async def carry_out(self, command: Command) -> httpx.Response | None:
        """Send once. Only an answer, or a connection that never was, is certain."""
        began = time.monotonic()
        try:
            answer = await command.send()
        except httpx.HTTPError as error:
            self._heard(command, type(error).__name__)
            never = isinstance(error, httpx.ConnectError) and len(command.heard) == 1
            command.outcome = FAIL if never else UNKNOWN
            return None
        self.slowest = max(self.slowest, time.monotonic() - began)
        self._heard(command, str(answer.status_code))
        self.statuses["replayed"] += "idempotency-replayed" in answer.headers
        if answer.status_code < 300:
            command.outcome = OK
            command.letter = command.letter or UUID(answer.json()["id"])
        elif answer.status_code < 500:
            twin = answer.json()["code"] == "in-progress" and len(command.heard) > 1
            command.outcome = UNKNOWN if twin else FAIL
        else:
            command.outcome = UNKNOWN
        return answer

    def _heard(self, command: Command, what: str) -> None:
        self.statuses[what] += 1
        command.heard.append(what)

    async def resolve(self, seconds: float = 60) -> None:
        """Send what is unknown again with the same key, until it is certain; some at a time.

        A twin that still runs is answered 409 `in-progress`: then it is asked again.
        """
        doubtful = [one for one in self.commands if one.outcome == UNKNOWN]
        self.doubts += len(doubtful)
        waiting = iter(doubtful)

        async def clerk() -> None:
            for one in waiting:
                while one.outcome == UNKNOWN:
                    await self.carry_out(one)
                    if one.outcome == UNKNOWN:
                        await asyncio.sleep(0.1)

        try:
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(clerk() for _ in range(4)))
        except TimeoutError:
            left = [one for one in doubtful if one.outcome == UNKNOWN]
            raise AssertionError(f"{len(left)} of {len(doubtful)} in doubt: {left[:3]}") from None


@dataclass
class Load:
    """Clients that receive, answer and file letters until the block ends."""

    journal: Journal
    make: Callable[..., httpx.AsyncClient]
    clients: int
    pause: float
    dice: random.Random
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        for number in range(self.clients):
            own = random.Random(self.dice.random())
            self._tasks.append(asyncio.create_task(self._work(number, own)))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await asyncio.gather(*self._tasks)

    async def _work(self, number: int, dice: random.Random) -> None:
        region = REGIONS[number % len(REGIONS)]
        street, city = self.make(Role.STREET, region), self.make(Role.CITY, "220100")
        while not self._stop.is_set():
            command = receive(street, region, dice)
            letter = await self._steps(command)
            await self._look(street, letter)
            if letter is not None and dice.random() < 0.7:
                letter = await self._steps(move(street, letter, "answer", command, dice))
                if letter is not None and dice.random() < 0.5:
                    await self._steps(move(city, letter, "file", command, dice))
            await asyncio.sleep(dice.random() * self.pause)

    async def _look(self, client: httpx.AsyncClient, letter: UUID | None) -> None:
        """Read the list, or the letter; what comes back is counted, whatever it is."""
        address = "/v1/letters" if letter is None else f"/v1/letters/{letter}"
        try:
            answer = await client.get(address)
        except httpx.HTTPError as error:
            self.journal.statuses[type(error).__name__] += 1
        else:
            self.journal.statuses[str(answer.status_code)] += 1

    async def _steps(self, command: Command) -> UUID | None:
        self.journal.commands.append(command)
        await self.journal.carry_out(command)
        if command.outcome == OK:
            return command.letter
        await asyncio.sleep(0.1)
        return None


def _key(dice: random.Random) -> str:
    return f"{dice.getrandbits(96):024x}"


def receive(client: httpx.AsyncClient, region: str, dice: random.Random, url: str = "") -> Command:
    """A new letter; its text is the key, so that it can be found without an answer.

    `url` is one of `RECEIVING`, by default either.
    """
    key, fen = _key(dice), dice.randint(1, 10**6)
    body: dict[str, Any] = {
        "region": region, "text": key, "amount": f"{fen // 100}.{fen % 100:02d}", "pages": 1,
    }  # fmt: skip
    headers = {"Idempotency-Key": key}
    url = url or dice.choice(RECEIVING)
    return Command(key, 1, fen, region, lambda: client.post(url, json=body, headers=headers))


def move(
    client: httpx.AsyncClient, letter: UUID, action: str, before: Command, dice: random.Random
) -> Command:
    """Answer or file a letter: by itself or in a list, as a change or as a run."""
    key, version = _key(dice), 2 if action == "answer" else 3
    headers = {"Idempotency-Key": key}
    ways = [f"/v1/letters/{letter}/{action}"]
    if action == "answer":
        ways += [f"/v1/registered-letters/{letter}/answer", "/v1/letters-answers"]
    url, body = dice.choice(ways), None
    if url.endswith("-answers"):
        body = {"items": [{"id": str(letter), "version": version - 1}]}
    else:
        headers["If-Match"] = f'"{version - 1}"'

    async def send() -> httpx.Response:
        return await client.post(url, json=body, headers=headers)

    return Command(key, version, 0, before.region, send, letter)
