"""Hot commands: the same rules and answers in one statement, and still under the policies."""

import asyncio
import uuid
from datetime import date
from typing import Any

import pytest
from shared.commands.bundle import find_all
from sqlalchemy import text

from services.applications.application.models import Application
from shared.db import together
from shared.db.connections import Connections
from shared.db.scope import Reach
from shared.db.statement import SCOPE, SCOPED
from shared.domain.identity import make_resident_id
from shared.domain.roles import Role
from tests.applications.month import household, keyed, person_at
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.waiting import until

TABLES = ("application", "household_member", "outbox", "audit_log", "idempotency")


async def counts(office: Office) -> dict[str, int]:
    async with office.sessions() as session:
        return {
            name: (await session.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one()
            for name in TABLES
        }


class Asked:
    """What statements a process sent through its hot connections, and how many rows came back."""

    def __init__(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows: list[int] = []
        real = office.app.state.hot.fetch

        async def watched(sql: str, *values: Any) -> Any:
            found = await real(sql, *values)
            self.rows.append(len(found))
            return found

        monkeypatch.setattr(office.app.state.hot, "fetch", watched)


async def test_a_good_submission_is_one_statement(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await open_office("applications")
    asked = Asked(office, monkeypatch)
    answer = await person_at(office, Role.STREET).post(
        "/v1/applications", json=household(), headers=keyed()
    )
    assert (answer.status_code, answer.headers["etag"], asked.rows) == (201, '"1"', [1])
    assert await counts(office) == {
        "application": 1, "household_member": 2, "outbox": 1, "audit_log": 1, "idempotency": 1,
    }  # fmt: skip
    [event] = await office.events()
    assert (event.subject, event.version) == (uuid.UUID(answer.json()["id"]), 1)


async def test_both_ways_write_the_same_rows(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await open_office("applications")
    street = person_at(office, Role.STREET)
    bodies = [household(members=[], id_no=number) for number in NUMBERS[:2]]
    answers = [await street.post("/v1/applications", json=bodies[0], headers=keyed())]

    async def nothing(*_: object) -> list[object]:
        return []

    monkeypatch.setattr(office.app.state.hot, "fetch", nothing)
    answers.append(await street.post("/v1/applications", json=bodies[1], headers=keyed()))
    assert [answer.status_code for answer in answers] == [201, 201]
    own = {
        "id", "event_id", "subject", "object_id", "data", "trace", "key", "fingerprint", "body",
        "name", "phone", "household_key", "application_id", "id_no", "id_index", "at",
    }  # fmt: skip
    async with office.sessions() as session:
        for name in TABLES:
            rows = (await session.execute(text(f"SELECT * FROM {name}"))).mappings().all()
            one, other = ({k: v for k, v in row.items() if k not in own} for row in rows)
            assert one == other, name


async def test_a_repeated_key_gets_the_first_answer(open_office: OpenOffice) -> None:
    office = await open_office("applications")
    street, key = person_at(office, Role.STREET), keyed()
    first = await street.post("/v1/applications", json=household(), headers=key)
    again = await street.post("/v1/applications", json=household(), headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotency-replayed"] == "true"
    other = await street.post(
        "/v1/applications", json=household(id_no=NUMBERS[0], members=[]), headers=key
    )
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")
    assert (await counts(office))["application"] == 1


async def test_what_speaks_against_it_is_told_by_the_ordinary_way(open_office: OpenOffice) -> None:
    office = await open_office("applications")
    street = person_at(office, Role.STREET)
    assert (
        await street.post("/v1/applications", json=household(), headers=keyed())
    ).status_code == 201
    before = await counts(office)
    refused = await street.post("/v1/applications", json=household(), headers=keyed())
    assert refused.json()["errors"][0]["code"] == "household-running"
    elsewhere = await street.post(
        "/v1/applications", json=household(region="220202"), headers=keyed()
    )
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "region-outside")
    assert await counts(office) == before


async def test_a_withdrawal_is_two_statements(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await open_office("applications")
    street = person_at(office, Role.STREET)
    made = (await street.post("/v1/applications", json=household(), headers=keyed())).json()
    asked = Asked(office, monkeypatch)
    path, body = f"/v1/applications/{made['id']}/withdrawal", {"reason": "家庭情况变化"}
    key = keyed()
    done = await street.post(path, json=body, headers={**key, "If-Match": '"1"'})
    assert (done.status_code, done.json()["state"], done.headers["etag"]) == (
        200,
        "withdrawn",
        '"2"',
    )
    assert asked.rows == [1, 1]
    again = await street.post(path, json=body, headers={**key, "If-Match": '"1"'})
    assert again.content == done.content
    for match, code in (('"1"', "version-stale"), ('"2"', "wrong-state")):
        late = await street.post(path, json=body, headers={**keyed(), "If-Match": match})
        assert late.json()["code"] == code
    missing = await street.post(path, json=body, headers=keyed())
    assert missing.status_code == 428
    async with office.sessions() as session:
        live = text("SELECT count(*) FROM household_member WHERE live")
        assert (await session.execute(live)).scalar_one() == 0
    events = await office.events()
    assert [one.version for one in events] == [1, 2]


async def test_a_key_cannot_be_used_for_a_second_transition(open_office: OpenOffice) -> None:
    """The guard passes and the key is taken: the whole statement fails, nothing is half done."""
    office = await open_office("applications")
    street, key = person_at(office, Role.STREET), keyed()
    made = (await street.post("/v1/applications", json=household(), headers=keyed())).json()
    path, body = f"/v1/applications/{made['id']}/withdrawal", {"reason": "家庭情况变化"}
    async with office.sessions() as session, session.begin():
        await session.execute(
            text(
                "INSERT INTO idempotency (actor, route, key, fingerprint, at)"
                " VALUES ('street-1', :route, :key, '\\x00', now())"
            ),
            {"route": f"POST {path}", "key": key["Idempotency-Key"]},
        )
    refused = await street.post(path, json=body, headers={**key, "If-Match": '"1"'})
    assert refused.json()["code"] == "key-reused"
    shown = await street.get(f"/v1/applications/{made['id']}")
    assert (shown.json()["state"], shown.json()["version"]) == ("submitted", 1)


class Rush:
    """Holds the first statement up until so many callers wait behind it."""

    def __init__(self, office: Office, monkeypatch: pytest.MonkeyPatch, behind: int) -> None:
        self.statements = 0
        monkeypatch.setattr(together, "SLOW", 60)  # they are held up here, not by a lock
        hot = office.app.state.hot
        real = hot.fetch

        async def held(sql: str, *values: Any) -> Any:
            self.statements += 1
            if self.statements == 1:
                await until(lambda: self._waiting(hot) == behind)
            return await real(sql, *values)

        monkeypatch.setattr(hot, "fetch", held)

    @staticmethod
    def _waiting(hot: Connections) -> int:
        return sum(map(len, hot.together._waiting.values()))


async def test_a_rush_is_written_together_and_each_gets_his_own_answer(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten new households, one of them twice, and one request repeated with its key."""
    office = await open_office("applications")
    street, other = person_at(office, Role.STREET), person_at(office, Role.STREET, region="220103")
    numbers = [make_resident_id("220102", date(1980, 1, 1 + n), 1) for n in range(10)]
    bodies = [household(id_no=one, members=[]) for one in numbers]
    elsewhere = household(id_no=ELSEWHERE, members=[], region="220103")
    again = keyed()
    Rush(office, monkeypatch, 11)
    answers = await asyncio.gather(
        *(street.post("/v1/applications", json=one, headers=keyed()) for one in bodies[:9]),
        *(street.post("/v1/applications", json=bodies[9], headers=again) for _ in range(2)),
        street.post("/v1/applications", json=bodies[0], headers=keyed()),
        other.post("/v1/applications", json=elsewhere, headers=keyed()),
    )
    statuses = [one.status_code for one in answers]
    assert sorted((statuses[0], statuses[11])) == [201, 422]
    assert statuses[1:11] == [201] * 10
    assert (answers[9].content, statuses[12]) == (answers[10].content, 201)
    assert (await counts(office))["application"] == 11
    assert (await counts(office))["outbox"] == 11
    assert len({one.json()["id"] for one in answers if one.status_code == 201}) == 11


async def test_a_rush_of_good_requests_takes_few_statements(
    open_office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve submissions in two statements; then their withdrawals; every row as if alone."""
    office = await open_office("applications")
    street = person_at(office, Role.STREET)
    numbers = [make_resident_id("220102", date(1980, 1, 1 + n), 1) for n in range(12)]
    rush = Rush(office, monkeypatch, 11)
    made = await asyncio.gather(
        *(
            street.post(
                "/v1/applications",
                json=household(id_no=one, members=[], household_size=n + 1),
                headers=keyed(),
            )
            for n, one in enumerate(numbers)
        )
    )
    assert [one.status_code for one in made] == [201] * 12
    assert rush.statements == 2
    assert [one.json()["household_size"] for one in made] == list(range(1, 13))
    Rush(office, monkeypatch, 11)
    gone = await asyncio.gather(
        *(
            street.post(
                f"/v1/applications/{one.json()['id']}/withdrawal",
                json={"reason": f"家庭情况变化{n}"},
                headers={**keyed(), "If-Match": '"1"'},
            )
            for n, one in enumerate(made)
        )
    )
    assert [(one.status_code, one.json()["version"]) for one in gone] == [(200, 2)] * 12
    async with office.sessions() as session:
        reasons = text("SELECT withdrawal_reason FROM application ORDER BY household_size")
        assert list(await session.scalars(reasons)) == [f"家庭情况变化{n}" for n in range(12)]
        kept = text("SELECT body FROM idempotency WHERE route LIKE '%withdrawal'")
        assert {bytes(one) for one in await session.scalars(kept)} == {one.content for one in gone}
        live = text("SELECT count(*) FROM household_member WHERE live")
        assert (await session.execute(live)).scalar_one() == 0
    assert [one.version for one in await office.events()] == [1] * 12 + [2] * 12


async def test_the_policy_refuses_a_hot_row_outside_the_reach(open_office: OpenOffice) -> None:
    """The second layer alone: the statement says one reach, the row lies in another."""
    office = await open_office("applications")
    connections = office.app.state.hot
    outside = Reach.of("220202").multirange
    sql = (
        f"WITH {SCOPE}, state AS (INSERT INTO application (id, region, state, version,"
        " created_on, updated_at, submitted_by, consented_on, name, phone, household_key,"
        " household_size, hukou_region, urban_hukou, categories, tier, mode, monthly_income_fen,"
        " own_area_sqm) SELECT $2::uuid, '220102', 'submitted', 1, now(), now(), 'x', now(), '',"
        " '', '', 1, '220102', true, '[]', 'low', 'unit', 0, 0 FROM scope"
        f" WHERE {SCOPED} RETURNING id) SELECT id FROM state"
    )
    with pytest.raises(Exception, match="row-level security"):
        await connections.fetch(sql, outside, uuid.uuid4())
    assert (await counts(office))["application"] == 0
    inside = Reach.of("220102").multirange
    assert len(await connections.fetch(sql, inside, uuid.uuid4())) == 1
    assert (await counts(office))["application"] == 1


@pytest.mark.parametrize("plan", ["seqscan", "indexscan"])
async def test_reading_and_changing_are_scoped_whatever_the_plan(
    open_office: OpenOffice, plan: str
) -> None:
    office = await open_office("applications")
    street = person_at(office, Role.STREET)
    made = (await street.post("/v1/applications", json=household(), headers=keyed())).json()
    connections = office.app.state.hot
    off = {"seqscan": "enable_indexscan", "indexscan": "enable_seqscan"}[plan]
    for name in (off, "enable_bitmapscan"):
        await connections.fetch(f"SELECT set_config('{name}', 'off', false)")
    find = find_all(Application.__table__)
    change = (
        f"WITH {SCOPE} UPDATE application SET version = version WHERE {SCOPED}"
        " AND id = $2 RETURNING id"
    )
    for sql in (find, change):
        for region, rows in (("220102", 1), ("220202", 0), ("220100", 1), ("220000", 1)):
            id = uuid.UUID(made["id"])
            value = [id] if sql is find else id
            found = await connections.fetch(sql, Reach.of(region).multirange, value)
            assert len(found) == rows, (sql, region)


async def test_the_reach_ends_with_the_statement(open_office: OpenOffice) -> None:
    office = await open_office("applications")
    street = person_at(office, Role.STREET)
    assert (
        await street.post("/v1/applications", json=household(), headers=keyed())
    ).status_code == 201
    connections = office.app.state.hot
    [row] = await connections.fetch("SELECT current_setting('app.reach', true) AS reach")
    assert row["reach"] in (None, "")
    [row] = await connections.fetch("SELECT count(*) FROM application")
    assert row["count"] == 0


ELSEWHERE = "222401199612311232"
NUMBERS = ("220102198506170011", "11010519491231002X")
