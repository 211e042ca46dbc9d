"""Every route has an example that was really called, and it fits its own schema.

EXAMPLES=record writes what the calls of this run gave; a new route or field needs that once:
EXAMPLES=record python3 run.py test tests/contracts/test_examples.py
"""

import json
import os
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from deploy.docs.specs import ROOT
from shared.domain.roles import Role
from shared.http import openapi
from tests.acting import Json
from tests.inputs.asking import Asking
from tests.scope.matrix import Way
from tests.world.world import World
from tests.world.worlds import NAMES, Worlds

RECORD = os.environ.get("EXAMPLES") == "record"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_MOST = 2
"""Items of a list that are shown."""
WATCHED = {
    "GET /v1/events": (Role.SERVICE, {"after": 0, "limit": 2}),
    "GET /v1/status": (Role.OPERATOR, {}),
}
"""Routes that every service has."""


class Neat:
    """The same ids in every recording, and no more of a list than a reader wants to see."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def __call__(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {self(key): self(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [self(one) for one in value[:_MOST]]
        if isinstance(value, str):
            if name == "next":
                return "AAECAwQFBgcICQoLDA0OD1siMjAyMS0wNC0wMSJd"
            return _DIGEST.sub("ab" * 32, _ID.sub(lambda found: self._id(found[0]), value))
        return value

    def _id(self, found: str) -> str:
        number = len(self._ids) + 1
        return self._ids.setdefault(found, f"0190a1b2-0000-7000-8000-{number:012x}")


def recorded(answer: httpx.Response, body: Json, parameters: Json) -> Json:
    """One call as it is kept."""
    if not answer.is_success:
        return {"refused": answer.text[:400]}
    made: Json = {"status": str(answer.status_code), "parameters": parameters}
    if answer.request.headers.get("content-type") == "application/json":
        made["body"] = body
    if "json" in answer.headers.get("content-type", ""):
        made["answer"] = answer.json()
    return made


async def called(world: World, way: Way) -> Json:
    """The route, called as in the world's table, for a thing that is there."""
    asking = Asking(world)
    thing = asking.thing(way)
    if way.act.first:
        thing = await way.act.first(world, thing)
    body, query = asking.body(way, thing), way.act.query(thing) if way.act.query else {}
    options: Json = {"params": query}
    if way.act.file:
        options["files"] = {"file": way.act.file(thing)}
    answer = await asking.send(way, thing, body if way.act.body else None, **options)
    places = re.findall(r"\{(\w+)\}", way.route.path)
    address = way.act.address(way.route.path, thing).split("/")
    template = way.route.path.split("/")
    path = {name: address[template.index(f"{{{name}}}")] for name in places}
    return recorded(answer, body, path | query)


@pytest.mark.parametrize("name", NAMES)
async def test_every_route_can_be_called_as_its_example_says(name: str, worlds: Worlds) -> None:
    calls: Json = {}
    async with worlds.open(name) as world:
        document = world.office.app.openapi()
        for label, (role, query) in WATCHED.items():
            client = world.client(role, "220000")
            answer = await client.get(label.partition(" ")[2], params=query)
            calls[label] = recorded(answer, {}, query)
        todo = Asking(world).ways
        for way in (one for one in todo if one.method == "GET"):
            calls[str(way)] = await called(world, way)
    for way in (one for one in todo if one.method != "GET"):
        async with worlds.open(name) as world:
            calls[str(way)] = await called(world, way)
    kept = {label: Neat()(call) for label, call in sorted(calls.items())}
    refused = {label: call["refused"] for label, call in kept.items() if "refused" in call}
    assert not refused, refused
    file = ROOT / "services" / name / openapi.FILE
    if RECORD:
        text = json.dumps(kept, ensure_ascii=False, indent=1)
        file.write_text(f"{text}\n", encoding="utf-8")
    for label, call in kept.items():
        method, _, path = label.partition(" ")
        wrong = list(faults(document, document["paths"][path][method.lower()], call))
        assert not wrong, (label, wrong)


def faults(document: Json, operation: Json, call: Json) -> Iterator[str]:
    """What of a recorded call does not fit the document."""
    whole = {"components": document["components"]}
    bodies = operation.get("requestBody", {}).get("content", {})
    if "application/json" in bodies:
        yield from unfit(whole, bodies["application/json"]["schema"], call["body"])
    answers = operation["responses"][call["status"]].get("content", {})
    for kind, content in answers.items():
        if "json" in kind and content.get("schema"):
            yield from unfit(whole, content["schema"], call["answer"])


def unfit(whole: Json, schema: Json, value: Any) -> Iterator[str]:
    """What is wrong with a value, and which fields of its schema it does not show."""
    for error in Draft202012Validator({**whole, **schema}).iter_errors(value):
        yield f"{list(error.absolute_path)}：{error.message[:200]}"
    target = schema.get("$ref", "").rpartition("/")[2]
    model = whole["components"]["schemas"].get(target, schema)
    if isinstance(value, dict) and model.get("properties"):
        lacking = set(model.get("required", ())) - set(value)
        unknown = set(value) - set(model["properties"])
        if lacking or unknown:
            yield f"缺 {sorted(lacking)}，多 {sorted(unknown)}"


@pytest.mark.parametrize("name", NAMES)
async def test_the_document_explains_and_shows_everything(name: str, worlds: Worlds) -> None:
    """Summary and description in Chinese; an example of each parameter, body and answer."""
    async with worlds.open(name) as world:
        document = world.office.app.openapi()
    wrong = [
        f"{method.upper()} {path}：{what}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for what in missing(document, operation)
    ]
    assert not wrong, "\n".join([*wrong, "改了接口就用 EXAMPLES=record 重新记录"])


def missing(document: Json, operation: Json) -> Iterator[str]:
    """What a reader of one operation would not find."""
    whole = {"components": document["components"]}
    for part in ("summary", "description"):
        if not CHINESE.search(operation.get(part, "")):
            yield f"没有中文的 {part}"
    for one in operation.get("parameters", ()):
        if not CHINESE.search(one.get("description", "")):
            yield f"参数 {one['name']} 没有中文说明"
        if one.get("example") is None:
            yield f"参数 {one['name']} 没有例子"
        else:
            yield from unfit(whole, one["schema"], one["example"])
    bodies = operation.get("requestBody", {}).get("content", {})
    good = {s: r for s, r in operation["responses"].items() if s.startswith("2")}
    if not good:
        yield "没有写明成功的答复"
    for content in (bodies, *(one.get("content", {}) for one in good.values())):
        for kind, said in content.items():
            if "json" in kind and said.get("schema"):  # a file is its own explanation
                if "example" not in said:
                    yield f"没有例子：{kind}"
                else:
                    yield from unfit(whole, said["schema"], said["example"])
