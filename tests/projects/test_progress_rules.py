"""What is a start, what a month may say, and whether money keeps pace with the works."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.projects.progress.rules import (
    MonthFigures,
    ProjectStanding,
    Stage,
    Start,
    StartEvidence,
    late_days,
    payment_pace,
    progress_refusals,
    start_refusals,
)

DAY = date(2021, 4, 30)
PLANNED = date(2021, 4, 6)
START = Start(date(2021, 4, 22), StartEvidence.FOUNDATION_WORKS, "SG-1", "0" * 64, None)


def against(start: Start) -> list[str]:
    return [reason.code for reason in start_refusals(start, PLANNED, DAY, "/items/0")]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (START, []),
        (replace(START, started_on=PLANNED), []),
        (replace(START, started_on=DAY), []),
        (replace(START, started_on=date(2021, 4, 5)), ["start-before-plan"]),
        (replace(START, started_on=date(2021, 5, 1)), ["start-in-future"]),
        (replace(START, evidence=StartEvidence.PIT_ONLY), ["not-a-start"]),
        (replace(START, evidence=StartEvidence.FENCES_ONLY), ["not-a-start"]),
        (replace(START, permit_no=None, photo_digest=None), ["permit-missing", "photo-missing"]),
        (replace(START, evidence=StartEvidence.MONETISED_AGREEMENTS), ["agreement-missing"]),
        (
            Start(DAY, StartEvidence.MONETISED_AGREEMENTS, None, None, "AZ-1"),
            [],
        ),
    ],
)
def test_foundation_works_are_a_start(start: Start, expected: list[str]) -> None:
    """S6.3: foundation structure works, or signed agreements; never fences or a pit alone."""
    assert against(start) == expected


@pytest.mark.parametrize(
    ("started", "expected"),
    [(date(2021, 4, 28), 0), (date(2021, 4, 1), 0), (date(2021, 4, 29), 1), (None, 2)],
)
def test_a_start_is_late_from_the_day_after_the_planned_one(
    started: date | None, expected: int
) -> None:
    """S6.1."""
    assert late_days(date(2021, 4, 28), started, DAY) == expected
    assert late_days(None, None, DAY) == 0


BEFORE = ProjectStanding(
    started_on=date(2021, 4, 22),
    units=100,
    investment_fen=1000,
    last_month=None,
    stage=Stage.FOUNDATION,
    progress_rate=Decimal("0.2"),
    received_fen=300,
    paid_fen=200,
    completed_units=90,
)
MONTH = MonthFigures(Stage.STRUCTURE, Decimal("0.4"), 100, 100, 200, 10)


def wrong(month: str = "2021-04", before: ProjectStanding = BEFORE, **changes: object) -> list[str]:
    told = replace(MONTH, **changes)  # type: ignore[arg-type]
    return [reason.code for reason in progress_refusals(month, told, before, DAY, "/items/0")]


def test_what_a_month_may_say() -> None:
    """S6.5: works do not go back, and no more is paid than came in."""
    assert wrong() == []
    assert wrong("2021-05") == ["month-in-future"]
    assert wrong("2021-03") == ["month-before-start"]
    assert wrong(before=replace(BEFORE, last_month="2021-04")) == []
    assert wrong(before=replace(BEFORE, last_month="2021-05")) == ["later-month-reported"]
    assert wrong(stage=Stage.LEVELLING) == ["stage-before-start"]
    assert wrong(before=replace(BEFORE, stage=Stage.TOPPED_OUT)) == ["stage-back"]
    assert wrong(progress_rate=Decimal("1.0001")) == ["rate-above-one"]
    assert wrong(progress_rate=Decimal("0.1999")) == ["rate-back"]
    assert wrong(paid_fen=201) == ["paid-above-received"]
    assert wrong(completed_units=11) == ["completed-above-units"]


@pytest.mark.parametrize(
    ("paid_fen", "pace"),
    [(500, "in-step"), (501, "ahead"), (0, "in-step")],
)
def test_payments_keep_pace_with_the_works(paid_fen: int, pace: str) -> None:
    """S6.5: 0.2 + paid / 1000 of the investment, against 0.4 of the works, tolerance 0.3."""
    assert payment_pace(replace(MONTH, paid_fen=paid_fen), BEFORE, DAY) == pace


def test_payments_can_fall_behind() -> None:
    """S6.5: 0.5 of the works done and 0.2 paid is still in step, a little more is not."""
    half = replace(MONTH, paid_fen=0, progress_rate=Decimal("0.5"))
    assert payment_pace(half, BEFORE, DAY) == "in-step"
    more = replace(half, progress_rate=Decimal("0.5001"))
    assert payment_pace(more, BEFORE, DAY) == "behind"
