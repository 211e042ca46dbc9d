from datetime import date
from tests.conftest import OpenOffice
from tests.supervision.acts import *


async def test_smoke(open_office: OpenOffice) -> None:
    office = await open_office("supervision")
    a = await send_table(
        office, table({"220100": (1000, 100, 20, 5000), "220200": (500, 50, 10, 2500)})
    )
    assert a.status_code == 201, a.text
    await tell(office, started("220102", 300), started("220202", 250), paid("220102", 31500))
    print(await office.run_jobs())
    office.clock.move_to(date(2021, 5, 6))
    print(await office.run_jobs())
    a = await close(office, "2021-04", "2021-05-06")
    assert a.status_code == 201, a.text
    print(a.json())
    c = office.client(Role.CITY, region="220182")
    r = await c.get("/v1/rankings/2021-04")
    print(r.json()["items"][:2], r.json()["totals"])
    for f in ("html", "pdf", "docx", "xlsx", "csv", "json"):
        import time

        t = time.time()
        r = await c.get("/v1/bulletins/2021-04/document", params={"format": f})
        print(f, r.status_code, len(r.content), r.headers, time.time() - t)
    r = await c.get("/v1/bulletins/2021-04/content")
    print(r.text[:3000])
    r = await c.get("/v1/bulletins/2021-04")
    print(r.status_code)
    r = await office.client(Role.CITY, region="220100").get(
        "/v1/rankings/2021-04/220100/facts", params={"indicator": "started-units"}
    )
    print(r.json())
