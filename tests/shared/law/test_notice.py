"""The clause table: ids, owners, and the rule that a citation must be known."""

import re

import pytest

from shared.law.citing import cites
from shared.law.notice import CLAUSES, LAWS, SECTIONS, section_of

SERVICES = {"applications", "subsidy", "projects", "expropriation", "supervision"}


def test_ids_and_owners() -> None:
    for clause in CLAUSES.values():
        assert clause.text
        if clause.kind == "notice":
            assert re.fullmatch(r"S\d{1,2}\.(\d{1,2}[a-f]?|X[1-8])", clause.id)
            assert clause.owner in SERVICES
            assert section_of(clause) in SECTIONS.values()
        else:
            assert clause.owner == section_of(clause) == ""


def test_the_notice_is_whole() -> None:
    assert {i.split(".")[0] for i in CLAUSES if i not in LAWS} == {f"S{n}" for n in range(12)}
    assert {f"S4.X{n}" for n in range(1, 9)} <= CLAUSES.keys()
    assert {
        "S0.1",
        "S2.10",
        "S9.1a",
        "S9.3b",
        "S11.8",
        "CC.201",
        "R590.27",
        "J281",
    } <= CLAUSES.keys()
    assert sum(c.kind == "notice" for c in CLAUSES.values()) == 102


def test_an_unknown_citation_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"S99\.1"):
        cites("S99.1")(test_ids_and_owners)
