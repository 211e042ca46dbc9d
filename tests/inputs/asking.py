"""Asking with bad input, and what every answer to it must be."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from shared.domain.roles import Role
from tests.acting import Json, keyed
from tests.scope.matrix import Way, ways
from tests.world.world import Thing, World

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_PREFERRED = (Role.CITY, Role.STREET, Role.EXPROPRIATION, Role.FINANCE, Role.PROVINCE)


def fault(answer: httpx.Response) -> str:
    """What is wrong with an answer that should be a refusal; empty when nothing is."""
    if not 400 <= answer.status_code < 500:
        return f"状态 {answer.status_code}"
    if answer.headers.get("content-type") != "application/problem+json":
        return f"内容类型 {answer.headers.get('content-type')}"
    problem = answer.json()
    if not _CODE.fullmatch(problem["code"]) or not _CHINESE.search(problem["detail"]):
        return f"没有代码或中文说明：{problem['code']} {problem['detail']}"
    if problem["status"] != answer.status_code or len(problem["trace"]) != 32:
        return "状态或关联号不对"
    if any(not e["code"] or not _CHINESE.search(e["detail"]) for e in problem.get("errors", [])):
        return f"原因没有中文说明：{problem['errors'][:3]}"
    return ""


@dataclass
class Asking:
    """Requests of one service; `wrong` gathers answers that are no refusal."""

    world: World
    wrong: list[str] = field(default_factory=list)
    asked: int = 0
    _clients: dict[tuple[Role, str, str], httpx.AsyncClient] = field(default_factory=dict)

    @property
    def ways(self) -> list[Way]:
        """Every route."""
        return ways(self.world)

    def thing(self, way: Way) -> Thing:
        """Something that the route may be called for."""
        found = self.world.of(way.act.of)
        if found and way.act.kind not in ("create", "import"):
            return found[0]
        places = way.act.places
        return found[0] if "{id}" in way.route.path else Thing("", "", 0, places[0])

    def caller(self, way: Way, thing: Thing) -> httpx.AsyncClient:
        """Somebody who may call the route for the thing."""
        role = next((r for r in _PREFERRED if r in way.posts), min(way.posts))
        role, subject = way.act.role or role, way.act.subject
        region = "220000" if role is Role.PROVINCE else thing.region
        key = (role, region, subject)
        if key not in self._clients:
            self._clients[key] = self.world.client(role, region, subject)
        return self._clients[key]

    def body(self, way: Way, thing: Thing) -> Json:
        """A valid body for the thing."""
        return way.act.body([thing]) if way.act.body else {}

    async def send(
        self, way: Way, thing: Thing, body: Any = None, *, content: bytes | None = None,
        headers: dict[str, str] | None = None, path: str = "", **options: Any,
    ) -> httpx.Response:  # fmt: skip
        """One request with a key and a version, unless `headers` say otherwise."""
        self.asked += 1
        if content is None and body is not None:
            content = json.dumps(body).encode()  # NaN and surrogates too
        if content is not None:
            options["content"] = content
        sent = headers if headers is not None else keyed(thing.version)
        if content is not None:
            sent = {"Content-Type": "application/json", **sent}
        return await self.caller(way, thing).request(
            way.method, path or way.act.address(way.route.path, thing), headers=sent, **options
        )

    def refused(self, answer: httpx.Response, way: Way, what: object) -> None:
        """Note an answer that is no proper refusal."""
        if found := fault(answer):
            self.wrong.append(f"{way} ← {str(what)[:120]!r}：{found} {answer.text[:200]}")

    def unbroken(self, answer: httpx.Response, way: Way, what: object) -> None:
        """Note a fault: the input may be taken, but must not break anything."""
        if answer.status_code >= 500:
            self.wrong.append(f"{way} ← {str(what)[:120]!r}：{answer.text[:200]}")

    def done(self) -> None:
        """Nothing was wrong."""
        assert self.asked
        assert not self.wrong, f"{len(self.wrong)}/{self.asked}：\n" + "\n".join(self.wrong[:60])
