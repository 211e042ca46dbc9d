"""The interface of usual practice: submit, accept, withdraw, show, list."""

import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import uvicorn
from fastapi import FastAPI, Header, HTTPException, Query, Response
from jwt import PyJWKSet
from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import selectinload

from bench.practice.caller import (
    AcceptedData,
    Known,
    OnlyOnce,
    SubmittedData,
    Transaction,
    WithdrawnData,
    allow,
    record,
)
from bench.practice.schemas import (
    Acceptances,
    ApplicationDetail,
    ApplicationIn,
    ApplicationOut,
    Item,
    Page,
    WithdrawalIn,
)
from bench.practice.tables import Application, Member, NumberSeries, Standard
from services.applications.application.models import HOUSEHOLD_KEY, ID_NO, NAME, PHONE
from shared.crypto import keyring

_TIERS = {"C13": "minimum", "C14": "low", "C15": "middle"}
_RUNNING = ("submitted", "review1", "notice1", "review2", "review3", "notice2")


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    keyring.install(keyring.KeyRing.from_file(Path(os.environ["BENCH_KEY_FILE"])))
    app.state.keys = {key.key_id: key for key in _keys().keys}
    engine = create_async_engine(
        os.environ["BENCH_URL"], pool_size=int(os.environ["BENCH_POOL"]), max_overflow=0
    )
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    yield
    await engine.dispose()


def _keys() -> PyJWKSet:
    return PyJWKSet.from_json(Path(os.environ["BENCH_JWKS"]).read_text(encoding="utf-8"))


app = FastAPI(lifespan=_lifespan)


@app.post("/v1/applications", status_code=201, response_model=ApplicationOut)
async def submit(
    body: ApplicationIn, session: Transaction, caller: Known, once: OnlyOnce
) -> Response:
    """A household hands in its file."""
    allow(caller, "street")
    if not caller.reach.contains(body.region):
        raise HTTPException(403, "只能办理本辖区的业务")
    if (earlier := await once.earlier()) is not None:
        return earlier
    numbers = [body.id_no, *body.members]
    if len(set(numbers)) < len(numbers) or len(numbers) > body.household_size:
        raise HTTPException(422, "家庭成员与家庭人口不符")
    indexes = [ID_NO.index(number) for number in numbers]
    living = await session.scalar(
        select(Member.id).where(Member.live, Member.id_index.in_(indexes)).limit(1)
    )
    if living is not None:
        raise HTTPException(422, "家庭成员已有在办的申请或正在享受保障")
    id, today = uuid4(), date.today()  # noqa: DTZ011 (as one writes it)
    row = Application(
        id=id,
        region=body.region,
        state="submitted",
        version=1,
        created_on=today,
        updated_at=datetime.now(UTC),
        submitted_by=caller.subject,
        consented_on=today,
        name=NAME.seal(id, body.name),
        phone=PHONE.seal(id, body.phone),
        household_key=HOUSEHOLD_KEY.index("|".join(sorted(numbers))).hex(),
        household_size=body.household_size,
        hukou_region=body.hukou_region,
        urban_hukou=body.urban_hukou,
        categories=body.categories,
        tier=_TIERS.get(body.categories[0], "middle"),
        mode=body.mode,
        monthly_income_fen=int(body.monthly_income_yuan * 100),
        own_area_sqm=body.own_area_sqm,
        open_objections=0,
    )
    for position, (number, index) in enumerate(zip(numbers, indexes, strict=True)):
        member = uuid4()
        sealed = ID_NO.seal(member, number)
        row.members.append(Member(id=member, position=position, id_no=sealed, id_index=index))
    session.add(row)
    data = SubmittedData(
        region=row.region,
        application_id=id,
        on=today.isoformat(),
        categories=row.categories,
        mode=row.mode,
        household_size=row.household_size,
    )
    record(
        session, caller, row, action="submit", before=None, event="application-submitted", data=data
    )
    return once.answer(ApplicationOut.of(row), 201, row.version)


@app.post("/v1/applications/{id}/withdrawal", response_model=ApplicationOut)
async def withdraw(
    id: UUID,
    body: WithdrawalIn,
    session: Transaction,
    caller: Known,
    once: OnlyOnce,
    if_match: Annotated[str, Header()],
) -> Response:
    """The household takes its application back."""
    allow(caller, "street")
    if (earlier := await once.earlier()) is not None:
        return earlier
    row = await session.scalar(select(Application).where(Application.id == id).with_for_update())
    if row is None:
        raise HTTPException(404, "没有找到这份申请")
    if if_match.strip('"') != str(row.version):
        raise HTTPException(412, "数据已被他人修改")
    if row.state not in _RUNNING:
        raise HTTPException(409, "当前状态不能撤回")
    before, row.state = row.state, "withdrawn"
    row.version += 1
    row.updated_at = datetime.now(UTC)
    row.withdrawal_reason = body.reason
    await session.execute(update(Member).where(Member.application_id == id).values(live=False))
    data = WithdrawnData(region=row.region, application_id=id, on=_today())
    record(
        session,
        caller,
        row,
        action="withdraw",
        before=before,
        event="application-withdrawn",
        data=data,
    )
    return once.answer(ApplicationOut.of(row), 200, row.version)


@app.post("/v1/acceptances", response_model=Acceptances)
async def accept(
    body: Acceptances, session: Transaction, caller: Known, once: OnlyOnce
) -> Response:
    """Accept complete files, all or none; each gets its receipt number."""
    allow(caller, "street")
    if (earlier := await once.earlier()) is not None:
        return earlier
    seen = {item.id: item.version for item in body.items}
    found = await session.scalars(
        select(Application)
        .where(Application.id.in_(seen))
        .order_by(Application.id)
        .with_for_update()
    )
    rows = {row.id: row for row in found}
    if len(rows) < len(body.items):
        raise HTTPException(404, "有申请没有找到")
    if any(row.version != seen[row.id] for row in rows.values()):
        raise HTTPException(412, "有申请已被他人修改")
    if any(row.state != "submitted" for row in rows.values()):
        raise HTTPException(409, "有申请不能受理")
    counts: dict[str, int] = {}
    for row in rows.values():
        counts[row.region] = counts.get(row.region, 0) + 1
    today, last = date.today(), {}  # noqa: DTZ011 (as one writes it)
    for region in sorted(counts):
        taken = insert(NumberSeries).values(
            series="ZB", region=region, year=today.year, last=counts[region]
        )
        numbered = await session.scalars(
            taken.on_conflict_do_update(
                index_elements=["series", "region", "year"],
                set_={"last": NumberSeries.last + taken.excluded.last},
            ).returning(NumberSeries.last)
        )
        last[region] = numbered.one()
    for item in body.items:
        row = rows[item.id]
        number = last[row.region] - counts[row.region] + 1
        counts[row.region] -= 1
        row.receipt_no = f"ZB-{row.region}-{today.year}-{number:07d}"
        row.accepted_on = today
        row.state = "review1"
        row.version += 1
        row.updated_at = datetime.now(UTC)
        data = AcceptedData(
            region=row.region, application_id=row.id, on=_today(), receipt_no=row.receipt_no
        )
        record(
            session,
            caller,
            row,
            action="accept",
            before="submitted",
            event="application-accepted",
            data=data,
        )
    done = [Item(id=item.id, version=rows[item.id].version) for item in body.items]
    return once.answer(Acceptances(items=done))


@app.get("/v1/applications/{id}")
async def show(id: UUID, session: Transaction, caller: Known) -> ApplicationDetail:
    """One application with everything that belongs to it."""
    row = await session.scalar(
        select(Application)
        .where(Application.id == id)
        .options(
            selectinload(Application.members),
            selectinload(Application.reviews),
            selectinload(Application.notices),
        )
    )
    if row is None or not caller.reach.contains(row.region):
        raise HTTPException(404, "没有找到这份申请")
    standard = await session.scalar(
        select(Standard)
        .where(Standard.region == f"{row.region[:4]}00")
        .order_by(Standard.effective_from.desc())
        .limit(1)
    )
    return ApplicationDetail.whole(row, _warnings(row, standard))


@app.get("/v1/applications")
async def listing(
    session: Transaction,
    caller: Known,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> Page:
    """The caller's applications by region and id, from behind a cursor."""
    statement = select(Application).where(Application.region.in_(caller.codes))
    if cursor is not None:
        region, id = json.loads(base64.urlsafe_b64decode(cursor))
        behind = tuple_(Application.region, Application.id) > tuple_(region, UUID(id))
        statement = statement.where(behind)
    statement = statement.order_by(Application.region, Application.id).limit(limit + 1)
    rows = list(await session.scalars(statement))
    more = len(rows) > limit
    return Page(
        items=[ApplicationOut.of(row) for row in rows[:limit]],
        next=cursor_of(rows[limit - 1].region, rows[limit - 1].id) if more else None,
    )


def cursor_of(region: str, id: UUID) -> str:
    """Where the next page begins."""
    return base64.urlsafe_b64encode(json.dumps([region, str(id)]).encode()).decode()


def _today() -> str:
    return date.today().isoformat()  # noqa: DTZ011 (as one writes it)


def _warnings(row: Application, standard: Standard | None) -> list[str]:
    if standard is None:
        return ["本地尚未公布准入标准"]
    found = []
    if row.monthly_income_fen > standard.income_line_fen * row.household_size:
        found.append("人均月收入高于准入线")
    if row.own_area_sqm >= standard.area_line_sqm * row.household_size:
        found.append("人均住房面积不低于准入线")
    return found


def main() -> int:
    """The whole life of the process, which its environment describes."""
    uvicorn.run(
        app,
        port=int(os.environ["BENCH_PORT"]),
        access_log=False,
        log_config=None,
        server_header=False,
    )
    return 0
