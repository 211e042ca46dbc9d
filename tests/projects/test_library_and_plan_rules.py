"""Priority, renovation years and the balance of funds, at their edges."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.projects.library.rules import Place, factors, parcel_refusals, year_refusals
from services.projects.plan.rules import Flow, balance_refusals, balances, plan_refusals
from services.projects.project.kinds import LocationKind, SiteKind

DAY = date(2021, 4, 6)


def place(
    kind: SiteKind = SiteKind.SHANTYTOWN,
    location: LocationKind = LocationKind.BUILT_UP_AREA,
    households: int = 20,
    contiguous: bool = True,
    traits: int = 0,
) -> Place:
    return Place(kind, location, households, contiguous, traits)


@pytest.mark.parametrize(
    ("site", "priority", "applying"),
    [
        (place(), "P0", []),
        (place(location=LocationKind.OLD_TOWN), "P1", ["P1"]),
        (place(SiteKind.MINING), "P1", ["P1"]),
        (place(SiteKind.FORESTRY, households=50), "P1", ["P1", "P2"]),
        (place(SiteKind.RECLAMATION, traits=3), "P1", ["P1", "P3"]),
        (place(households=50), "P2", ["P2"]),
        (place(households=49), "P0", []),
        (place(households=500, contiguous=False), "P0", []),
        (place(households=3, traits=3), "P3", ["P3"]),
        (place(traits=2), "P0", []),
    ],
)
def test_priority_factors(site: Place, priority: str, applying: list[str]) -> None:
    """S5.3 old town and state-owned land; S5.4 fifty households or more; S5.5 enclaves."""
    assert factors(site, DAY) == (priority, applying)


@pytest.mark.parametrize(
    ("year", "fine"), [(2020, False), (2021, True), (2025, True), (2026, False)]
)
def test_the_library_holds_the_years_of_the_plan(year: int, fine: bool) -> None:
    """S4.2: the renovation year lies in 2021 to 2025."""
    assert (year_refusals(year, DAY) == []) is fine


def test_a_project_of_the_library_has_a_parcel() -> None:
    """S4.2: 落实到地块."""
    assert parcel_refusals("220102-001", "/items/0/id") == []
    (reason,) = parcel_refusals(None, "/items/0/id")
    assert (reason.code, reason.clause) == ("parcel-missing", "S4.2")


def codes(flows: list[Flow], investment_fen: int = 0) -> list[str]:
    return [reason.code for reason in balance_refusals(flows, investment_fen, "/items/0")]


def test_every_year_and_the_whole_life_must_balance() -> None:
    """S7.2: a gap in one year is refused even when a later year fills it."""
    assert codes([Flow(2021, 100, 100), Flow(2022, 50, 50)], 150) == []
    assert codes([Flow(2021, 100, 101), Flow(2022, 50, 40)]) == ["year-not-balanced"]
    assert codes([Flow(2021, 100, 90), Flow(2022, 0, 11)]) == [
        "year-not-balanced",
        "life-not-balanced",
    ]
    assert codes([Flow(2022, 9, 1), Flow(2021, 9, 1)]) == ["years-not-rising"]
    assert codes([Flow(2021, 9, 1), Flow(2021, 9, 1)]) == ["years-not-rising"]
    assert codes([Flow(2021, 100, 99)], 100) == ["spending-incomplete"]
    assert codes([Flow(2021, 100, 100)], 100) == []


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)), min_size=1, max_size=20))
def test_a_plan_is_refused_exactly_when_some_year_ends_below_zero(
    amounts: list[tuple[int, int]],
) -> None:
    """S7.2: the balance of a year is all income so far less all spending so far."""
    flows = [Flow(2021 + n, inward, outward) for n, (inward, outward) in enumerate(amounts)]
    left = balances(flows)
    for n in range(len(flows)):
        assert left[n] == sum(f.in_fen for f in flows[: n + 1]) - sum(
            f.out_fen for f in flows[: n + 1]
        )
    assert ("year-not-balanced" in codes(flows)) == any(amount < 0 for amount in left)
    assert ("life-not-balanced" in codes(flows)) == (left[-1] < 0)


def test_a_plan_takes_the_librarys_projects_of_its_year() -> None:
    """S5.2, S6.1: the year of the library, and a start within it that is not past."""

    def found(renovation_year: int, start: date) -> list[str]:
        return [r.code for r in plan_refusals(2021, renovation_year, start, DAY, "/items/0")]

    assert found(2021, DAY) == []
    assert found(2022, date(2021, 12, 31)) == ["other-year"]
    assert found(2021, date(2022, 1, 1)) == ["start-outside-year"]
    assert found(2021, date(2021, 4, 5)) == ["start-in-past"]
