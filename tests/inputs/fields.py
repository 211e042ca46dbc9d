"""Every field of every body, from the OpenAPI document, with what it must not take."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.acting import Json
from tests.inputs import corpus

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Field:
    """One place in a body and the schema of what stands there."""

    path: Path
    schema: Json
    required: bool


def body_schema(document: Json, path: str, method: str) -> Json | None:
    """The schema of a route's JSON body, if it has one."""
    content = document["paths"][path][method].get("requestBody", {}).get("content", {})
    found: Json | None = content.get("application/json", {}).get("schema")
    return found


def resolve(document: Json, schema: Json) -> Json:
    """A schema without references and without the alternative of null."""
    while True:
        if "$ref" in schema:
            target = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            schema = {**target, **{k: v for k, v in schema.items() if k != "$ref"}}
        elif "allOf" in schema and len(schema["allOf"]) == 1:
            schema = {**schema["allOf"][0], **{k: v for k, v in schema.items() if k != "allOf"}}
        elif "anyOf" in schema:
            first = next(one for one in schema["anyOf"] if one.get("type") != "null")
            rest = {k: v for k, v in schema.items() if k != "anyOf"}
            schema = {**first, **rest, "nullable": True}
        else:
            return schema


def fields(document: Json, schema: Json, value: Any, path: Path = ()) -> Iterator[Field]:
    """Every field below `value`, which is valid for `schema`; of lists the first item's."""
    schema = resolve(document, schema)
    if isinstance(value, dict) and "properties" in schema:
        needed = schema.get("required", [])
        for name, inner in schema["properties"].items():
            resolved = resolve(document, inner)
            yield Field((*path, name), resolved, name in needed)
            if name in value:
                yield from fields(document, inner, value[name], (*path, name))
    elif isinstance(value, list) and value:
        yield Field((*path, 0), resolve(document, schema["items"]), True)
        yield from fields(document, schema["items"], value[0], (*path, 0))


def refused(field: Field, turn: int) -> tuple[Any, ...]:
    """Values that the field must not take; of those that no field takes, some in `turn`."""
    any_kind = corpus.ANYWHERE
    nowhere = tuple(any_kind[(turn * 3 + n) % len(any_kind)] for n in range(3))
    schema = field.schema
    missing: tuple[Any, ...] = (None,) if field.required and not schema.get("nullable") else ()
    kind, pattern = schema.get("type"), schema.get("pattern", "")
    if "enum" in schema or "const" in schema:
        chosen = [repr(v) for v in (*schema.get("enum", ()), schema.get("const"), None)]
        return (*(v for v in corpus.CHOICE if repr(v) not in chosen), *missing, *nowhere)
    if kind == "object":
        return (1, "x", [], True, *missing)
    if kind == "array":
        return (1, "x", {}, True, *missing)
    if kind == "boolean":
        return (*corpus.TRUTH, *missing, *nowhere)
    if kind == "integer":
        return (*corpus.WHOLE, *missing, *nowhere)
    if schema.get("format") == "date":
        return (*corpus.DAY, *missing, *nowhere)
    if schema.get("format") == "uuid":
        return (*corpus.IDENTITY, *missing, *nowhere)
    if field.path[-1] == "hukou_region":  # people come from everywhere
        return (*(v for v in corpus.REGION if v != "330102"), *missing, *nowhere)
    for start, values in _PATTERNS.items():
        if pattern.startswith(start):
            return (*values, *missing, *nowhere)
    blank = corpus.BLANK if schema.get("minLength") else ()
    return (*corpus.TEXT, *blank, *missing, *nowhere)


_PATTERNS = {
    r"^-?[0-9]{1,14}": corpus.MONEY,
    r"^[0-9]{1,10}(": corpus.DECIMAL,
    r"^[0-9]{1,15}(": corpus.DECIMAL,
    r"^\d{6}$": corpus.REGION,
    r"^\d{4}-": corpus.MONTH,
}


def is_free_text(field: Field) -> bool:
    """Whether people write here what they like."""
    schema = field.schema
    plain = schema.get("type") == "string" and "enum" not in schema and "format" not in schema
    return plain and "pattern" not in schema and "const" not in schema


def replaced(body: Json, path: Path, value: Any) -> Json:
    """The body with another value in one place."""
    made = copy.deepcopy(body)
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return made
