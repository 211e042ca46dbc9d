"""The demonstration checks its own books, from `events.jsonl` and public answers alone.

The ranking is computed here a second time, by other code than the service's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from deploy.demo.desk import Desk, Person
from deploy.demo.stack import SERVICES
from deploy.demo.world import DAY
from shared.domain.regions import UNITS, unit_of

MONTH = "2021-04"
OFFICE = Person("province", "220000")
READER = Person("integrator", "220000")
Event = dict[str, Any]


@dataclass(frozen=True)
class BookLine:
    """One line of the books."""

    label: str
    value: str
    good: bool


@dataclass(frozen=True)
class EventFile:
    """`events.jsonl`: read anew at every pass, one event in memory at a time."""

    path: Path

    def __iter__(self) -> Iterator[Event]:
        with self.path.open("rb") as lines:
            for line in lines:
                yield from_json(line)


async def collect(desk: Desk, target: Path) -> EventFile:
    """Every event of the five services in the order of their feeds, written one a line.

    The reader is an integrator, whom the province has entitled to all of them.
    """
    wanted = {
        "client": READER.subject,
        "region": "220000",
        "types": ["*"],
        "purpose": "演示：核对账目",
    }
    for service in SERVICES:
        await desk.ask("POST", service, "/v1/entitlements", OFFICE, json=wanted)
    with target.open("wb") as out:
        for service in SERVICES:
            after = 0
            while True:
                answer = await desk.ask(
                    "GET", service, "/v1/events", READER, params={"after": after, "limit": 1000}
                )
                batch = from_json(answer.content)
                if not batch:
                    break
                out.writelines(to_json(event) + b"\n" for event in batch)
                after = int(batch[-1]["sequence"])
    return EventFile(target)


def fact(event: Event) -> str:
    """The short name of an event's type, such as payment-paid."""
    return str(event["type"]).split(".")[-2]


def gapless(events: Iterable[Event]) -> BookLine:
    """Positions of every service are 1..n, and versions of every aggregate 1..n."""
    positions: Counter[str] = Counter()
    versions: Counter[tuple[str, str]] = Counter()
    good = True
    for event in events:
        source, thing = event["source"], (event["source"], event["subject"])
        positions[source] += 1
        versions[thing] += 1
        good &= int(event["sequence"]) == positions[source]
        good &= int(event["aggregateversion"]) == versions[thing]
    told = f"{positions.total()} 件，{len(versions)} 个对象"
    return BookLine("事件连续无缺号", told, good and len(positions) == len(SERVICES))


def consumed(status: dict[str, dict[str, Any]]) -> BookLine:
    """What was published is what supervision consumed."""
    heads = {name: s["head"] for name, s in status.items()}
    seen = status["supervision"]["consumed"]
    good = all(seen.get(name) == head for name, head in heads.items() if name != "supervision")
    return BookLine("发布数＝督导已消费数", f"{sum(seen.values())}", good)


def money(
    events: Iterable[Event], payments: list[Event], figures: dict[str, Decimal]
) -> list[BookLine]:
    """Subsidy paid: events, payment rows and the bulletin's figure are one sum."""
    by_event = sum(e["data"]["amount_fen"] for e in events if fact(e) == "payment-paid")
    by_row = sum(int(Decimal(p["amount_yuan"]) * 100) for p in payments if p["state"] == "paid")
    compensation = sum(e["data"]["amount_fen"] for e in events if fact(e) == "contract-paid")
    return [
        BookLine(
            "租赁补贴：事件＝台账＝通报",
            f"{by_event / 100:,.2f} 元",
            by_event == by_row == figures["subsidy-paid-fen"],
        ),
        BookLine(
            "征收补偿：事件＝通报",
            f"{compensation / 100:,.2f} 元",
            compensation == figures["contracts-paid-fen"],
        ),
    ]


def _share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """A part of a whole, four places, at most one; None where there is no whole."""
    if not whole:
        return None
    return min(Decimal(1), Decimal(part) / Decimal(whole)).quantize(
        Decimal("0.0001"), ROUND_HALF_UP
    )


def _sum(events: Iterable[Event], key: str | None = None) -> Counter[str]:
    """Figures by reporting unit: the sum of `data[key]`, or the number of events."""
    found: Counter[str] = Counter()
    for event in events:
        found[unit_of(event["data"]["region"], DAY)] += event["data"][key] if key else 1
    return found


RANKED = {
    "annual-target-set",
    "project-started",
    "project-progressed",
    "overdue-households-resettled",
    "overdue-case-registered",
}
"""The facts that a score is made of."""


def ranking(events: Iterable[Event]) -> dict[str, Decimal]:
    """The score of every unit for the month, computed from the events alone (S6.6).

    Starts up to June count in full, so April needs no weight by month here.
    """
    of: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if (
            fact(event) in RANKED
            and (event["data"].get("month") or event["data"]["on"][:7]) <= MONTH
        ):
            of[fact(event)].append(event)
    targets: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for event in of["annual-target-set"]:
        data = event["data"]
        targets[data["region"]][data["indicator"]] = Decimal(data["value"])
    started = _sum(of["project-started"], "units")
    progress = of["project-progressed"]
    invested, completed = _sum(progress, "invested_fen"), _sum(progress, "completed_units")
    received, paid = _sum(progress, "funds_received_fen"), _sum(progress, "funds_paid_fen")
    resettled = _sum(of["overdue-households-resettled"], "households")
    overdue = _sum(of["overdue-case-registered"], "households")
    largest = max(target.get("started-units", Decimal(0)) for target in targets.values())
    scores = {}
    for unit in UNITS:
        task = targets[unit].get("started-units", Decimal(0))
        parts = [
            _share(completed[unit], task),
            _share(invested[unit], targets[unit].get("invested-fen", Decimal(0))),
            _share(paid[unit], received[unit]),
            _share(resettled[unit], overdue[unit]),
        ]
        known = [part for part in parts if part is not None]
        mean = (sum(known, Decimal(0)) / len(known)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        score = 100 * (
            Decimal("0.4") * (_share(task, largest) or 0)
            + Decimal("0.4") * (_share(started[unit], task) or 0)
            + Decimal("0.2") * mean
        )
        scores[unit] = score.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return scores


def same_ranking(events: Iterable[Event], published: list[dict[str, Any]]) -> BookLine:
    """The published scores and places equal the ones computed here."""
    mine = ranking(events)
    places = {
        unit: 1 + sum(other > score for other in mine.values()) for unit, score in mine.items()
    }
    wrong = [
        row["unit"]
        for row in published
        if Decimal(row["score"]) != mine[row["unit"]] or row["place"] != places[row["unit"]]
    ]
    return BookLine(
        "排名由事件独立复算一致",
        f"{len(published)} 个单位",
        not wrong and len(published) == len(UNITS),
    )


def totals(published: dict[str, Any]) -> dict[str, Decimal]:
    """The province's figures of the published month, by indicator."""
    return {code: Decimal(value) for code, value in published["totals"].items()}
