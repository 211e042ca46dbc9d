"""Every order of the notice is carried out by code and named by a test, or is pending."""

from deploy.docs.backlog import PENDING
from deploy.docs.evidence import cited_by_code, named_by_tests
from deploy.docs.specs import specs
from shared.law.notice import CLAUSES, LAWS

SERVICES = {spec.name for spec in specs()}
CITED = cited_by_code()
ORDERS = [c.id for c in CLAUSES.values() if c.kind == "notice" and c.binding]


def test_every_order_is_cited_by_code_or_pending() -> None:
    assert [clause for clause in ORDERS if clause not in CITED and clause not in PENDING] == []


def test_a_pending_order_is_not_built_yet() -> None:
    assert sorted(PENDING.keys() & CITED.keys()) == []


def test_every_cited_clause_is_named_by_a_test() -> None:
    assert sorted(CITED.keys() - named_by_tests().keys()) == []


def test_pending_orders_exist_and_name_their_service() -> None:
    assert sorted(PENDING.keys() - set(ORDERS)) == []
    assert {text.split("：")[0] for text in PENDING.values()} <= SERVICES


def test_the_laws_that_the_rules_lean_on_are_cited() -> None:
    needed = {"CC.201", "CC.203", "R590.12", "R590.25", "R590.27", "J281"}
    assert needed <= LAWS.keys() & CITED.keys()
