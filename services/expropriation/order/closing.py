"""Closing signing periods."""

from sqlalchemy import func, select

from services.expropriation.contract.models import Contract
from services.expropriation.contract.states import ContractState
from services.expropriation.programme.models import Programme
from services.expropriation.programme.states import PROGRAMME, ProgrammeState
from shared.commands.changes import move_all
from shared.commands.context import CommandContext
from shared.contracts.expropriation import ProgrammeSigningClosed
from shared.db.model import among
from shared.law.citing import cites

CHUNK = 500


@cites("R590.26")
async def close_ended(call: CommandContext) -> int:
    """Daily job: close periods that ended before today; the unsigned go to the government.

    Works on at most `CHUNK` programmes; answers how many it closed.
    """
    ended = (
        select(Programme)
        .where(Programme.state == ProgrammeState.SIGNING, Programme.ends_on < call.today)
        .order_by(Programme.id)
        .limit(CHUNK)
    )
    rows: list[Programme] = await call.locked(ended)
    if not rows:
        return 0
    # Counted while the programmes are held: nothing is drafted or signed in them any more.
    drafted = (
        select(Contract.programme_id, func.count())
        .where(
            among(Contract.programme_id, [row.id for row in rows]),
            Contract.state == ContractState.DRAFTED,
        )
        .group_by(Contract.programme_id)
    )
    unsigned = dict((await call.session.execute(drafted)).all())
    events = [
        ProgrammeSigningClosed(
            region=row.region,
            programme_id=row.id,
            project_id=row.project_id,
            on=call.today,
            signed=row.last_signing_no,
            unsigned=unsigned.get(row.id, 0),
        )
        for row in rows
    ]
    move_all(call, PROGRAMME, rows, "close", events)
    return len(rows)
