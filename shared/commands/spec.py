"""What a service is made of. Each service has one `spec.py` with a `SPEC`: read that first."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from sqlalchemy import MetaData

from shared.commands.context import CommandContext
from shared.contracts.base import Event, LogCheckpointed
from shared.contracts.received_event import ReceivedEvent
from shared.domain.lifecycle import Machine


@dataclass(frozen=True)
class Subscription:
    """Event classes and what to do with them, in batches, inside the consumer's transaction.

    `withdraw` undoes what a source's events behind a position did, when that source was restored
    and has lost them. All its earlier events are then applied once more: `withdraw` leaves things
    so that this comes out right.
    """

    types: tuple[type[Event], ...]
    apply: Callable[[CommandContext, Sequence[ReceivedEvent]], Awaitable[None]]
    withdraw: Callable[[CommandContext, str, int], Awaitable[None]] | None = None
    """Given the source, and the last position that it still has."""


@dataclass(frozen=True)
class Job:
    """Work of every business day, a run. `run` does one chunk in a transaction and answers how many
    it did; it is called again until that is 0.
    """

    name: str
    label: str
    run: Callable[[CommandContext], Awaitable[int]]
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class ServiceSpec:
    """The table of contents of a service."""

    name: str
    label: str
    description: str
    port_offset: int
    routers: tuple[APIRouter, ...]
    metadata: MetaData
    machines: tuple[Machine, ...]
    subscriptions: tuple[Subscription, ...]
    jobs: tuple[Job, ...]
    migrations: Path
    checkpointed: type[LogCheckpointed] | None = None
    """The event that tells where the service's logs stand."""
