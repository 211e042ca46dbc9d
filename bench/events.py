"""Events in bulk: rows of an outbox, and envelopes as a broker or a feed hands them out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from shared.contracts.applications import ApplicationSubmitted
from shared.db.model import new_id
from shared.domain.regions import REGIONS

SERVICE = "applications"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_REGIONS = [code for code, one in REGIONS.items() if not one.valid_to and code != "220000"]

FILL = """
INSERT INTO outbox (event_id, aggregate, subject, version, type, region, data, at, trace)
SELECT gen_random_uuid(), 'applications.application', id, 1, $1, '220102',
       '{"region":"220102","application_id":"' || id || '","on":"2026-04-01","categories":["C13"],'
       || '"mode":"subsidy","household_size":3}', now(), $2
FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $3::int)) AS fresh
"""
"""Committed events without a position: type, trace, how many."""

KIND = ApplicationSubmitted.event_type()


@dataclass(slots=True)
class OutboxRow:
    """A numbered row of the outbox that was never in a database."""

    event_id: UUID
    subject: UUID
    region: str
    position: int
    data: str
    at: datetime
    type: str = KIND
    version: int = 1
    trace: str = TRACE


def kept(first: int, count: int) -> Iterator[OutboxRow]:
    """Submitted applications of all regions, from a position on."""
    at = datetime.now(UTC)
    for position in range(first, first + count):
        id, region = new_id(), _REGIONS[position % len(_REGIONS)]
        data = (
            f'{{"region":"{region}","application_id":"{id}","on":"2026-04-01",'
            f'"categories":["C13"],"mode":"subsidy","household_size":3}}'
        )
        yield OutboxRow(new_id(), id, region, position, data, at)


def records(rows: list[OutboxRow]) -> list[tuple[bytes, bytes]]:
    """Key and value of each, as the relay sends them."""
    return [(str(one.subject).encode(), _envelope(one)) for one in rows]


def _envelope(one: OutboxRow) -> bytes:
    return (
        f'{{"specversion":"1.0","id":"{one.event_id}","source":"/jilin/{SERVICE}",'
        f'"type":"{one.type}","subject":"{one.subject}","time":"{one.at:%Y-%m-%dT%H:%M:%S.%f}Z",'
        f'"datacontenttype":"application/json","sequence":"{one.position}",'
        f'"aggregateversion":{one.version},"regioncode":"{one.region}",'
        f'"partitionkey":"{one.subject}","traceparent":"{one.trace}","data":{one.data}}}'
    ).encode()
