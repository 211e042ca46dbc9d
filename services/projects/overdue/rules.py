"""Categories and deadlines of overdue cases, and who may strike one off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.projects.overdue import params
from shared.domain.problems import Reason
from shared.law.calendar import CALENDAR
from shared.law.citing import cites

CATEGORIES = {
    "S9.1a": "法院已判决的建成项目",
    "S9.1b": "正在调查、审理阶段的建成项目",
    "S9.1c": "在建项目",
    "S9.1d": "尚未开工的项目",
    "S9.2a": "已开工但未达到分配入住条件",
    "S9.2b": "配套设施不完善，无法安置入住",
    "S9.2c": "开发企业无力承担配套设施建设",
    "S9.2d": "未进行竣工验收，无法安置入住",
    "S9.2e": "开发企业不兑现安置协议",
}


class CaseKind(StrEnum):
    """KNOWN: formed by 30 September 2018. NEW: later. RISK: not overdue yet, but in danger."""

    KNOWN = "known"
    NEW = "new"
    RISK = "risk"


class ResettlementMode(StrEnum):
    """How a household is resettled."""

    MOVED_IN = "moved-in"
    MONEY = "money"
    OFF_SITE = "off-site"


MODE_LABELS = {"moved-in": "回迁入住", "money": "货币化安置", "off-site": "异地安置"}


@cites("S9.1a", "S9.1b", "S9.1c", "S9.1d", "S9.2a", "S9.2b", "S9.2c", "S9.2d", "S9.2e", "S9.3c")
def due_on(category: str, judged_on: date | None, on: date) -> date:
    """The last day for resettling a case of `category`, as the numbers stand on `on`.

    S9.1a: six months after the judgment, moved off a holiday; the judgment must be known.
    S9.1b: the year's end, or six months after the judgment when that is earlier. Others: the
    year's end.
    """
    if category == "S9.1a":
        if judged_on is None:
            raise ValueError("a case of S9.1a has a judgment")
        return _after_judgment(judged_on, on)
    due = params.YEAR_END_DUE[category].on(on)
    if category == "S9.1b" and judged_on is not None:
        return min(due, _after_judgment(judged_on, on))
    return due


def _after_judgment(judged_on: date, on: date) -> date:
    return CALENDAR.months_later(judged_on, params.JUDGED_MONTHS.on(on))


@cites("S9.1b")
def judgment_due_on(category: str, judged_on: date | None, on: date) -> date | None:
    """The last day for the judgment that a case still waits for; None when it waits for none."""
    if category != "S9.1b" or judged_on is not None:
        return None
    return params.JUDGMENT_DUE.on(on)


@cites("S9.2")
def is_priority(category: str) -> bool:
    """Whether a case is settled first: agreements are signed, and no household has moved in."""
    return category.startswith("S9.2")


@cites("S9.3a")
def kind_of(formed_on: date | None, on: date) -> CaseKind:
    """Known, new (formed after 30 September 2018), or only at risk (not formed yet)."""
    if formed_on is None:
        return CaseKind.RISK
    return CaseKind.NEW if formed_on > params.FORMED_AFTER.on(on) else CaseKind.KNOWN


@cites("S9.3a")
def listed_late(formed_on: date | None, registered_on: date) -> bool:
    """Whether a new case that existed by the end of June 2021 was listed only after it."""
    by = params.LISTED_BY.on(registered_on)
    return (
        formed_on is not None
        and kind_of(formed_on, registered_on) is CaseKind.NEW
        and formed_on <= by < registered_on
    )


@cites("S9.3")
def days_left(due: date, on: date) -> int:
    """Days until a case is due, so that the next ones are seen early; below zero it is late."""
    return (due - on).days


@cites("S9.3c")
def promised_late(promised_on: date, due: date) -> bool:
    """Whether the ledger's own date of completion lies after the last day that is allowed."""
    return promised_on > due


@cites("S9.3b")
def ledger_refusals(
    category: str, formed_on: date | None, judged_on: date | None, on: date
) -> list[tuple[str, str, str]]:
    """What is wrong between the columns of one row: (column key, code, detail)."""
    found = []
    if category == "S9.1a" and judged_on is None:
        found.append(("judged_on", "judgment-missing", "法院已判决的项目（S9.1a）须填判决日期。"))
    if judged_on is not None and judged_on > on:
        found.append(("judged_on", "in-future", "判决日期不能晚于今天。"))
    if formed_on is not None and formed_on > on:
        found.append(("formed_on", "in-future", "形成时间不能晚于今天；尚未逾期的风险项目不填。"))
    return found


@cites("S9.1b")
def judgment_refusals(category: str, known: date | None, judged_on: date, on: date) -> list[Reason]:
    """A judgment is entered once, for a case before a court, and not before it is given."""
    found = []
    if category != "S9.1b" or known is not None:
        detail = "只有尚未判决的在审项目（S9.1b）可以登记判决。"
        found.append(Reason("no-judgment-awaited", detail, "", "S9.1b"))
    if judged_on > on:
        found.append(Reason("in-future", "判决日期不能晚于今天。", "/judged_on", "S9.1b"))
    return found


@cites("S9.1d", "S9.3c")
def resettlement_refusals(
    households: int, left: int, mode: ResettlementMode, consent: str | None, pointer: str
) -> list[Reason]:
    """No more households than are left; money or another place only with their consent."""
    found = []
    if households > left:
        detail = f"本次安置户数大于剩余的 {left} 户。"
        found.append(Reason("above-remaining", detail, f"{pointer}/households", "S9.3c"))
    if mode is not ResettlementMode.MOVED_IN and not consent:
        detail = f"{MODE_LABELS[mode]}须经居民同意，请填写同意书编号。"
        found.append(Reason("consent-missing", detail, f"{pointer}/consent_document", "S9.1d"))
    return found


@cites("S9.3c")
def return_refusals(households: int, resettled: int) -> list[Reason]:
    """No more households go back than were recorded."""
    if households <= resettled:
        return []
    detail = f"退回户数大于已登记安置的 {resettled} 户。"
    return [Reason("above-resettled", detail, "/households", "S9.3c")]


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who wants to strike a case off."""

    subject: str
    organisation: str


@cites("S9.0", "S9.3c")
def verification_refusals(
    verifier: Verifier,
    responsible_unit: str,
    recorders: Collection[Verifier],
    pointer: str,
) -> list[Reason]:
    """A case is struck off by somebody outside the unit that answers for it and resettled it."""
    own = verifier.organisation == responsible_unit or any(
        verifier.subject == one.subject or verifier.organisation == one.organisation
        for one in recorders
    )
    if not own:
        return []
    return [Reason("own-case", "责任单位不能为自己的项目销号。", pointer, "S9.0")]
