"""The services as they describe themselves, and the events they know."""

import importlib
import pkgutil
from functools import cache
from pathlib import Path

from shared import contracts
from shared.commands.spec import ServiceSpec
from shared.contracts.base import REGISTRY, Event

ROOT = Path(__file__).resolve().parents[2]
_CITING = ("law.calendar", "crypto.keyring", "domain.masking", "domain.regions")
"""Shared modules that carry out clauses themselves."""


@cache
def specs() -> tuple[ServiceSpec, ...]:
    """Every service's SPEC, in the order of their ports."""
    for name in _CITING:
        importlib.import_module(f"shared.{name}")
    names = sorted(path.parent.name for path in (ROOT / "services").glob("*/spec.py"))
    found = [importlib.import_module(f"services.{name}.spec").SPEC for name in names]
    return tuple(sorted(found, key=lambda spec: spec.port_offset))


@cache
def events() -> dict[str, list[type[Event]]]:
    """Service -> its event classes, in the order of the contract file."""
    for module in pkgutil.iter_modules(contracts.__path__):
        importlib.import_module(f"{contracts.__name__}.{module.name}")
    found: dict[str, list[type[Event]]] = {}
    for event in REGISTRY.values():
        if not event.__module__.startswith(contracts.__name__):
            continue  # a test's own
        found.setdefault(event.service, []).append(event)
    return found
