"""The event feed: GET /v1/events?after=POSITION, the outbox read over HTTP.

It gives the same bytes as Kafka. A reader behind a firewall polls it, waiting up to half a minute
for news. What he is not entitled to is left out and counted: positions have no gaps, so what he
got, what was withheld and where the `Link` header sends him must add up, or something is missing.
"""

import asyncio
from functools import cache
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from shared.db.connections import Connections
from shared.db.errors import ERRORS
from shared.db.statement import SCOPE
from shared.domain.fields import Digits
from shared.domain.problems import Conflict, Gone
from shared.domain.roles import Role
from shared.events.envelope import BATCH_MEDIA, written
from shared.http.deps import Reading, allow
from shared.http.route import router as make_router
from shared.integration.entitlement.queries import window
from shared.law.citing import cites

MOST = 2000
LONGEST_WAIT = 30
WITHHELD = "Events-Withheld"
"""The header that counts what the reader is not entitled to."""
_PAUSE = 0.02
"""Seconds between two looks at the head while somebody waits."""
_HEAD = "SELECT position FROM sequence_head WHERE log = 'outbox'"

router = make_router("/events", "events", "事件")


class HeadWatch:
    """Watches the head of the log for all requests of this process that wait; idle without any."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._moved = asyncio.Condition()
        self.waiting = 0
        self._looking: asyncio.Task[None] | None = None
        self._head = 0
        self._closed = False

    async def beyond(self, position: int, seconds: float) -> None:
        """Return when the head is beyond `position`, or after `seconds`."""
        if self._closed:
            return
        self.waiting += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._watch())
        try:
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(lambda: self._head > position or self._closed)
        except TimeoutError:
            pass
        finally:
            self.waiting -= 1

    async def close(self) -> None:
        """Answer everybody who waits: the process is about to end."""
        async with self._moved:
            self._closed = True
            self._moved.notify_all()

    async def _watch(self) -> None:
        while self.waiting:
            try:
                found = await self._connections.fetch(_HEAD)
            except ERRORS:
                await asyncio.sleep(1)  # the waiting ones will meet it themselves
                continue
            head = found[0]["position"] if found else 0
            if head != self._head:
                async with self._moved:
                    self._head = head
                    self._moved.notify_all()
            await asyncio.sleep(_PAUSE)


_STAND = f"""
    WITH {SCOPE}
    SELECT coalesce((SELECT position FROM sequence_head WHERE log = 'outbox'), 0) AS head,
           (SELECT min(position) FROM outbox) AS oldest,
           (SELECT event_id FROM outbox WHERE position = $2) AS last"""
"""Where the log ends and begins, and the event at a position, if it is still kept."""


@cache
def _page(service: str) -> str:
    """The numbered events behind `$2`, at most `$3` of them."""
    return f"""
    WITH {SCOPE}
    SELECT o.position, o.event_id, o.type, o.region,
           convert_to({written(service)}, 'UTF8') AS envelope
    FROM outbox AS o WHERE o.position > $2 ORDER BY o.position LIMIT $3"""


@router.get(
    "",
    summary="读取事件",
    dependencies=[allow(Role.INTEGRATOR, Role.SERVICE)],
    response_class=Response,
    responses={
        200: {
            "description": "CloudEvents 1.0 的 JSON 数组，按位置递增；空数组表示暂无新事件",
            "content": {BATCH_MEDIA: {"schema": {"type": "array", "items": {"type": "object"}}}},
            "headers": {
                "Link": {"description": "下一次从哪里读起", "schema": {"type": "string"}},
                WITHHELD: {
                    "description": "这一段位置里没有授权、因而没有给出的事件数",
                    "schema": {"type": "integer"},
                },
            },
        }
    },
)
@cites("PIPL.51")
async def events(
    call: Reading,
    request: Request,
    after: Annotated[int, Digits, Query(ge=0, le=2**62, description="已收到的最后位置")] = 0,
    last: Annotated[
        UUID | None, Query(description="该位置的事件编号：与本服务的记录不同时答 409")
    ] = None,
    limit: Annotated[int, Digits, Query(ge=1, le=MOST, description="最多条数")] = 500,
    wait: Annotated[
        int, Digits, Query(ge=0, le=LONGEST_WAIT, description="没有新事件时最多等待的秒数")
    ] = 0,
) -> Response:
    """按位置读取本服务的事件，只含获得授权的类型和区划；正文不含个人信息。

    下一次从答复的 Link 头（rel="next"）所写的位置读起，连同那里的 `last`。位置没有缺号：Link 的位置
    减去 `after`，等于给出的件数加上 Events-Withheld 头所写的未授权件数，对不上就是丢了。位置超前，
    或者 `last` 不是该位置的事件（本服务的数据恢复过），答 409；早于保留期答 410。
    """
    allowed = await window(call)
    [stand] = await call.fetch(_STAND, after)
    head, oldest = stand["head"], stand["oldest"] or stand["head"] + 1
    if after > head:
        raise Conflict(
            "position-ahead",
            f"本服务的事件只到 {head}，您的位置是 {after}：数据可能经过恢复，请从头核对。",
            head=head,
        )
    if after < oldest - 1:
        raise Gone("position-expired", f"事件只保留自 {oldest} 起的部分。", oldest=oldest)
    if last is not None and after and stand["last"] not in (last, None):
        raise Conflict(
            "history-differs",
            f"位置 {after} 的事件与您收到的不是同一件：本服务的数据恢复过，请停止接收并核对。",
            head=head,
        )
    if after == head and wait:
        await call.session.rollback()
        await request.app.state.head_watch.beyond(after, wait)
        allowed = await window(call)  # it may have been revoked meanwhile
    rows = await call.fetch(_page(request.app.state.spec.name), after, limit)
    shown = [one["envelope"] for one in rows if allowed.shows(one["type"], one["region"])]
    reached, at = (rows[-1]["position"], rows[-1]["event_id"]) if rows else (after, last)
    following = f"after={reached}" + (f"&last={at}" if at else "")
    return Response(
        b"[" + b",\n".join(shown) + b"]",
        media_type=BATCH_MEDIA,
        headers={
            "Link": f'</v1/events?{following}>; rel="next"',
            WITHHELD: str(len(rows) - len(shown)),
        },
    )
