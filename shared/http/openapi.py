"""Examples in a service's API document: of every route one call as it was really made.

`tests/contracts/test_examples.py` makes the calls and keeps them in the service's `examples.json`.
"""

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from shared.http.deps import requires_key
from shared.http.route import CommandRoute

FILE = "examples.json"
_HEADERS = {"If-Match": '"3"', "Idempotency-Key": "0190a1b2-7c00-7000-8000-00000000000a"}
_NAMES = {"id": "对象的标识（答复里的 id）", "objection_id": "异议的标识"}
"""What parameters of an address mean that have the same name everywhere."""
_FORMATS = {"uuid": "0190a1b2-0000-7000-8000-000000000001", "date": "2021-04-01"}


def document(app: FastAPI, file: Path) -> dict[str, Any]:
    """The OpenAPI document of an application, with the examples kept in a file."""
    if app.openapi_schema is None:
        kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        made = FastAPI.openapi(app)
        routes = (one for one in app.routes if isinstance(one, CommandRoute))
        keyed = {one.unique_id for one in routes if requires_key in one.marks}
        for path, operations in made["paths"].items():
            for method, operation in operations.items():
                if operation["operationId"] in keyed:
                    _require_key(operation)
                _fill(made, operation, kept.get(f"{method.upper()} {path}", {}))
    return app.openapi_schema or {}


def _require_key(operation: dict[str, Any]) -> None:
    """Say of a route that it is not called without an Idempotency-Key."""
    for one in operation["parameters"]:
        if one["name"] == "Idempotency-Key":
            one["required"] = True


def _fill(made: dict[str, Any], operation: dict[str, Any], call: dict[str, Any]) -> None:
    for one in operation.get("parameters", ()):
        name = one["name"]
        one.setdefault("description", _NAMES.get(name, ""))
        value = {**_HEADERS, **call.get("parameters", {})}.get(name)
        one["example"] = example_of(made, one["schema"]) if value is None else value
    bodies = operation.get("requestBody", {}).get("content", {})
    if "body" in call and "application/json" in bodies:
        bodies["application/json"]["example"] = call["body"]
    for status, response in operation["responses"].items():
        if "answer" in call and status.startswith("2"):
            for content in response.get("content", {}).values():
                content["example"] = call["answer"]


def example_of(made: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A value that a parameter takes, from its own examples, choices, form or bounds."""
    if "$ref" in schema:
        return example_of(made, made["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("default") is not None:
        return schema["default"]
    for one in schema.get("anyOf", ()):
        if one.get("type") != "null":
            rest = {key: value for key, value in schema.items() if key != "anyOf"}
            return example_of(made, one if "$ref" in one else {**rest, **one})
    if "enum" in schema:
        return schema["enum"][0]
    return _FORMATS.get(schema.get("format", ""), schema.get("ge", schema.get("minimum")))
