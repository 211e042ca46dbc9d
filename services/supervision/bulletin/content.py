"""What is frozen when a month is closed, in one canonical form that anybody can hash again."""

import hashlib
import json
from decimal import Decimal
from typing import Any

from services.supervision.bulletin import params
from services.supervision.bulletin.rules import Score
from services.supervision.bulletin.snapshot import Snapshot
from services.supervision.facts.indicators import INDICATORS, plain
from services.supervision.months import last_day
from shared.law.citing import cites


def _score(of: Snapshot, score: Score) -> dict[str, Any]:
    """One unit's place and every component of its score."""
    return {
        "unit": score.unit,
        "unit_name": of.name(score.unit),
        "place": score.place,
        "score": str(score.points),
        "task_units": plain(score.task_units),
        "largest_task_units": plain(score.largest_task),
        "task_norm": str(score.task_norm),
        "started_units": plain(of.so_far("started-units", score.unit)),
        "weighted_starts": plain(score.weighted_starts),
        "start_progress": str(score.start_progress),
        "parts": [
            {
                "code": part.code,
                "part": plain(part.part),
                "whole": plain(part.whole),
                "share": None if part.value is None else str(part.value),
            }
            for part in score.parts
        ],
        "composite": str(score.composite),
    }


def _by_unit(amounts: dict[tuple[str, str], Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for (unit, indicator), value in sorted(amounts.items()):
        found.setdefault(unit, {})[indicator] = value
    return found


def _weights(of: Snapshot) -> dict[str, Any]:
    on = last_day(of.month)
    months = params.MONTH_WEIGHTS.on(on)
    return {
        "task": str(params.TASK_WEIGHT.on(on)),
        "start": str(params.START_WEIGHT.on(on)),
        "composite": str(params.COMPOSITE_WEIGHT.on(on)),
        "months": [str(months[number]) for number in range(1, 13)],
    }


@cites("S6.6", "S11.2")
def content(of: Snapshot) -> dict[str, Any]:
    """Every figure, target, score, alert and restatement of the month; money in fen."""
    figures = {
        key: [plain(amounts.month), plain(amounts.total)]
        for key, amounts in of.figures.rows.items()
        if amounts.month or amounts.total
    }
    return {
        "month": of.month,
        "number": of.number,
        "issued_on": of.issued_on.isoformat(),
        "positions": dict(of.positions),
        "figures": _by_unit(figures),
        "totals": {code: plain(of.so_far(code)) for code in INDICATORS},
        "targets": _by_unit({key: plain(Decimal(value)) for key, value in of.targets.items()}),
        "weights": _weights(of),
        "ranking": [_score(of, score) for score in of.scores],
        "alerts": [
            {
                "unit": line.unit,
                "code": line.code,
                "level": line.level,
                "clause": line.clause,
                "count": line.count,
                "earliest_due": line.earliest_due.isoformat(),
            }
            for line in of.alerts
        ],
        "missing": list(of.missing),
        "late": list(of.late),
        "changes": [
            {
                "unit": one.unit,
                "indicator": one.indicator,
                "counted": plain(one.counted),
                "reported": plain(one.reported),
                "reason": one.reason,
            }
            for one in of.changes
        ],
        "restatements": [
            {
                "month": one.month,
                "unit": one.unit,
                "indicator": one.indicator,
                "published": plain(one.published),
                "restated": plain(one.restated),
            }
            for one in of.restatements
        ],
    }


def canonical(frozen: dict[str, Any]) -> bytes:
    """JSON with sorted keys, without spaces, in UTF-8: one form for equal content."""
    text = json.dumps(
        frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


def digest(frozen: dict[str, Any]) -> str:
    """SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(frozen)).hexdigest()
