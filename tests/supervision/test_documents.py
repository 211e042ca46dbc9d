"""S11.2: the issued bulletin in six forms, all printed from the one stored document."""

import asyncio
import time
from datetime import date
from urllib.parse import unquote

import pytest

from services.supervision.bulletin.document import Document
from services.supervision.bulletin.forms import FORMS
from services.supervision.bulletin.printing import PRINTERS
from shared.domain.roles import Role
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.supervision.acts import close, send_table, started, table, tell
from tests.supervision.printed import document

PATH = "/v1/bulletins/2021-04/document"


async def issued(open_office: OpenOffice) -> Office:
    office = await open_office("supervision")
    await send_table(office, table({"220100": (1000, 100, 20, 5000)}))
    await tell(office, started("220102", 300))
    office.clock.move_to(date(2021, 5, 6))
    assert (await close(office, "2021-04", "2021-05-06")).status_code == 201
    return office


async def test_every_form_is_the_stored_document(open_office: OpenOffice) -> None:
    """S11.2: equal figures in six forms, the right media type and a name to save it under."""
    office = await issued(open_office)
    reader = office.client(Role.INTEGRATOR, region="220182")
    stored = (await reader.get("/v1/bulletins/2021-04")).json()["document"]
    source = Document.model_validate(stored)
    assert FORMS.keys() == PRINTERS.keys()
    for name, form in FORMS.items():
        answer = await reader.get(PATH, params={"format": name})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == form.media
        assert answer.content == PRINTERS[name](source), name
        disposition = unquote(answer.headers["content-disposition"])
        assert disposition.endswith(f"吉林省住房保障和棚改通报_2021-04.{name}")
    assert (await reader.get(PATH)).headers["content-type"] == FORMS["html"].media


async def test_who_has_the_file_need_not_fetch_it_again(open_office: OpenOffice) -> None:
    office = await issued(open_office)
    reader = office.client(Role.GOVERNMENT, region="220182")
    first = await reader.get(PATH, params={"format": "csv"})
    assert "immutable" in first.headers["cache-control"]
    headers = {"If-None-Match": first.headers["etag"]}
    again = await reader.get(PATH, params={"format": "csv"}, headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    other = await reader.get(PATH, params={"format": "json"}, headers=headers)
    assert other.status_code == 200


async def test_a_bulletin_is_not_for_strangers_or_applicants(open_office: OpenOffice) -> None:
    office = await issued(open_office)
    assert (await office.client().get(PATH)).status_code == 401
    assert (await office.client(Role.APPLICANT).get(PATH)).status_code == 403


async def test_printing_does_not_hold_up_the_others(open_office: OpenOffice) -> None:
    """While a PDF is set in its thread, the loop goes on: no pause is most of the printing."""
    office = await issued(open_office)
    reader = office.client(Role.CITY, region="220100")
    shares = []
    for _ in range(3):
        began = last = time.monotonic()
        longest = 0.0
        printing = asyncio.create_task(reader.get(PATH, params={"format": "pdf"}))
        while not printing.done():
            await asyncio.sleep(0.002)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        assert (await printing).status_code == 200
        shares.append(longest / (last - began))
    assert min(shares) < 0.5


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_printed_in_under_two_seconds(name: str) -> None:
    PRINTERS[name](document())
    began = time.process_time()
    PRINTERS[name](document())
    assert time.process_time() - began < 2
