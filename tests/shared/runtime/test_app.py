"""The HTTP machinery, seen from outside through a tiny service with one aggregate."""

import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from shared.commands.audit import audit_log
from shared.domain.roles import Role
from tests.acting import as_seen
from tests.counting import statements
from tests.harness import Office
from tests.shared.post import BODY, counts, hand_in, write_letters


async def test_a_created_object_shows_state_version_actions_and_etag(
    office: Office, street: httpx.AsyncClient
) -> None:
    answer = await hand_in(street)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["state_label"] == "已收到"
    assert body["version"] == 1
    assert body["actions"] == ["answer"]
    assert body["amount"] == "12.50"
    assert answer.headers["etag"] == '"1"'
    again = await street.get(f"/v1/letters/{body['id']}")
    assert again.json() == body
    assert again.headers["etag"] == '"1"'


async def test_a_change_leaves_one_event_and_one_audit_row(
    office: Office, street: httpx.AsyncClient
) -> None:
    id = (await hand_in(street)).json()["id"]
    await street.post(f"/v1/letters/{id}/answer", headers=as_seen(1))
    events = await office.events()
    assert [(e.position, e.version, str(e.subject)) for e in events] == [(1, 1, id), (2, 2, id)]
    async with office.sessions() as session:
        rows = (await session.execute(select(audit_log).order_by(audit_log.c.object_version))).all()
    assert [(r.action, r.state_before, r.state_after) for r in rows] == [
        ("create", None, "received"),
        ("answer", "received", "answered"),
    ]
    assert {(r.actor_sub, r.actor_org, r.actor_roles) for r in rows} == {("u1", "o1", "street")}


async def test_if_match_is_required_and_compared(street: httpx.AsyncClient) -> None:
    url = f"/v1/letters/{(await hand_in(street)).json()['id']}/answer"
    statuses = {}
    for tag in (None, '"7"', 'W/"1"', "*", "1", '"x"'):
        headers = {} if tag is None else {"If-Match": tag}
        statuses[tag] = (await street.post(url, headers=headers)).status_code
    assert statuses == {None: 428, '"7"': 412, 'W/"1"': 412, "*": 428, "1": 400, '"x"': 400}
    assert (await street.post(url, headers=as_seen(1))).headers["etag"] == '"2"'
    late = await street.post(url, headers=as_seen(2))
    assert late.status_code == 409
    assert late.json()["code"] == "wrong-state"
    assert "已答复" in late.json()["detail"]


async def test_the_commit_comes_before_the_answer(
    office: Office, street: httpx.AsyncClient
) -> None:
    seen: list[int] = []
    inner = office.app

    async def watching(scope: Any, receive: Any, send: Any) -> None:
        async def look(message: Any) -> None:
            if message["type"] == "http.response.start":
                seen.extend(await counts(office, "letter"))
            await send(message)

        await inner(scope, receive, look)

    transport = httpx.ASGITransport(app=watching)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://office", headers=street.headers
    ) as client:
        await hand_in(client)
    assert seen == [1]


async def test_a_fault_rolls_back_and_tells_nothing(
    office: Office, street: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    id = (await hand_in(street)).json()["id"]
    answer = await street.post(f"/v1/letters/{id}/fault", headers=as_seen(1))
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    output = answer.text + "".join(capsys.readouterr())
    assert "220102199001011234" not in output
    assert (await street.get(f"/v1/letters/{id}")).json()["state"] == "received"


async def test_strangers_and_other_posts_and_other_regions(office: Office) -> None:
    id = (await hand_in(office.client(Role.STREET))).json()["id"]
    stranger = await office.client().get(f"/v1/letters/{id}")
    assert stranger.status_code == 401
    assert stranger.headers["www-authenticate"] == "Bearer"
    assert (await office.client(Role.FINANCE).get(f"/v1/letters/{id}")).status_code == 403
    statuses = {
        region: (await office.client(Role.CITY, region=region).get(f"/v1/letters/{id}")).status_code
        for region in ("220102", "220100", "220000", "220103", "220200")
    }
    assert statuses == {"220102": 200, "220100": 200, "220000": 200, "220103": 404, "220200": 404}
    foreign = office.client(Role.STREET, region="220103")
    moved = await foreign.post(f"/v1/letters/{id}/answer", headers=as_seen(1))
    assert moved.status_code == 404
    assert (await foreign.get("/v1/letters")).json() == {"items": [], "next": None}


async def test_a_public_route_answers_a_stranger_but_not_a_bad_token(office: Office) -> None:
    stranger = office.client()
    assert (await stranger.get("/v1/notice-board")).json() == {"caller": "anonymous"}
    bad = await stranger.get("/v1/notice-board", headers={"Authorization": "Bearer x.y.z"})
    assert bad.status_code == 401


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"text": "a\x00b"}, "/text"),
        ({"text": "a\u202eb"}, "/text"),
        ({"text": "   "}, "/text"),
        ({"text": 5}, "/text"),
        ({"text": None}, "/text"),
        ({"text": "字" * 101}, "/text"),
        ({"amount": 12}, "/amount"),
        ({"amount": "0.005"}, "/amount"),
        ({"amount": "1e3"}, "/amount"),
        ({"amount": "9" * 15}, "/amount"),
        ({"pages": 2**63}, "/pages"),
        ({"pages": "1"}, "/pages"),
        ({"pages": 1.0}, "/pages"),
        ({"pages": True}, "/pages"),
        ({"pages": 0}, "/pages"),
        ({"written_on": 20240101}, "/written_on"),
        ({"written_on": "2021-02-29"}, "/written_on"),
        ({"written_on": "0001-01-01"}, "/written_on"),
        ({"state": "filed"}, "/state"),
    ],
)
async def test_a_bad_field_is_named_by_a_pointer(
    street: httpx.AsyncClient, change: dict[str, Any], pointer: str
) -> None:
    answer = await hand_in(street, **change)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (json.dumps(BODY).replace("1}", "NaN}").encode(), 422),
        (json.dumps(BODY).replace("1}", "1e999}").encode(), 422),
        (json.dumps(BODY).replace("1}", "9" * 5000 + "}").encode(), 400),
        (json.dumps(BODY | {"text": "\ud800"}).encode(), 422),
        (b"[" * 100_000, 400),
        (b"\xff\xfe", 422),
        (b"{", 422),
        (b"[]", 422),
        (b"", 422),
        (b"x" * 1_100_000, 413),
    ],
    ids=["nan", "inf", "digits", "surrogate", "deep", "utf16", "open", "list", "empty", "large"],
)
async def test_a_bad_body_is_never_a_fault(
    street: httpx.AsyncClient, raw: bytes, status: int
) -> None:
    headers = {"Idempotency-Key": "key-00000001", "Content-Type": "application/json"}
    answer = await street.post("/v1/letters", content=raw, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_other_media_types_and_addresses(street: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "key-00000001", "Content-Type": "text/plain"}
    answer = await street.post("/v1/letters", content=b"{}", headers=headers)
    assert answer.status_code == 415
    for answer, status in (
        (await street.get("/nothing"), 404),
        (await street.delete("/v1/letters"), 405),
        (await street.get("/v1/letters/not-a-uuid"), 422),
        (await street.get("/v1/letters?limit=-1"), 422),
        (await street.get("/v1/letters?limit=1000000000"), 422),
        (await street.get("/v1/letters?text=%00"), 422),
    ):
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
    assert (await street.delete("/v1/letters")).headers["allow"]


async def test_pages_hold_everything_once_and_cursors_cannot_be_forged(
    office: Office, street: httpx.AsyncClient
) -> None:
    """IN.list."""
    made = {(await hand_in(street, key=f"key-0000000{n}")).json()["id"] for n in range(7)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query: dict[str, str] = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        body = (await street.get("/v1/letters", params=query)).json()
        seen += [item["id"] for item in body["items"]]
        kept, cursor = cursor, body["next"]
        if cursor is None:
            break
    assert len(seen) == 7
    assert set(seen) == made
    assert kept is not None
    other = office.client(Role.STREET, subject="u2")
    for forged in (kept[:-2] + "AA", "x", "", "é", "A" * 100):
        answer = await street.get("/v1/letters", params={"cursor": forged})
        assert answer.status_code == 422, forged
    assert (await other.get("/v1/letters", params={"cursor": kept})).status_code == 422


async def test_a_list_of_moves_tells_all_that_is_wrong_and_does_nothing(
    office: Office, street: httpx.AsyncClient
) -> None:
    ids = [(await hand_in(street, key=f"key-0000000{n}")).json()["id"] for n in range(3)]
    items = [{"id": ids[0], "version": 1}, {"id": str(UUID(int=7)), "version": 1}]
    answer = await street.post("/v1/letters-answers", json={"items": items})
    assert answer.status_code == 404
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/items/1/id"]
    items = [{"id": ids[0], "version": 1}, {"id": ids[1], "version": 4}]
    answer = await street.post("/v1/letters-answers", json={"items": items})
    assert answer.status_code == 412
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/items/1/version"]
    items = [{"id": ids[0], "version": 1}] * 2
    assert (await street.post("/v1/letters-answers", json={"items": items})).status_code == 422
    items = [{"id": id, "version": 1} for id in reversed(ids)]
    answer = await street.post("/v1/letters-answers", json={"items": items})
    assert [item["id"] for item in answer.json()["items"]] == ids[::-1]
    assert {item["state"] for item in answer.json()["items"]} == {"answered"}
    items = [{"id": id, "version": 2} for id in ids]
    answer = await street.post("/v1/letters-answers", json={"items": items})
    assert answer.status_code == 409
    assert [e["pointer"] for e in answer.json()["errors"]] == [f"/items/{n}" for n in range(3)]
    assert await counts(office, "outbox") == [6]


async def test_a_thousand_moves_are_read_once_and_written_once(
    office: Office, street: httpx.AsyncClient
) -> None:
    ids = await write_letters(office, 1000)
    items = [{"id": str(id), "version": 1} for id in ids]
    with statements(office) as sent:
        answer = await street.post("/v1/letters-answers", json={"items": items})
    assert (answer.status_code, len(sent)) == (200, 2), answer.text
    assert await counts(office, "outbox") == [2000]
    assert (
        await street.post("/v1/letters-answers", json={"items": [*items, items[0]]})
    ).status_code == 422


async def test_probes_metrics_documents_and_trace(office: Office) -> None:
    stranger = office.client()
    assert (await stranger.get("/healthz/live")).status_code == 200
    assert (await stranger.get("/healthz/ready")).json() == {"status": "ok"}
    assert "housing_outbox_pending 0.0" in (await stranger.get("/metrics")).text
    page = (await stranger.get("/docs")).text
    assert "http" not in page.replace("http-equiv", "")
    document = (await stranger.get("/openapi.json")).json()
    assert document["paths"]["/v1/letters"]["post"]["operationId"] == "letters_create"
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await stranger.get(
        "/v1/letters", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    )
    assert answer.headers["x-correlation-id"] == trace
    assert answer.json()["trace"] == trace


async def test_the_status_page_is_for_operators(office: Office, street: httpx.AsyncClient) -> None:
    await hand_in(street)
    assert (await street.get("/v1/status")).status_code == 403
    operator = office.client(Role.OPERATOR, region="220000")
    before = (await operator.get("/v1/status")).json()
    assert (before["service"], before["business_day"]) == ("desk", "2021-04-01")
    assert (before["head"], before["pending"]) == (0, 1)
    await office.events()
    after = (await operator.get("/v1/status")).json()
    assert (after["head"], after["pending"], after["dead_letters"]) == (1, 0, 0)


async def test_a_database_that_is_away_is_503_and_the_process_lives(
    office: Office, street: httpx.AsyncClient
) -> None:
    broken = await office.without_database()
    client = office.client(Role.STREET, app=broken)
    assert (await client.get("/healthz/live")).status_code == 200
    assert (await client.get("/healthz/ready")).status_code == 503
    answer = await client.get("/v1/letters")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
