"""What a broker has to allow: rights of this service and of the integrators it entitled.

A broker knows topics, not regions and not types of events. So an integrator gets a topic only when
it is entitled to every type, and in the whole province; everybody else reads the feed, which knows
both. The service itself writes its own topic and reads those of its sources.
"""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.commands.spec import ServiceSpec
from shared.contracts.base import topic
from shared.domain.regions import PROVINCE
from shared.events.consumer import sources
from shared.integration.entitlement.models import ALL_TYPES, Entitlement
from shared.integration.entitlement.states import EntitlementState
from shared.law.citing import cites


@dataclass(frozen=True, slots=True)
class Acl:
    """One right: `user` may do `operation` with a topic, or with groups whose name begins so."""

    user: str
    operation: Literal["Read", "Write", "Describe", "Create"]
    resource: Literal["topic", "group"]
    name: str

    def command(self, action: Literal["add", "remove"]) -> str:
        """The same for `kafka-acls.sh`; the address and its options are the operator's to add."""
        words = [
            "kafka-acls.sh",
            f"--{action}",
            *(["--force"] if action == "remove" else []),
            "--allow-principal",
            f"User:{self.user}",
            "--operation",
            self.operation,
            f"--{self.resource}",
            self.name,
            *(["--resource-pattern-type", "prefixed"] if self.resource == "group" else []),
        ]
        return shlex.join(words)


def of_service(spec: ServiceSpec, group: str) -> list[Acl]:
    """The rights of the service's own worker, which is called like the service."""
    own = topic(spec.name)
    found = [Acl(spec.name, "Write", "topic", own), Acl(spec.name, "Create", "topic", own)]
    for source in sources(spec):
        found += _reads(spec.name, topic(source))
    return [*found, Acl(spec.name, "Read", "group", f"{group}-{spec.name}")]


def of_integrator(client: str, service: str) -> list[Acl]:
    """The rights of an integrator that may read a whole topic, in groups called after it."""
    return [*_reads(client, topic(service)), Acl(client, "Read", "group", f"{client}.")]


def _reads(user: str, name: str) -> list[Acl]:
    return [Acl(user, "Read", "topic", name), Acl(user, "Describe", "topic", name)]


@dataclass(frozen=True, slots=True)
class Clients:
    """Who may read the whole topic, who did and may no longer, and who reads the feed only."""

    whole: tuple[str, ...]
    former: tuple[str, ...]
    feed_only: tuple[str, ...]


def sorted_out(rows: Iterable[Entitlement]) -> Clients:
    """Clients by what their entitlements, the revoked ones too, come to at a broker."""
    ever: set[str] = set()
    now: set[str] = set()
    active: set[str] = set()
    for row in rows:
        valid = row.state == EntitlementState.ACTIVE
        if ALL_TYPES in row.types and row.region == PROVINCE:
            (now if valid else ever).add(row.client)
        if valid:
            active.add(row.client)
    return Clients(tuple(sorted(now)), tuple(sorted(ever - now)), tuple(sorted(active - now)))


@cites("PIPL.51")
async def lines(session: AsyncSession, spec: ServiceSpec, group: str) -> list[str]:
    """The commands that bring the broker to what is entitled now; comments name the others."""
    rows = await session.scalars(select(Entitlement).order_by(Entitlement.client))
    clients = sorted_out(rows)
    found = [f"# {spec.label} 自己"]
    found += [acl.command("add") for acl in of_service(spec, group)]
    for client in clients.former:
        found.append(f"# {client}：授权已收回或缩小")
        found += [
            acl.command("remove")
            for acl in of_integrator(client, spec.name)
            if acl.resource == "topic"  # its groups may belong to another service's topic
        ]
    for client in clients.whole:
        found.append(f"# {client}：全省、全部类型")
        found += [acl.command("add") for acl in of_integrator(client, spec.name)]
    found += [f"# {client}：只获授权部分类型或辖区，只走事件接口" for client in clients.feed_only]
    return found
