"""What a route takes and gives, worked out once at start instead of anew for each request.

A plan reads good requests only: path, query and body by pydantic, the body straight from its bytes.
Whatever else comes gives None; FastAPI then reads the request anew and finds out what is wrong.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any, cast

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_params_to_args
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.datastructures import QueryParams

from shared.http import etag
from shared.http.deps import DIRECT

Ask = Callable[[Request], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class _Query:
    """Parameters of a query, and what they are when there is none."""

    fields: Sequence[Any]
    defaults: dict[str, Any] | None

    @classmethod
    def of(cls, fields: Sequence[Any]) -> "_Query":
        values, errors = request_params_to_args(fields, QueryParams())
        return cls(fields, None if errors else values)

    def read(self, text: bytes) -> dict[str, Any] | None:
        """The values; None when one is wrong or missing."""
        if not text or not self.fields:
            return self.defaults
        values, errors = request_params_to_args(self.fields, QueryParams(text))
        return None if errors else values


@dataclass(frozen=True, slots=True)
class Plan:
    """How the endpoint's arguments are made, and its answer."""

    endpoint: Callable[..., Awaitable[Any]]
    path: Sequence[Any]
    query: _Query
    body: tuple[str, type[BaseModel]] | None
    parts: Sequence[tuple[str, Callable[..., Awaitable[Any]], _Query]]
    """Arguments that are made of parameters of the query, such as the page."""
    asked: Sequence[tuple[str, Ask]]
    """Arguments that are made of the request, such as the call."""
    request: str | None
    status: int
    model: TypeAdapter[Any] | None
    tagged: bool
    """Whether the answer is a single object, which gets its ETag."""

    async def arguments(
        self, request: Request, path: Mapping[str, str], body: bytes
    ) -> dict[str, Any] | None:
        """What the endpoint is called with; None when anything is out of order."""
        text = request.scope["query_string"]
        values, errors = request_params_to_args(self.path, path)
        given = self.query.read(text)
        if errors or given is None:
            return None
        values |= given
        if self.body is not None:
            name, model = self.body
            try:
                values[name] = model.__pydantic_validator__.validate_json(body)
            except ValidationError:
                return None
        for name, make, query in self.parts:
            given = query.read(text)
            if given is None:
                return None
            values[name] = await make(**given)
        for name, ask in self.asked:
            values[name] = await ask(request)
        if self.request is not None:
            values[self.request] = request
        return values

    async def run(self, values: dict[str, Any]) -> Response:
        """The endpoint's answer."""
        result = await self.endpoint(**values)
        if isinstance(result, Response):
            etag.stamp(result)
            return result
        assert self.model is not None
        shown = self.model.validate_python(result, from_attributes=True)
        body = self.model.dump_json(shown, by_alias=True)
        response = Response(body, self.status, media_type="application/json")
        if self.tagged and len(body) <= etag.LARGEST:
            response.headers["etag"] = etag.of(shown.version)
        return response


def plan_of(route: APIRoute) -> Plan | None:
    """The plan of a route; None when it takes or gives what only FastAPI knows to handle."""
    whole, model = route.dependant, route.response_model
    gives = model is not None or _answers_itself(route)
    if (
        not gives
        or _odd(whole)
        or not _takes_json(route)
        or not iscoroutinefunction(route.endpoint)
    ):
        return None
    asked: list[tuple[str, Ask]] = []
    parts: list[tuple[str, Callable[..., Awaitable[Any]], _Query]] = []
    for one in whole.dependencies:
        if one.name is None or one.call is None:  # a check of the route: `CommandRoute` makes it
            continue
        if one.call in DIRECT:
            asked.append((one.name, DIRECT[one.call]))
        elif _of_query(one):
            parts.append((one.name, one.call, _Query.of(one.query_params)))
        else:
            return None
    body = whole.body_params[0] if whole.body_params else None
    fields = getattr(model, "model_fields", {})
    return Plan(
        endpoint=route.endpoint,
        path=whole.path_params,
        query=_Query.of(whole.query_params),
        body=None if body is None else (body.name, cast(Any, body.field_info.annotation)),
        parts=parts,
        asked=asked,
        request=whole.request_param_name,
        status=route.status_code or 200,
        model=None if model is None else TypeAdapter(model),
        tagged="id" in fields and "version" in fields and fields["version"].annotation is int,
    )


def _takes_json(route: APIRoute) -> bool:
    """Whether the body is one model, or there is none."""
    fields = route.dependant.body_params
    if not fields:
        return True
    model = fields[0].field_info.annotation
    single = len(fields) == 1 and not route._embed_body_fields
    required = fields[0].field_info.is_required()
    return single and required and isinstance(model, type) and issubclass(model, BaseModel)


def _of_query(one: Dependant) -> bool:
    """Whether an argument is made of parameters of the query alone."""
    more = one.dependencies or one.path_params or one.body_params or one.request_param_name
    return not more and not _odd(one) and iscoroutinefunction(one.call)


def _odd(one: Dependant) -> bool:
    return bool(
        one.header_params
        or one.cookie_params
        or one.websocket_param_name
        or one.http_connection_param_name
        or one.response_param_name
        or one.background_tasks_param_name
        or one.security_scopes_param_name
    )


def _answers_itself(route: APIRoute) -> bool:
    made = route.endpoint.__annotations__.get("return")
    return isinstance(made, type) and issubclass(made, Response)
