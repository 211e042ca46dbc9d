"""The eight prohibitions S4.X1 to S4.X8, each with its exception if the notice gives one (S4.3)."""

from dataclasses import replace
from datetime import date

import pytest

from services.projects.project.kinds import (
    LABELS,
    BuildingKind,
    Cause,
    LocationKind,
    Nature,
    SiteKind,
    Trait,
)
from services.projects.screening.rules import (
    Evidence,
    House,
    Outcome,
    Site,
    Verdict,
    in_the_way,
    screen,
)

DAY = date(2021, 4, 2)
NOTHING = Evidence()
FINE = Site(
    SiteKind.SHANTYTOWN,
    Nature.RENOVATION,
    LocationKind.BUILT_UP_AREA,
    None,
    (House("1号楼", BuildingKind.BUNGALOW, 1965, None),),
)


def verdict(site: Site, clause: str, evidence: Evidence = NOTHING) -> Verdict:
    return next(one for one in screen(site, evidence, DAY) if one.clause == clause)


def barred(site: Site, evidence: Evidence = NOTHING) -> list[str]:
    return [one.clause for one in in_the_way(screen(site, evidence, DAY))]


def flat(built: int | None, level: str | None) -> Site:
    return replace(FINE, houses=(House("2号楼", BuildingKind.APARTMENT, built, level),))


def test_a_check_answers_all_eight_in_order() -> None:
    """S4.4: each prohibition gets its own verdict, also when nothing stands in the way."""
    found = screen(FINE, NOTHING, DAY)
    assert [one.clause for one in found] == [f"S4.X{n}" for n in range(1, 9)]
    assert {one.outcome for one in found} == {Outcome.PASS}
    assert all(one.basis for one in found)


@pytest.mark.parametrize("kind", [SiteKind.EDGE_VILLAGE, SiteKind.SUBURB_VILLAGE])
def test_a_village_outside_the_town_needs_the_countys_finding(kind: SiteKind) -> None:
    """S4.X1: 城边村、城郊村 are barred unless found to meet the criteria."""
    village = replace(FINE, site_kind=kind)
    assert barred(village) == ["S4.X1"]
    lifted = verdict(village, "S4.X1", Evidence(criteria_document="长府发〔2021〕3号"))
    assert (lifted.outcome, lifted.evidence) == (Outcome.EXEMPT, "认定文件 长府发〔2021〕3号")
    assert barred(replace(FINE, site_kind=SiteKind.URBAN_VILLAGE)) == []


ALL_EVIDENCE = Evidence("文件", "PG-1", "理由", link_known=True, review_reason="理由")


def test_rural_relocation_has_no_exception() -> None:
    """S4.X2: no evidence brings 农村搬迁改造 in."""
    assert barred(replace(FINE, nature=Nature.RURAL_RELOCATION), ALL_EVIDENCE) == ["S4.X2"]


def test_infrastructure_comes_in_only_with_the_project_it_belongs_to() -> None:
    """S4.X3: directly related infrastructure is excepted; 房地产开发 never is."""
    pipes = replace(FINE, nature=Nature.INFRASTRUCTURE)
    linked = Evidence(linked_project="PG-1", link_reason="回迁小区供水管网", link_known=True)
    assert barred(pipes) == ["S4.X3"]
    assert verdict(pipes, "S4.X3", linked).outcome is Outcome.EXEMPT
    assert barred(pipes, replace(linked, link_known=False)) == ["S4.X3"]
    assert barred(pipes, replace(linked, link_reason="")) == ["S4.X3"]
    assert barred(replace(FINE, nature=Nature.REAL_ESTATE), linked) == ["S4.X3"]


@pytest.mark.parametrize("cause", list(Cause))
def test_houses_that_come_down_for_something_else(cause: Cause) -> None:
    """S4.X4: roads, historic quarters and relics are no reason."""
    assert barred(replace(FINE, cause=cause), ALL_EVIDENCE) == ["S4.X4"]


def test_rural_dangerous_housing() -> None:
    """S4.X5."""
    assert barred(replace(FINE, nature=Nature.RURAL_DANGEROUS_HOUSING), ALL_EVIDENCE) == ["S4.X5"]


@pytest.mark.parametrize(
    ("built", "level", "outcome"),
    [
        (2006, "D", Outcome.PASS),
        (1960, "D", Outcome.PASS),
        (1992, "C", Outcome.BLOCK),
        (1991, "C", Outcome.REVIEW),
        (1992, None, Outcome.BLOCK),
        (1960, None, Outcome.REVIEW),
        (None, None, Outcome.REVIEW),
        (None, "A", Outcome.REVIEW),
    ],
    ids=[
        "young but level D", "old and level D", "29 years below D", "30 years below D",
        "young without appraisal", "old without appraisal", "age unknown", "age unknown below D",
    ],
)  # fmt: skip
def test_an_apartment_house_needs_level_d(
    built: int | None, level: str | None, outcome: Outcome
) -> None:
    """S4.X6: a 居民楼 is never accepted by itself without an appraisal of level D."""
    assert verdict(flat(built, level), "S4.X6").outcome is outcome


def test_a_person_may_accept_an_old_house_but_not_a_young_one() -> None:
    """S4.X6: the written reason lifts a review, never a block."""
    reason = Evidence(review_reason="整体倾斜")
    assert verdict(flat(1960, "C"), "S4.X6", reason).outcome is Outcome.REVIEWED
    assert verdict(flat(2006, "B"), "S4.X6", reason).outcome is Outcome.BLOCK
    both = replace(FINE, houses=(*flat(1960, "D").houses, *flat(2006, "B").houses))
    assert barred(both, reason) == ["S4.X6"]


@pytest.mark.parametrize("place", list(LocationKind))
def test_the_policy_does_not_reach_ordinary_towns(place: LocationKind) -> None:
    """S4.X7: every other kind of place may come in."""
    expected = ["S4.X7"] if place is LocationKind.ORDINARY_TOWN else []
    assert barred(replace(FINE, location_kind=place), ALL_EVIDENCE) == expected


@pytest.mark.parametrize("nature", [Nature.BEAUTIFICATION, Nature.FACADE_WORKS])
def test_embellishment(nature: Nature) -> None:
    """S4.X8."""
    assert barred(replace(FINE, nature=nature), ALL_EVIDENCE) == ["S4.X8"]


def test_every_prohibition_that_applies_is_told() -> None:
    worst = replace(
        flat(2006, None),
        site_kind=SiteKind.EDGE_VILLAGE,
        nature=Nature.REAL_ESTATE,
        location_kind=LocationKind.ORDINARY_TOWN,
        cause=Cause.RELIC_REPAIR,
    )
    assert barred(worst) == ["S4.X1", "S4.X3", "S4.X4", "S4.X6", "S4.X7"]


def test_every_kind_has_a_name() -> None:
    kinds = (SiteKind, Nature, LocationKind, Cause, BuildingKind, Trait)
    assert set(LABELS) == {value for kind in kinds for value in kind}
