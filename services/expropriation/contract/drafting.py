"""Registering the properties of a programme and working out their compensation."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import any_, bindparam, literal_column, select

from services.expropriation.compensation.rules import compensation
from services.expropriation.contract.models import OWNER_ID_NO, OWNER_NAME, PHONE, Contract
from services.expropriation.contract.schemas import DraftIn
from services.expropriation.contract.states import CONTRACT
from services.expropriation.programme.models import Programme
from services.expropriation.programme.states import PROGRAMME, ProgrammeState
from shared.commands.changes import create_all
from shared.commands.context import CommandContext
from shared.commands.reads import by_ids
from shared.contracts.expropriation import ContractDrafted
from shared.db.model import new_id
from shared.db.records import record
from shared.db.statement import Statement
from shared.domain.identity import person_name, phone, resident_id
from shared.domain.problems import Conflict, NotFound, Reason, Refused, refuse
from shared.law.citing import cites

_NO_LONGER_SIGNING = Statement(
    # Holds the programme, if it still signs: it cannot close before what we draft is there.
    select(literal_column("1")).where(
        ~select(Programme.id)
        .where(Programme.id == bindparam("programme"), Programme.state == ProgrammeState.SIGNING)
        .with_for_update(read=True)
        .exists()
    )
)


@cites("S8.3")
async def _signing_programme(call: CommandContext, id: UUID) -> Programme:
    """The programme, which must have announced its standards, and still signs at the end."""
    call.writes.unless(_NO_LONGER_SIGNING, programme=id)
    found = await by_ids(call, Programme, [id], {})
    if not found:
        raise NotFound(
            "not-found",
            "没有找到这个征收项目，或者它不在您的辖区。",
            reasons=(Reason("not-found", "没有找到，或者不在您的辖区", "/programme_id"),),
        )
    row = found[0]
    if row.state != ProgrammeState.SIGNING or call.today > row.period.ends_on:
        raise Conflict(
            "not-signing",
            f"征收项目当前为“{PROGRAMME.labels[row.state]}”，只有在公布签约期后、期满前可以登记。",
            clause="S8.3",
            state=row.state,
        )
    return row


def _read(read: Callable[[str], str], text: str, pointer: str, reasons: list[Reason]) -> str:
    """What `read` makes of a text; a refusal becomes a reason, which does not repeat the text."""
    try:
        return read(text)
    except Refused as refusal:
        reasons.append(Reason(refusal.code, refusal.detail, pointer))
        return ""


_KNOWN = Statement(
    select(Contract.property_no).where(
        Contract.programme_id == bindparam("programme"),
        Contract.property_no == any_(bindparam("numbers")),
    )
)


async def _known_properties(
    call: CommandContext, programme: Programme, items: Sequence[DraftIn]
) -> set[str]:
    numbers = [item.property_no for item in items]
    found = await call.read(_KNOWN, programme=programme.id, numbers=numbers)
    return {one.property_no for one in found}


async def draft(
    call: CommandContext, programme_id: UUID, items: Sequence[DraftIn]
) -> list[Contract]:
    """Draft one contract for each property. All of the list, or nothing with every reason."""
    programme = await _signing_programme(call, programme_id)
    known = await _known_properties(call, programme, items)
    reasons: list[Reason] = []
    rows = []

    def id_number(text: str) -> str:
        return resident_id(text, on=call.today).number

    for n, item in enumerate(items):
        at = f"/items/{n}"
        if item.property_no in known:
            detail = "这个房屋编号在本征收项目中已经登记，或在清单中重复"
            reasons.append(Reason("property-repeated", detail, f"{at}/property_no"))
        known.add(item.property_no)
        id_no = _read(id_number, item.owner_id_no, f"{at}/owner_id_no", reasons)
        name = _read(person_name, item.owner_name, f"{at}/owner_name", reasons)
        phone_no = _read(phone, item.phone, f"{at}/phone", reasons)
        steps = compensation(programme.standards, item.area_sqm, item.mode)
        id = new_id()
        rows.append(
            record(
                Contract,
                id=id,
                region=programme.region,
                programme_id=programme.id,
                project_id=programme.project_id,
                property_no=item.property_no,
                owner_name=OWNER_NAME.seal(id, name),
                owner_id_no=OWNER_ID_NO.seal(id, id_no),
                phone=PHONE.seal(id, phone_no),
                area_sqm=item.area_sqm,
                mode=item.mode,
                compensation_fen=sum(step.fen for step in steps),
                steps=[step.stored() for step in steps],
            )
        )
    refuse("drafts-refused", f"清单中有 {len(reasons)} 处不符合要求，全部未登记。", reasons)
    events = [
        ContractDrafted(
            region=row.region,
            contract_id=row.id,
            programme_id=row.programme_id,
            project_id=row.project_id,
            on=call.today,
            compensation_fen=row.compensation_fen,
        )
        for row in rows
    ]
    create_all(call, CONTRACT, rows, events, action="draft")
    return rows
