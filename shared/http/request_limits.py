"""What a request may measure before anybody reads it: its address and its headers."""

from starlette.types import Scope

from shared.domain.problems import HeadersTooLarge, Problem, UriTooLong

LONGEST_ADDRESS = 4 * 1024
LARGEST_HEADERS = 16 * 1024
_ONCE = frozenset(
    {b"authorization", b"content-length", b"content-type", b"host", b"if-match", b"idempotency-key"}
)
"""Headers of which a second one could be read by one party and not by another."""


def unfit(scope: Scope) -> Problem | None:
    """The refusal of a request that is too long or says something twice."""
    address = len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"])
    if address > LONGEST_ADDRESS:
        return UriTooLong("address-too-long", "请求地址过长，最多 4 KiB。")
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if sum(len(name) + len(value) for name, value in headers) > LARGEST_HEADERS:
        return HeadersTooLarge("headers-too-large", "请求头过大，最多 16 KiB。")
    names = [name for name, _ in headers]
    if len(set(names)) < len(names) and any(names.count(name) > 1 for name in _ONCE):
        return Problem("header-repeated", "同一请求头只能出现一次。")
    return None
