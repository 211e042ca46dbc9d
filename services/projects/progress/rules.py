"""What counts as a start, and what a month's progress may say."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.projects.progress import params
from shared.domain.problems import Reason
from shared.law.calendar import month_of
from shared.law.citing import cites


class StartEvidence(StrEnum):
    """What is seen on the site. Only the first two are a start."""

    FOUNDATION_WORKS = "foundation-works"
    MONETISED_AGREEMENTS = "monetised-agreements"
    PIT_ONLY = "pit-only"
    FENCES_ONLY = "fences-only"


EVIDENCE_LABELS = {
    "foundation-works": "地基基础结构施工",
    "monetised-agreements": "货币化安置协议已签订",
    "pit-only": "仅开挖基坑",
    "fences-only": "仅打围挡",
}


class Stage(StrEnum):
    """形象进度, in the order in which a project passes through it."""

    NOT_STARTED = "not-started"
    LEVELLING = "levelling"
    FOUNDATION = "foundation"
    STRUCTURE = "structure"
    TOPPED_OUT = "topped-out"
    COMPLETED = "completed"


STAGES = tuple(Stage)
STAGE_LABELS = {
    "not-started": "未开工",
    "levelling": "三通一平",
    "foundation": "基础施工",
    "structure": "主体施工",
    "topped-out": "封顶",
    "completed": "基本建成",
}


@dataclass(frozen=True, slots=True)
class Start:
    """What is said of a project's start."""

    started_on: date
    evidence: StartEvidence
    permit_no: str | None
    photo_digest: str | None
    agreement_no: str | None


@cites("S6.3", "S6.1")
def start_refusals(start: Start, planned_on: date | None, on: date, pointer: str) -> list[Reason]:
    """Every reason why this is not a start. Foundation structure works are; a pit is not."""
    found: list[Reason] = []

    def add(code: str, detail: str, field: str) -> None:
        found.append(Reason(code, detail, f"{pointer}/{field}", "S6.3"))

    if start.evidence in (StartEvidence.PIT_ONLY, StartEvidence.FENCES_ONLY):
        label = EVIDENCE_LABELS[start.evidence]
        add("not-a-start", f"{label}不算开工；以进入地基基础结构施工为准。", "evidence")
    if start.evidence is StartEvidence.FOUNDATION_WORKS:
        if not start.permit_no:
            add("permit-missing", "请填写施工许可证编号。", "permit_no")
        if not start.photo_digest:
            add("photo-missing", "请提供现场照片的摘要。", "photo_digest")
    if start.evidence is StartEvidence.MONETISED_AGREEMENTS and not start.agreement_no:
        add("agreement-missing", "全部货币化安置的项目请填写安置协议编号。", "agreement_no")
    if start.started_on > on:
        add("start-in-future", "开工日期不能晚于今天。", "started_on")
    if planned_on is not None and start.started_on < planned_on:
        add("start-before-plan", "开工日期不能早于列入年度计划的日期。", "started_on")
    return found


@cites("S6.1", "S6.3")
def late_days(planned_start_on: date | None, started_on: date | None, on: date) -> int:
    """Days by which a start is late, so far if it has not begun. The planned day is in time."""
    if planned_start_on is None:
        return 0
    return max(0, ((started_on or on) - planned_start_on).days)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month's report: where the works stand at its end, and the month's own money and units."""

    stage: Stage
    progress_rate: Decimal
    invested_fen: int
    received_fen: int
    paid_fen: int
    completed_units: int


@dataclass(frozen=True, slots=True)
class ProjectStanding:
    """A project before the reported month; sums are of all earlier months."""

    started_on: date
    units: int
    investment_fen: int
    last_month: str | None
    stage: Stage
    progress_rate: Decimal
    received_fen: int
    paid_fen: int
    completed_units: int


@cites("S6.5")
def progress_refusals(
    month: str, told: MonthFigures, before: ProjectStanding, on: date, pointer: str
) -> list[Reason]:
    """Every reason why a month's progress cannot be right.

    Works never go back, no more is paid than has come in, and no more units are completed than
    were planned. A month is corrected by reporting it again, until a later month is reported.
    """
    found: list[Reason] = []

    def add(code: str, detail: str, field: str) -> None:
        found.append(Reason(code, detail, f"{pointer}/{field}", "S6.5"))

    if month > month_of(on):
        found.append(Reason("month-in-future", "不能报送以后的月份。", "/month", "S6.5"))
    if month < month_of(before.started_on):
        add("month-before-start", "该月项目尚未开工。", "id")
    if before.last_month is not None and month < before.last_month:
        add("later-month-reported", f"已报送 {before.last_month}，不能再改更早的月份。", "id")
    if STAGES.index(told.stage) < STAGES.index(Stage.FOUNDATION):
        add("stage-before-start", "已开工项目的形象进度不能早于基础施工。", "stage")
    elif STAGES.index(told.stage) < STAGES.index(before.stage):
        add("stage-back", f"形象进度不能退回到{STAGE_LABELS[before.stage]}之前。", "stage")
    if told.progress_rate > 1:
        add("rate-above-one", "进度比例不能大于1。", "progress_rate")
    if told.progress_rate < before.progress_rate:
        add("rate-back", f"进度比例不能低于此前的 {before.progress_rate}。", "progress_rate")
    if before.paid_fen + told.paid_fen > before.received_fen + told.received_fen:
        add("paid-above-received", "累计支付不能大于累计到位资金。", "funds_paid_yuan")
    if before.completed_units + told.completed_units > before.units:
        add("completed-above-units", "累计基本建成套数不能大于计划套数。", "completed_units")
    return found


@cites("S6.5")
def payment_pace(told: MonthFigures, before: ProjectStanding, on: date) -> str:
    """Whether money is paid in step with the works, `ahead` of them or `behind` them.

    A warning, not a refusal: the paid share of the investment against the share of the works.
    """
    share = Decimal(before.paid_fen + told.paid_fen) / Decimal(before.investment_fen)
    apart = share - told.progress_rate
    if abs(apart) <= params.PAYMENT_TOLERANCE.on(on):
        return "in-step"
    return "ahead" if apart > 0 else "behind"
