"""From an address to its route, without asking each route in turn."""

from starlette.convertors import StringConvertor
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.route import CommandRoute


class Switch:
    """Finds the routes of the first noun of an address; whatever is not there goes to `rest`.

    `rest` is the router of FastAPI, which knows every route, the probes and the documents, says 404
    and 405, and tells OpenTelemetry what was chosen.
    """

    def __init__(self, routes: list[BaseRoute], rest: ASGIApp) -> None:
        self._rest = rest
        self._routes: dict[str, list[CommandRoute]] = {}
        for route in routes:
            if isinstance(route, CommandRoute) and all(
                type(one) is StringConvertor for one in route.param_convertors.values()
            ):
                self._routes.setdefault(_noun(route.path), []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and not scope.get("root_path") and not _traced(scope):
            path, method = scope["path"], scope["method"]
            for route in self._routes.get(_noun(path), ()):
                found = route.path_regex.match(path)
                if found is not None and method in (route.methods or ()):
                    scope["route"], scope["endpoint"] = route, route.endpoint
                    scope["path_params"] = found.groupdict()
                    await route.app(scope, receive, send)
                    return
        await self._rest(scope, receive, send)


def _noun(path: str) -> str:
    """`/v1/applications` of `/v1/applications/7`."""
    return "/".join(path.split("/", 3)[:3])


def _traced(scope: Scope) -> bool:
    return "fastapi.telemetry" in scope
