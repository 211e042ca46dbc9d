"""Who calls, in which transaction, and whether he asked before: the dependencies of the routes."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated
from uuid import UUID, uuid4

import jwt
from fastapi import Depends, Header, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.practice.tables import Application, AuditEntry, IdempotencyKey, OutboxEvent
from shared.db.scope import Reach
from shared.domain.regions import REGIONS

ISSUER, AUDIENCE = "https://sso.jl.gov.cn", "jilin-housing"
_REACH = text("SELECT set_config('app.reach', :reach, true)")


@dataclass(frozen=True)
class Caller:
    """The claims of a token that was found good, and the regions that its bearer may see."""

    subject: str
    organisation: str
    roles: list[str]
    region: str
    reach: Reach

    @property
    def codes(self) -> list[str]:
        """Every region that the caller may see."""
        return _codes(self.reach)


@cache
def _codes(reach: Reach) -> list[str]:
    return [code for code in REGIONS if reach.contains(code)]


async def caller_of(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]
) -> Caller:
    """The caller named by the token; 401 when it is not good."""
    token = bearer.credentials
    try:
        key = request.app.state.keys[jwt.get_unverified_header(token)["kid"]]
        claims = jwt.decode(token, key, algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER)
    except (jwt.PyJWTError, KeyError) as error:
        raise HTTPException(401, "访问令牌无效") from error
    region = claims["region"]
    return Caller(claims["sub"], claims["org"], claims["roles"], region, Reach.of(region))


Known = Annotated[Caller, Depends(caller_of)]


async def transaction(request: Request, caller: Known) -> AsyncIterator[AsyncSession]:
    """The session of one request; it commits before the answer leaves."""
    async with request.app.state.sessions() as session, session.begin():
        await session.execute(_REACH, {"reach": caller.reach.multirange})
        yield session


Transaction = Annotated[AsyncSession, Depends(transaction, scope="function")]


def allow(caller: Caller, role: str) -> None:
    """403 without the post."""
    if role not in caller.roles:
        raise HTTPException(403, "没有办理这项操作的岗位")


@dataclass
class IdempotentRequest:
    """The Idempotency-Key of one request."""

    session: AsyncSession
    caller: Caller
    route: str
    key: str
    fingerprint: bytes

    async def earlier(self) -> Response | None:
        """The answer that was given to the same request before."""
        kept = await self.session.scalar(
            select(IdempotencyKey).where(
                IdempotencyKey.actor == self.caller.subject,
                IdempotencyKey.route == self.route,
                IdempotencyKey.key == self.key,
            )
        )
        if kept is None:
            return None
        if kept.fingerprint != self.fingerprint:
            raise HTTPException(422, "这个幂等键已用于另一个请求")
        return Response(kept.body, kept.status, kept.headers)

    def answer(self, body: BaseModel, status: int = 200, version: int | None = None) -> Response:
        """The answer, kept in the same transaction for who repeats the request."""
        headers = {"content-type": "application/json"}
        if version is not None:
            headers["etag"] = f'"{version}"'
        content = body.model_dump_json().encode()
        self.session.add(
            IdempotencyKey(
                actor=self.caller.subject,
                route=self.route,
                key=self.key,
                fingerprint=self.fingerprint,
                status=status,
                headers=headers,
                body=content,
                at=datetime.now(UTC),
            )
        )
        return Response(content, status, headers)


async def once(
    request: Request,
    session: Transaction,
    caller: Known,
    idempotency_key: Annotated[str, Header(min_length=8, max_length=255)],
) -> IdempotentRequest:
    """The key of a request; 422 without one."""
    fingerprint = hashlib.sha256(await request.body()).digest()
    route = f"{request.method} {request.url.path}"
    return IdempotentRequest(session, caller, route, idempotency_key, fingerprint)


OnlyOnce = Annotated[IdempotentRequest, Depends(once)]


def record(
    session: AsyncSession,
    caller: Caller,
    row: Application,
    *,
    action: str,
    before: str | None,
    event: str,
    data: BaseModel,
    reason: str = "",
) -> None:
    """The event and the audit entry of a change that was made to `row`."""
    now, trace = datetime.now(UTC), f"00-{uuid4().hex}-{uuid4().hex[:16]}-01"
    session.add(
        OutboxEvent(
            aggregate="applications.application",
            subject=row.id,
            version=row.version,
            type=f"cn.gov.jl.housing.applications.{event}.v1",
            region=row.region,
            data=data.model_dump_json(),
            at=now,
            trace=trace,
        )
    )
    session.add(
        AuditEntry(
            at=now,
            actor_sub=caller.subject,
            actor_org=caller.organisation,
            actor_roles=",".join(caller.roles),
            actor_region=caller.region,
            action=action,
            object_type="applications.application",
            object_id=row.id,
            object_region=row.region,
            object_version=row.version,
            state_before=before,
            state_after=row.state,
            reason=reason,
            trace=trace,
        )
    )


class SubmittedData(BaseModel):
    """The data of the event of a submission."""

    region: str
    application_id: UUID
    on: str
    categories: list[str]
    mode: str
    household_size: int


class AcceptedData(BaseModel):
    """The data of the event of an acceptance."""

    region: str
    application_id: UUID
    on: str
    receipt_no: str


class WithdrawnData(BaseModel):
    """The data of the event of a withdrawal."""

    region: str
    application_id: UUID
    on: str
