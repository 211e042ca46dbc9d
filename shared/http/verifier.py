"""Who calls: an ES256 access token, checked against the province's public keys."""

import asyncio
import hashlib
import time
from pathlib import Path
from typing import Any

import httpx
import jwt
from jwt import PyJWK, PyJWKSet

from shared.commands.actor import Actor
from shared.db.scope import Reach
from shared.domain.problems import Refused, Unauthorized, Unavailable
from shared.domain.roles import Role
from shared.environment.settings import Settings

LEEWAY = 60
"""Tolerated difference of clocks, seconds."""
_RELOAD_AFTER = 60.0
_LONGEST = 8192
_MOST_SEEN = 10_000


class TokenVerifier:
    """Checks tokens. Keys are read again when an unknown key id comes, at most once a minute.

    A token that was found good is not checked again until it ends or the keys were read anew.
    """

    def __init__(self, settings: Settings) -> None:
        self._source = settings.jwks
        self._issuer, self._audience = settings.token_issuer, settings.token_audience
        self._keys: dict[str, PyJWK] = {}
        self._loaded = -_RELOAD_AFTER
        self._lock = asyncio.Lock()
        self._seen: dict[bytes, tuple[Actor, float, dict[str, PyJWK]]] = {}
        """Tokens found good: digest -> caller, end, and the keys that it was checked with."""

    async def actor(self, header: str | None) -> Actor:
        """The caller named by an `Authorization` header, or `Unauthorized`."""
        if not header:
            raise _refusal("token-required", "需要登录：请求没有携带访问令牌。")
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > _LONGEST:
            raise _refusal("token-invalid", "访问令牌格式不正确。")
        digest = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        kept = self._seen.get(digest)
        if kept is not None and time.time() < kept[1] and kept[2] is self._keys:
            return kept[0]
        actor, until = await self._verified(token)
        while len(self._seen) >= _MOST_SEEN:
            del self._seen[next(iter(self._seen))]
        self._seen[digest] = (actor, until, self._keys)
        return actor

    async def _verified(self, token: str) -> tuple[Actor, float]:
        """The caller that a token names, and the second at which it ends."""
        try:
            key = await self._key(jwt.get_unverified_header(token))
            claims = jwt.decode(
                token,
                key,
                algorithms=["ES256"],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY,
                options={"require": ["aud", "iss", "exp", "iat", "sub"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise _refusal("token-expired", "访问令牌已过期，请重新登录。") from error
        except (jwt.PyJWTError, ValueError, OverflowError) as error:
            raise _refusal("token-invalid", "访问令牌无效。") from error
        return _actor(claims), float(claims["exp"]) + LEEWAY

    async def _key(self, header: dict[str, Any]) -> PyJWK:
        kid = header.get("kid")
        if header.get("alg") != "ES256" or not isinstance(kid, str):
            raise jwt.InvalidTokenError("unexpected algorithm or key id")
        if kid not in self._keys:
            async with self._lock:
                if kid not in self._keys and time.monotonic() - self._loaded >= _RELOAD_AFTER:
                    await self._load()
        if kid not in self._keys:
            raise jwt.InvalidTokenError("unknown key id")
        return self._keys[kid]

    async def _load(self) -> None:
        try:
            if self._source.startswith(("https://", "http://")):
                async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
                    answer = await client.get(self._source)
                text = answer.raise_for_status().text
            else:
                text = await asyncio.to_thread(Path(self._source).read_text, "utf-8")
            keys = PyJWKSet.from_json(text).keys
        except (OSError, httpx.HTTPError, ValueError, jwt.PyJWTError) as error:
            raise Unavailable(
                "keys-unavailable",
                "暂时取不到统一身份认证的公钥，请稍后再试。",
                headers={"Retry-After": "5"},
            ) from error
        self._keys = {key.key_id: key for key in keys if key.key_id}
        self._loaded = time.monotonic()


def _refusal(code: str, detail: str) -> Unauthorized:
    return Unauthorized(code, detail, headers={"WWW-Authenticate": "Bearer"})


def _actor(claims: dict[str, Any]) -> Actor:
    known = {str(role) for role in Role if role is not Role.SYSTEM}  # no token acts as the system
    roles, region = claims.get("roles"), claims.get("region")
    subject, organisation = claims["sub"], claims.get("org")
    if (
        not isinstance(roles, list)
        or not isinstance(region, str)
        or not isinstance(organisation, str)
        or not subject
        or not all(isinstance(role, str) for role in roles)
    ):
        raise _refusal("token-invalid", "访问令牌缺少岗位、机构或区划信息。")
    try:
        reach = Reach.of(region)
    except Refused as error:
        raise _refusal("token-invalid", "访问令牌中的区划代码不存在。") from error
    return Actor(
        subject,
        organisation,
        frozenset(Role(role) for role in roles if role in known),
        region,
        reach,
    )
