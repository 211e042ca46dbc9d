"""Screening over HTTP: who passes, who waits for a person, who is refused (S4.3, S4.4)."""

import pytest
from sqlalchemy import text

from deploy.demo import world
from shared.contracts.projects import ProjectProhibited, ProjectScreened
from tests.acting import REGION, Json, done, keys, post, province, reasons
from tests.conftest import OpenOffice
from tests.projects.acts import city, planned, read, screened, site, surveyed


async def test_what_passes_is_screened_and_told(open_office: OpenOffice) -> None:
    """S4.3: the event carries every verdict by clause."""
    office = await open_office("projects")
    (item,) = await screened(office, site(1))
    assert (item["state"], item["version"]) == ("screened", 2)
    event = (await office.events())[-1].event
    assert isinstance(event, ProjectScreened)
    assert event.verdicts == {f"S4.X{n}": "pass" for n in range(1, 9)}
    project = await read(office, item)
    assert [v["clause"] for v in project["screening"]] == [f"S4.X{n}" for n in range(1, 9)]
    assert {v["checker"] for v in project["screening"]} == {"clerk"}
    assert project["screened_on"] == "2021-04-01"


@pytest.mark.parametrize(
    ("number", "clause"), [(100, "S4.X7"), (101, "S4.X8"), (102, "S4.X4"), (103, "S4.X6")]
)
async def test_what_is_barred_waits_for_a_signature(
    open_office: OpenOffice, number: int, clause: str
) -> None:
    """S4.X4, S4.X6, S4.X7, S4.X8: the machine keeps the verdict, a person refuses."""
    office = await open_office("projects")
    (item,) = await screened(office, world.prohibited_survey(REGION, number))
    assert (item["state"], item["version"]) == ("surveyed", 1)
    project = await read(office, item)
    barred = [v for v in project["screening"] if v["outcome"] == "block"]
    assert [v["clause"] for v in barred] == [clause]
    assert barred[0]["clause_text"].startswith("严禁")
    opinion = {"opinion": "属于禁止纳入的情形，不予纳入。"}
    path = f"/v1/projects/{item['id']}/refusal"
    assert (await post(city(office), path, opinion)).status_code == 428
    refused = await done(city(office, subject="head"), path, opinion, 1)
    assert (refused["state"], refused["version"]) == ("prohibited", 2)
    assert (refused["refusal_opinion"], refused["actions"]) == (opinion["opinion"], [])
    event = (await office.events())[-1].event
    assert isinstance(event, ProjectProhibited)
    assert event.clauses == (clause,)
    async with office.sessions() as session:
        trail = (await session.execute(text("SELECT action, reason FROM audit_log"))).all()
    assert ("refuse", opinion["opinion"]) in trail
    assert any(action == "screen" and reason.startswith(clause) for action, reason in trail)


async def test_passing_and_barred_sites_may_come_in_one_list(open_office: OpenOffice) -> None:
    """S4.4: the answer is in the order of the request."""
    office = await open_office("projects")
    items = await screened(office, world.prohibited_survey(REGION, 100), site(1))
    assert [(i["state"], i["version"]) for i in items] == [("surveyed", 1), ("screened", 2)]
    body = {"items": keys(items, evidence={})}
    answer = await post(city(office), "/v1/screenings", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong-state")
    assert reasons(answer) == [("wrong-state", "/items/1", "S4.3")]


async def test_a_site_that_passes_cannot_be_refused(open_office: OpenOffice) -> None:
    """S4.4: there is no refusal without a prohibition, and none without an opinion."""
    office = await open_office("projects")
    (item,) = await surveyed(office, site(1))
    path = f"/v1/projects/{item['id']}/refusal"
    answer = await post(city(office), path, {"opinion": "不同意"}, 1)
    assert (answer.status_code, answer.json()["code"]) == (422, "not-prohibited")
    assert (await post(city(office), path, {"opinion": " "}, 1)).status_code == 422


async def test_evidence_lifts_what_can_be_lifted(open_office: OpenOffice) -> None:
    """S4.X1: the county's finding is kept with the verdict."""
    office = await open_office("projects")
    evidence: Json = {"criteria": {"document_no": "长府发〔2021〕3号"}}
    (item,) = await screened(office, site(1, site_kind="edge-village"), **evidence)
    assert item["state"] == "screened"
    first = (await read(office, item))["screening"][0]
    assert (first["outcome"], first["evidence"]) == ("exempt", "认定文件 长府发〔2021〕3号")


async def test_infrastructure_needs_a_planned_project(open_office: OpenOffice) -> None:
    """S4.X3: an invented number lifts nothing, a planned project's does."""
    office = await open_office("projects")
    (item,) = await planned(office, site(1))
    number = (await read(office, item))["project_no"]
    assert number == "PG-220102-2021-00001"
    (pipes,) = await surveyed(office, site(2, nature="infrastructure"))

    async def state_with(project_no: str) -> str:
        link = {"link": {"project_no": project_no, "reason": "回迁小区供水管网"}}
        body = {"items": keys([pipes], evidence=link)}
        answer = await done(city(office), "/v1/screenings", body)
        return str(answer["items"][0]["state"])

    assert await state_with("PG-220102-2021-00009") == "surveyed"
    assert await state_with(number) == "screened"


async def test_an_old_house_below_d_needs_a_persons_reason(open_office: OpenOffice) -> None:
    """S4.X6: without an appraisal nothing is accepted by itself; the reason is on record."""
    office = await open_office("projects")
    old = {"name": "2号楼", "kind": "apartment", "built_year": 1960}
    (item,) = await screened(office, site(1, buildings=[old]))
    assert item["state"] == "surveyed"
    assert (await read(office, item))["screening"][5]["outcome"] == "review"
    evidence = {"review": {"reason": "现场查勘整体倾斜"}}
    body = {"items": keys([item], evidence=evidence)}
    (after,) = (await done(city(office), "/v1/screenings", body))["items"]
    assert after["state"] == "screened"
    sixth = (await read(office, item))["screening"][5]
    assert sixth["outcome"] == "reviewed"
    assert "现场查勘整体倾斜" in sixth["basis"]


async def test_the_library_and_the_plan_check_again(open_office: OpenOffice) -> None:
    """S4.4: a house that is young by a changed record is caught at the next gate."""
    office = await open_office("projects")
    (item,) = await screened(office, site(1))
    async with office.sessions() as session, session.begin():
        changed = "appraisal_level = 'B', built_year = 2006"
        await session.execute(text(f"UPDATE building SET {changed} WHERE kind = 'apartment'"))
    body = {"renovation_year": 2021, "items": keys([item])}
    answer = await post(province(office), "/v1/library-entries", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "library-refused")
    assert reasons(answer) == [("prohibited-block", "/items/0", "S4.X6")]
    assert (await read(office, item))["state"] == "screened"
