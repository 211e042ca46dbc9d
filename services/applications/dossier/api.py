"""Routes of whole files."""

from uuid import UUID

from services.applications.application.queries import READERS, show
from services.applications.application.schemas import ApplicationOut
from services.applications.dossier import commands, queries
from services.applications.dossier.schemas import ApplicationDetail, WithdrawalIn
from shared.domain.roles import Role
from shared.http.deps import Changing, Reading, allow
from shared.http.route import router

dossiers = router("/applications", "applications", "住房保障申请")


@dossiers.get("/{id}", summary="查看申请", dependencies=[allow(*READERS, Role.APPLICANT)])
async def read(id: UUID, call: Reading) -> ApplicationDetail:
    """一份申请的材料（脱敏）、三审意见、公示情况，以及与准入标准比对的提示。"""
    return await queries.detail(call, id)


@dossiers.post(
    "/{id}/withdrawal",
    summary="撤回申请",
    dependencies=[allow(Role.APPLICANT, Role.STREET)],
)
async def withdraw(id: UUID, body: WithdrawalIn, call: Changing) -> ApplicationOut:
    """核准之前申请人可以撤回，正在进行的公示随即结束；撤回后可以重新申请。"""
    return show(call, await commands.withdraw(call, id, body))
