"""S11.2: every published figure is a sum of facts, one per event and indicator."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from services.supervision.facts.figures import Figures, figures
from services.supervision.facts.indicators import COUNTED_EVENTS, INDICATORS, facts_of
from services.supervision.facts.recount import CounterMismatch
from shared.contracts.applications import ApplicationApproved, ApplicationObjectionDecided
from shared.contracts.base import Event
from shared.contracts.expropriation import ContractSigned
from shared.contracts.projects import ProjectProgressed
from shared.db.model import new_id
from shared.events.consumer import call_for
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.supervision.acts import paid, said, started, tell


async def counted(office: Office, month: str = "2021-04") -> Figures:
    async with office.sessions() as session:
        return await figures(call_for(session, office.clock), month)


@pytest.mark.parametrize("kind", COUNTED_EVENTS, ids=lambda kind: kind.fact)
def test_every_counted_event_says_something(kind: type[Event]) -> None:
    found = facts_of(said(kind, upheld=True, completed_units=3))
    assert found
    assert {fact.indicator for fact in found} <= INDICATORS.keys()
    assert {fact.month for fact in found} <= {"2021-04", "2021-06"}


def test_the_month_an_event_names_goes_before_its_day() -> None:
    may = said(ProjectProgressed, on="2021-05-03", month="2021-04")
    assert {fact.month for fact in facts_of(may)} == {"2021-04"}
    assert {fact.month for fact in facts_of(started("220102", 1, "2021-05-03"))} == {"2021-05"}


def test_an_event_counts_only_for_what_it_is() -> None:
    def codes(event: Event) -> set[str]:
        return {fact.indicator for fact in facts_of(event)}

    assert "applications-approved-unit" in codes(said(ApplicationApproved, mode="unit"))
    assert "applications-approved-subsidy" not in codes(said(ApplicationApproved, mode="unit"))
    assert codes(said(ApplicationObjectionDecided, upheld=False)) == set()
    assert "contracts-signed-exchange" in codes(said(ContractSigned, mode="exchange"))
    late = started("220102", 90, "2021-04-26", planned_start_on="2021-04-25")
    assert "started-on-time-units" not in codes(late)
    due = started("220102", 90, "2021-04-25", planned_start_on="2021-04-25")
    assert "started-on-time-units" in codes(due)


async def test_the_same_events_twice_count_once(open_office: OpenOffice) -> None:
    office = await open_office("supervision")
    batch = await tell(office, started("220102", 150), paid("220202", 31500))
    before = (await counted(office)).rows
    await office.deliver(batch)
    await office.deliver(list(reversed(batch)))
    assert (await counted(office)).rows == before
    assert (await office.run_jobs("recount")) == {"recount": 0}


async def test_a_district_counts_for_its_city_and_a_county_for_itself(
    open_office: OpenOffice,
) -> None:
    """S0.2: figures belong to the 49 reporting units."""
    office = await open_office("supervision")
    await tell(office, started("220102", 10), started("220103", 5), started("220182", 7))
    found = await counted(office)
    assert found.of("220100", "started-units").month == 15
    assert found.of("220182", "started-units").month == 7
    assert {code for unit, code in found.rows if unit == "220182"} == {
        "started-units",
        "started-projects",
        "started-on-time-units",
    }


async def test_a_household_paid_twice_is_one_household(open_office: OpenOffice) -> None:
    """S2.12: the annual task counts households, not payments."""
    office = await open_office("supervision")
    home = str(new_id())
    await tell(
        office,
        paid("220102", 30000, "2021-04-28", grant_id=home),
        paid("220102", 1500, "2021-04-29", grant_id=home),
        paid("220102", 31500, "2021-05-28", grant_id=home),
        paid("220102", 20000, "2021-05-28"),
    )
    april, may = await counted(office), await counted(office, "2021-05")
    assert april.of("220100", "subsidy-households").total == 1
    assert may.of("220100", "subsidy-households").month == 2
    assert may.of("220100", "subsidy-households").total == 2
    assert may.of("220100", "subsidy-payments").total == 4
    assert may.of("220100", "subsidy-paid-fen").total == 83000


async def test_annual_figures_begin_in_january_and_lasting_ones_do_not(
    open_office: OpenOffice,
) -> None:
    office = await open_office("supervision")
    await tell(
        office,
        started("220102", 40, "2021-12-20"),
        started("220102", 2, "2022-01-20"),
        said(ContractSigned, on="2021-12-20"),
        said(ContractSigned, on="2022-01-20"),
    )
    found = await counted(office, "2022-01")
    assert found.of("220100", "started-units").total == 2
    assert found.of("220100", "contracts-signed").total == 2
    assert found.total("contracts-signed", ["220100", "220200"]).month == 1


async def test_a_counter_that_is_not_the_sum_of_its_facts_stops_the_day(
    open_office: OpenOffice,
) -> None:
    office = await open_office("supervision")
    await tell(office, started("220102", 150))
    assert (await office.run_jobs("recount")) == {"recount": 0}
    async with office.sessions() as session, session.begin():
        await session.execute(
            text("UPDATE fact_counter SET amount = 151 WHERE indicator = 'started-units'")
        )
    with pytest.raises(CounterMismatch, match="220100 2021-04 started-units: kept 151"):
        await office.run_jobs("recount")


async def test_an_unknown_indicator_is_an_error_not_a_nought(open_office: OpenOffice) -> None:
    office = await open_office("supervision")
    found = await counted(office)
    assert found.of("220100", "started-units").total == Decimal(0)
    with pytest.raises(LookupError):
        found.of("220100", "startet-units")
    assert office.clock.today() == date(2021, 4, 1)
