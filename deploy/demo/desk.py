"""How the demonstration's people reach the system: HTTP calls with tokens, nothing else."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, TypeVar

import httpx
import stamina

from deploy.demo.stack import SERVICES, Stack

T = TypeVar("T")
BEIJING = timezone(timedelta(hours=8))
PAGE = 200
BULK = 500
ATTEMPTS = 5


class StepFailure(Exception):
    """A call was refused or the system did not catch up. The text says where and why."""


class _BusyAnswer(Exception):
    """A service is busy for some seconds."""


def _when(error: Exception) -> bool | float:
    """Whether a call is made again after this, or in how many seconds."""
    return (
        error.args[0] if isinstance(error, _BusyAnswer) else isinstance(error, httpx.TransportError)
    )


@dataclass(frozen=True)
class Person:
    """Somebody at a post. `number` tells colleagues of one post apart."""

    role: str
    region: str
    number: int = 1

    @property
    def subject(self) -> str:
        """Who this is in a token: one person a post, region and number."""
        return f"{self.role}-{self.region}-{self.number}"


class Desk:
    """Calls services as a person; at most `width` calls run at once."""

    def __init__(self, stack: Stack, width: int = 8) -> None:
        self.stack = stack
        self._tokens: dict[Person, str] = {}
        self._gate = asyncio.Semaphore(width)
        limits = httpx.Limits(max_connections=width + 2)
        self._clients = {
            name: httpx.AsyncClient(base_url=url, timeout=120, limits=limits, trust_env=False)
            for name, url in stack.urls.items()
        }
        self.calls = 0

    async def close(self) -> None:
        """Hang up."""
        for client in self._clients.values():
            await client.aclose()

    def _headers(self, who: Person, version: int | None, keyed: bool) -> dict[str, str]:
        if who not in self._tokens:
            self._tokens[who] = self.stack.token(who.role, who.region, who.subject)
        headers = {"Authorization": f"Bearer {self._tokens[who]}"}
        if keyed:
            headers["Idempotency-Key"] = str(uuid.uuid4())
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return headers

    async def ask(
        self,
        method: str,
        service: str,
        path: str,
        who: Person,
        *,
        version: int | None = None,
        expect: int | None = None,
        **options: Any,
    ) -> httpx.Response:
        """One call. Anything but 2xx (or exactly `expect`) fails the step, with the answer."""
        headers = self._headers(who, version, keyed=method == "POST")
        async with self._gate:
            response = await self._send(service, method, path, headers=headers, **options)
        self.calls += 1
        good = response.status_code == expect if expect else response.is_success
        if not good:
            raise StepFailure(
                f"{service} {method} {path} → {response.status_code}：{response.text[:600]}"
            )
        return response

    async def _send(self, service: str, method: str, path: str, **options: Any) -> httpx.Response:
        """A call that broke off, or came to a busy service, is made again under the same key.

        It has its effect once.
        """
        again = stamina.retry_context(on=_when, attempts=ATTEMPTS, wait_initial=0.2)
        try:
            async for attempt in again:
                with attempt:
                    self.stack.check_alive()
                    response = await self._clients[service].request(method, path, **options)
                    if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                        raise _BusyAnswer(float(response.headers["retry-after"]))
        except _BusyAnswer:
            return response
        except httpx.TransportError as error:
            raise StepFailure(f"{service} {method} {path}：连接中断（{error}）") from error
        return response

    async def post(self, service: str, path: str, who: Person, body: object, **options: Any) -> Any:
        """POST JSON; the answer's JSON."""
        return (await self.ask("POST", service, path, who, json=body, **options)).json()

    async def get(self, service: str, path: str, who: Person, **params: Any) -> Any:
        """GET; the answer's JSON."""
        return (await self.ask("GET", service, path, who, params=params)).json()

    async def upload(
        self, service: str, path: str, who: Person, name: str, content: bytes, **options: Any
    ) -> Any:
        """POST a file as an office sends it."""
        files = {"file": (name, content)}
        return (await self.ask("POST", service, path, who, files=files, **options)).json()

    async def everything(self, service: str, path: str, who: Person, **params: Any) -> list[Any]:
        """All items of a list, page by page."""
        return [item async for item in self._pages(service, path, who, params)]

    async def _pages(
        self, service: str, path: str, who: Person, params: dict[str, Any]
    ) -> AsyncIterator[Any]:
        cursor = None
        while True:
            page = await self.get(
                service, path, who, limit=PAGE, **params, **({"cursor": cursor} if cursor else {})
            )
            for item in page["items"]:
                yield item
            cursor = page.get("next")
            if not cursor:
                return

    async def bulk(
        self, service: str, path: str, who: Person, items: Sequence[dict[str, Any]], **extra: Any
    ) -> list[dict[str, Any]]:
        """A bulk command on a list, `BULK` items a call; the answers' items in order."""
        done: list[dict[str, Any]] = []
        for start in range(0, len(items), BULK):
            body = {**extra, "items": list(items[start : start + BULK])}
            done += (await self.post(service, path, who, body))["items"]
        return done

    async def status(self) -> dict[str, dict[str, Any]]:
        """Every service's own account of where it stands."""
        who = Person("operator", "220000")
        answers = await asyncio.gather(*(self.get(s, "/v1/status", who) for s in SERVICES))
        return dict(zip(SERVICES, answers, strict=True))

    async def settle(self, seconds: float = 120) -> dict[str, dict[str, Any]]:
        """Wait until the day's jobs are done and every event is numbered and consumed."""
        deadline = asyncio.get_running_loop().time() + seconds
        quiet_before: dict[str, Any] | None = None
        while asyncio.get_running_loop().time() < deadline:
            status = await self.status()
            dead = {name: s["dead_letters"] for name, s in status.items() if s["dead_letters"]}
            if dead:
                raise StepFailure(f"有死信：{dead}；请看 {self.stack.folder} 里的日志")
            heads = {name: s["head"] for name, s in status.items()}
            quiet = all(
                not s["pending"]
                and s["jobs_done"]
                and all(s["consumed"][source] == heads[source] for source in s["consumed"])
                for s in status.values()
            )
            if quiet and heads == quiet_before:
                return status
            quiet_before = heads if quiet else None
            await asyncio.sleep(0.05 if quiet else 0.15)
        raise StepFailure(f"{seconds:.0f} 秒内没有消费完全部事件：{status}")

    async def day(self, day: date, *, hour: int = 9) -> None:
        """Move the business clock to `day` and let the jobs of that day finish."""
        self.stack.set_clock(datetime.combine(day, time(hour), BEIJING))
        await self.settle()


async def each(work: Callable[[T], Awaitable[Any]], items: Iterable[T]) -> list[Any]:
    """Run `work` for all items side by side (the desk limits how many calls run at once)."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_as_coroutine(work, item)) for item in items]
    return [task.result() for task in tasks]


async def _as_coroutine(work: Callable[[T], Awaitable[Any]], item: T) -> Any:
    return await work(item)
