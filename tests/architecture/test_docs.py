"""The documents: what is in them. `run.py check` compares the generated ones with the code."""

import re

from deploy.docs.build import documents
from deploy.docs.specs import ROOT, events, specs


def test_every_event_and_life_cycle_is_in_the_documents() -> None:
    pages = documents()
    for event in (event for group in events().values() for event in group):
        assert event.event_type() in pages["events.md"]
    for machine in (machine for spec in specs() for machine in spec.machines):
        assert f"`{machine.name}`" in pages["states.md"]


def test_the_glossary_has_one_word_per_term() -> None:
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \|", (ROOT / "docs/glossary.md").read_text("utf-8"), re.MULTILINE
    )
    terms = [term for term, _ in rows if term not in ("中文", "---")]
    assert len(terms) == len(set(terms)) > 60


def test_links_between_documents_lead_somewhere() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"
