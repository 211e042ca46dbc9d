"""Survey over HTTP: what is registered, refused, corrected and shown to whom (S4.1)."""

from decimal import Decimal

from shared.contracts.projects import ProjectCorrected, ProjectScreened, ProjectSurveyed
from shared.domain.roles import Role
from tests.acting import Json, done, post, province, reasons
from tests.conftest import OpenOffice
from tests.projects.acts import city, in_library, read, screened, site, surveyed


async def test_surveyed_sites_are_registered_and_told(open_office: OpenOffice) -> None:
    """S4.1: each site becomes a project in version 1, with its buildings and one event."""
    office = await open_office("projects")
    items = await surveyed(office, site(1, households=60, area_sqm="3000.50"), site(2))
    assert [(i["state"], i["version"]) for i in items] == [("surveyed", 1)] * 2
    project = await read(office, items[0])
    assert (project["households"], project["area_sqm"]) == (60, "3000.50")
    assert [b["kind_label"] for b in project["buildings"]] == ["平房", "居民楼"]
    assert project["screening"] == []
    told = [one.event for one in await office.events()]
    assert [type(event) for event in told] == [ProjectSurveyed] * 2
    assert told[0].model_dump()["area_sqm"] == Decimal("3000.50")


async def test_everything_that_is_missing_is_told_at_once(open_office: OpenOffice) -> None:
    """S4.1: and nothing of the list is registered."""
    office = await open_office("projects")
    half = site(2)
    half["buildings"][1] |= {"appraised_on": None, "built_year": 2022}
    later = site(3)
    later["buildings"][1] |= {"appraised_on": "2021-04-02"}
    body = {"items": [site(1), half, site(1), later, site(4, region="220000", area_sqm="0")]}
    answer = await post(city(office), "/v1/surveys", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "survey-incomplete")
    assert reasons(answer) == [
        ("parcel-taken", "/items/2/parcel_no", "S4.2"),
        ("built-later", "/items/1/buildings/1/built_year", "S4.1"),
        ("appraisal-incomplete", "/items/1/buildings/1/appraisal_level", "S4.1"),
        ("appraised-later", "/items/3/buildings/1/appraised_on", "S4.1"),
        ("unknown-region", "/items/4/region", "S4.1"),
        ("area-missing", "/items/4/area_sqm", "S4.1"),
    ]
    assert await office.events() == []


async def test_a_parcel_is_surveyed_once(open_office: OpenOffice) -> None:
    """S4.2: the second survey of a parcel is refused; another region may use the number."""
    office = await open_office("projects")
    await surveyed(office, site(1))
    answer = await post(city(office), "/v1/surveys", {"items": [site(1)]})
    assert reasons(answer) == [("parcel-taken", "/items/0/parcel_no", "S4.2")]
    await surveyed(office, site(1, "220103", parcel_no="220102-001-DK"), region="220103")


async def test_a_key_sent_twice_registers_once(open_office: OpenOffice) -> None:
    office = await open_office("projects")
    client = city(office)
    headers = {"Idempotency-Key": "survey-2021-04-01"}
    body = {"items": [site(1)]}
    first, again = [await client.post("/v1/surveys", json=body, headers=headers) for _ in "12"]
    assert first.json() == again.json()
    assert len(await office.events()) == 1
    assert (await client.post("/v1/surveys", json=body)).json()["code"] == "key-required"


async def test_another_regions_projects_do_not_exist(open_office: OpenOffice) -> None:
    office = await open_office("projects")
    (item,) = await surveyed(office, site(1))
    stranger = city(office, "220103")
    assert (await stranger.get(f"/v1/projects/{item['id']}")).status_code == 404
    assert (await stranger.get("/v1/projects")).json()["items"] == []
    body = {"items": [{"id": item["id"], "version": 1, "evidence": {}}]}
    assert (await post(stranger, "/v1/screenings", body)).status_code == 404
    path = f"/v1/projects/{item['id']}/corrections"
    assert (await post(stranger, path, {"reason": "更正"}, 1)).status_code == 404
    answer = await post(stranger, "/v1/surveys", {"items": [site(2)]})
    assert (answer.status_code, answer.json()["code"]) == (403, "region-outside")
    above = (await city(office, "220100").get("/v1/projects?state=surveyed&region=220102")).json()
    assert [one["id"] for one in above["items"]] == [item["id"]]
    assert above["items"][0]["actions"] == ["correct", "screen", "refuse"]
    assert (await city(office).get("/v1/projects?state=planned")).json()["items"] == []
    for post_role in (Role.PROVINCE, Role.SUPERVISOR):
        client = office.client(post_role, region="220000")
        assert (await post(client, "/v1/surveys", {"items": [site(3)]})).status_code == 403


async def test_a_correction_is_checked_again(open_office: OpenOffice) -> None:
    """S4.1, S4.4: new facts, new check; a project that no longer passes is surveyed again."""
    office = await open_office("projects")
    (item,) = await screened(office, site(1, households=60))
    path = f"/v1/projects/{item['id']}/corrections"
    body = {"location_kind": "ordinary-town", "households": 58, "reason": "复核发现位于建制镇"}
    assert (await post(city(office), path, body)).status_code == 428
    assert (await post(city(office), path, body, 1)).status_code == 412
    after = await done(city(office), path, body, 2)
    assert (after["state"], after["version"], after["households"]) == ("surveyed", 3, 58)
    barred = [v for v in after["screening"] if v["outcome"] == "block"]
    assert [(v["clause"], v["occasion"]) for v in barred] == [("S4.X7", "correction")]
    again = {"location_kind": "built-up-area", "reason": "再次复核"}
    mended = await done(city(office), path, again, 3)
    assert (mended["state"], mended["version"]) == ("screened", 5)
    told = [one.event for one in await office.events()][2:]
    assert [type(event) for event in told] == [ProjectCorrected, ProjectCorrected, ProjectScreened]
    assert told[0].model_dump()["changed"] == ("households", "location_kind")
    assert told[0].model_dump()["households_change"] == -2


async def test_old_evidence_does_not_cover_new_facts(open_office: OpenOffice) -> None:
    """S4.X6: who accepted one house has not accepted the next."""
    office = await open_office("projects")
    old = {"name": "2号楼", "kind": "apartment", "built_year": 1960}
    review: Json = {"review": {"reason": "整体倾斜"}}
    (item,) = await screened(office, site(1, buildings=[old]), **review)
    assert item["state"] == "screened"
    path = f"/v1/projects/{item['id']}/corrections"
    other = {"buildings": [{**old, "name": "5号楼"}], "reason": "楼号写错"}
    after = await done(city(office), path, other, item["version"])
    assert after["state"] == "surveyed"
    assert [b["name"] for b in after["buildings"]] == ["5号楼"]
    given = {"name": "片区", "reason": "更名并复核", "evidence": review}
    assert (await done(city(office), path, given, after["version"]))["state"] == "screened"


async def test_a_correction_must_say_something_that_holds(open_office: OpenOffice) -> None:
    office = await open_office("projects")
    (item,) = await surveyed(office, site(1, cause="relic-repair"))
    path = f"/v1/projects/{item['id']}/corrections"
    client = city(office)
    for body, code in (
        ({"reason": "无误"}, "nothing-changed"),
        ({"households": None, "reason": "清空"}, "field-emptied"),
        ({"area_sqm": "0", "reason": "面积"}, "survey-incomplete"),
    ):
        answer = await post(client, path, body, 1)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    cleared = await done(client, path, {"cause": None, "reason": "与文物无关"}, 1)
    assert (cleared["cause"], cleared["state"], cleared["version"]) == (None, "screened", 3)


async def test_a_correction_in_the_library_leaves_it_there_for_a_person(
    open_office: OpenOffice,
) -> None:
    """S4.4: what is found after entry is kept with its verdicts and then refused by a person."""
    office = await open_office("projects")
    (item,) = await in_library(office, site(1))
    path = f"/v1/projects/{item['id']}"
    body = {"nature": "real-estate", "reason": "督查发现实为商品房开发"}
    after = await done(city(office), f"{path}/corrections", body, item["version"])
    assert after["state"] == "library"
    refusal = {"opinion": "属于房地产开发，清退出库。"}
    out = await done(province(office), f"{path}/refusal", refusal, after["version"])
    assert (out["state"], out["refusal_opinion"]) == ("prohibited", refusal["opinion"])
