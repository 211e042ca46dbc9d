"""The oracle: what must be true at the end, whatever happened in between."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.crypto.keyring import KeyRing
from shared.events.checkpoint import read
from shared.events.verify import verify
from tests.faults.clients import FAIL, OK, UNKNOWN, Command
from tests.faults.stage import Stage

LETTERS = "SELECT id, text, region, state, version, fen FROM letter"
EVENTS = """
    SELECT position, event_id, aggregate, subject, version, data::json ->> 'fen' AS fen
    FROM outbox ORDER BY position
"""
AUDIT = "SELECT object_id, object_version FROM audit_log WHERE object_type = 'desk.letter'"
EFFECTS = "SELECT position, event_id, subject, version FROM effect ORDER BY id"
SUMS = "SELECT region, letters, fen FROM region_sum"
DEAD_LETTERS = "SELECT event_id, position FROM dead_letter"
OPEN = """
    SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'
    AND clock_timestamp() - state_change > interval '1 second'
"""
STATES = {1: "received", 2: "answered", 3: "filed"}


@dataclass(frozen=True)
class OracleVerdict:
    """What was counted. Nothing was found wrong, or `check` would have raised."""

    events: int
    letters: int
    fen: int
    dead_letters: int


def _require(holds: bool, text: str, *evidence: object) -> None:
    if not holds:
        raise AssertionError(f"{text}: {evidence}")


async def check(stage: Stage, mirror: str = "mirror") -> OracleVerdict:
    """Compare journal, desk and mirror when everything has settled. Raises `AssertionError`."""
    head = await stage.settled(mirror)
    letters = {row["id"]: row for row in await stage.sql("desk", LETTERS)}
    events = await stage.sql("desk", EVENTS)
    _commands(stage.journal.commands, letters)
    _log(head, events, letters)
    trail = Counter(
        (row["object_id"], row["object_version"]) for row in await stage.sql("desk", AUDIT)
    )
    mine = [row for row in events if row["aggregate"] == "desk.letter"]
    _require(
        trail == Counter((row["subject"], row["version"]) for row in mine),
        "one audit row for each transition", trail,
    )  # fmt: skip
    async with stage.sessions("desk") as sessions, sessions() as session:
        signed, ring = stage.checkpoints("desk"), KeyRing.from_file(stage.folder / "keys.json")
        known = read(signed, "desk") if signed.exists() else []
        found = await verify(session, "desk", ring, known)
        _require(not found, "both chains verify, and every signed checkpoint", found)
    dead_letters = await _mirror(stage, mirror, letters, events)
    for database in ("desk", mirror):
        _require(await stage.value(database, OPEN) == 0, "no transaction is left open", database)
    unanswered = "SELECT count(*) FROM idempotency WHERE status IS NULL"
    _require(await stage.value("desk", unanswered) == 0, "each kept key has its answer")
    _require(stage.journal.statuses["500"] == 0, "no fault of ours", stage.journal.statuses)
    _require(not stage.faults(), "no fault in any log", stage.faults()[:3])
    fen = sum(row["fen"] for row in letters.values())
    return OracleVerdict(head, len(letters), fen, dead_letters)


def _commands(commands: Sequence[Command], letters: dict[UUID, Any]) -> None:
    """What was answered well is there, what was refused is not; doubt is allowed to neither."""
    by_text = Counter(row["text"] for row in letters.values())
    for one in commands:
        _require(one.outcome != UNKNOWN, "every command was resolved", one.key)
        if one.version == 1:
            expected = 1 if one.outcome == OK else 0
            _require(by_text[one.key] == expected, "received exactly once or not", one)
        if one.letter is None:
            continue
        row = letters.get(one.letter)
        _require(row is not None, "an acknowledged letter is there", one)
        assert row is not None
        if one.outcome == OK:
            _require(row["version"] >= one.version, "an acknowledged move is there", one, row)
        if one.outcome == FAIL:
            _require(row["version"] < one.version, "a refused move is not there", one, row)


def _log(head: int, events: Sequence[Any], letters: dict[UUID, Any]) -> None:
    """Positions 1..n; for each letter the versions 1..v, and its money told once."""
    positions = [row["position"] for row in events]
    _require(positions == list(range(1, head + 1)), "positions without a gap", head)
    versions: dict[UUID, list[int]] = defaultdict(list)
    told: dict[UUID, int] = {}
    for row in events:
        if row["aggregate"] == "desk.letter":
            versions[row["subject"]].append(row["version"])
            if row["fen"] is not None:
                told[row["subject"]] = int(row["fen"])
    for id, letter in letters.items():
        expected = list(range(1, letter["version"] + 1))
        _require(versions.pop(id, None) == expected, "versions in turn", id, letter)
        _require(letter["state"] == STATES[letter["version"]], "the state fits", letter)
    _require(not versions, "no event without a letter", versions)
    _require(told == {id: row["fen"] for id, row in letters.items()}, "the money was told")


async def _mirror(
    stage: Stage, mirror: str, letters: dict[UUID, Any], events: Sequence[Any]
) -> int:
    """Each event had its effect once and in order; the projection is the fold of the events."""
    effects = await stage.sql(mirror, EFFECTS)
    dead_letters = {
        row["event_id"]: row["position"] for row in await stage.sql(mirror, DEAD_LETTERS)
    }
    mine = {row["event_id"]: row["position"] for row in events if row["aggregate"] == "desk.letter"}
    had = Counter(row["event_id"] for row in effects)
    _require(max(had.values(), default=1) == 1, "no effect twice", had.most_common(3))
    lacking = mine.keys() - had.keys()
    _require(not lacking, "no event without its effect", sorted(mine[id] for id in lacking)[:5])
    _require(had.keys() == mine.keys(), "no effect of a foreign event")
    foreign = {row["event_id"] for row in events if row["aggregate"] == "desk.newer"}
    _require(
        dead_letters.keys() == foreign,
        "only what nobody can read stays a dead letter",
        dead_letters,
    )
    reached: dict[UUID, int] = defaultdict(int)
    for row in effects:
        _require(row["version"] == reached[row["subject"]] + 1, "effects in turn", row)
        reached[row["subject"]] = row["version"]
    if not stage.kafka:  # Kafka keeps the order of each letter, the feed that of all
        late = await _redriven(stage, mirror)
        order = [row["position"] for row in effects if row["subject"] not in late]
        _require(order == sorted(order), "no first delivery overtakes another")
    seen = await stage.sql(mirror, "SELECT event_id, position FROM inbox")
    _require(
        {row["event_id"]: row["position"] for row in seen}
        == {row["event_id"]: row["position"] for row in events},
        "the inbox holds the log",
    )
    copies = await stage.sql(mirror, LETTERS.replace("text, ", "").replace("letter", "letter_copy"))
    _require(
        {tuple(row) for row in copies}
        == {(r["id"], r["region"], r["state"], r["version"], r["fen"]) for r in letters.values()},
        "the projection is the fold of the events",
    )
    money: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in letters.values():
        money[row["region"]][0] += 1
        money[row["region"]][1] += row["fen"]
    sums = {row["region"]: [row["letters"], row["fen"]] for row in await stage.sql(mirror, SUMS)}
    _require(sums == money, "no money is lost or made", sums, dict(money))
    return len(dead_letters)


async def _redriven(stage: Stage, mirror: str) -> set[UUID]:
    """Letters that were dead letters for a time: their effects are late by right."""
    rows = await stage.sql(mirror, "SELECT object_id FROM audit_log WHERE action = 'redrive'")
    return {row["object_id"] for row in rows}
