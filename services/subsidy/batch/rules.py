"""Who may do the next step of a batch, whether its sums agree, what the bank's lines mean."""

from dataclasses import dataclass

from services.subsidy.payment.states import PaymentState
from shared.domain.problems import Reason
from shared.law.citing import cites

ROLE_LABELS = {"made_by": "生成人", "checked_by": "复核人", "approved_by": "审批人"}


@cites("S2.9")
def separation_refusals(actor: str, before: dict[str, str]) -> list[Reason]:
    """Maker, checker and approver are three persons. `before`: who did the earlier steps."""
    return [
        Reason("same-person", f"您是本批次的{ROLE_LABELS[step]}，须由另一人办理。", "", "S2.9")
        for step, who in before.items()
        if who == actor
    ]


@dataclass(frozen=True, slots=True)
class Sums:
    """Lines and fen of a batch: as made, and by the state its payments are in now."""

    lines: int
    total_fen: int
    by_state: dict[str, tuple[int, int]]


@cites("S2.9", "S2.12")
def closing_refusals(sums: Sums, unsent_reissues: int) -> list[Reason]:
    """Every reason why a batch cannot be closed: open lines, or sums that do not agree.

    A reissue that is not sent may still be voided, and its lines would fail here again.
    """
    found: list[Reason] = []
    pending = sums.by_state.get(PaymentState.PENDING, (0, 0))[0]
    failed = sums.by_state.get(PaymentState.FAILED, (0, 0))[0]
    if pending:
        found.append(Reason("lines-pending", f"还有 {pending} 笔没有银行回单。", "", "S2.9"))
    if failed:
        detail = f"还有 {failed} 笔失败，须补发或者了结。"
        found.append(Reason("lines-failed", detail, "", "S2.9"))
    if unsent_reissues:
        detail = f"还有 {unsent_reissues} 个补发批次没有送达银行。"
        found.append(Reason("reissues-unsent", detail, "", "S2.9"))
    count = sum(lines for lines, _ in sums.by_state.values())
    total = sum(amount for _, amount in sums.by_state.values())
    if (count, total) != (sums.lines, sums.total_fen):
        found.append(Reason("sums-differ", "各笔合计与批次总数不一致。", "", "S2.9"))
    return found


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One line of the bank's file."""

    amount_fen: int
    paid: bool


@dataclass(frozen=True, slots=True)
class KnownPayment:
    """The payment a line speaks of."""

    amount_fen: int
    state: str


@cites("S2.9")
def return_verdict(line: ReturnLine, payment: KnownPayment | None) -> str:
    """What to do with a line: "pay", "fail", "done" (said before), or why it is not taken."""
    if payment is None:
        return "payment-unknown"
    if line.amount_fen != payment.amount_fen:
        return "amount-mismatch"
    if payment.state == PaymentState.PENDING:
        return "pay" if line.paid else "fail"
    paid = payment.state == PaymentState.PAID
    return "done" if paid == line.paid else "result-contradicts"


VERDICTS = {
    "payment-unknown": ("支付编号", "本批次没有这个支付编号。"),
    "amount-mismatch": ("金额(元)", "金额与支付记录不一致。"),
    "result-contradicts": ("结果", "与此前登记的回单结果不一致。"),
    "repeated": ("支付编号", "同一文件中出现两次，均未采纳。"),
}
"""Why a line is not taken: column and words."""

_PHRASES = (
    ("account-name-mismatch", ("户名",)),
    ("account-closed", ("销户", "注销")),
    ("account-frozen", ("冻结", "止付", "挂失", "睡眠")),
    ("account-unknown", ("不存在", "无此账", "账号有误", "账号错误")),
)


def failure_code(words: str | None) -> str:
    """The bank's reason as a code. Its own words are not kept: they may name a person."""
    text = words or ""
    return next((code for code, marks in _PHRASES if any(m in text for m in marks)), "other")
