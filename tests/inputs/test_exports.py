"""Stored text that begins like a formula leaves as text (ASVS 1.2.10).

IN.export.
"""

import csv
import io
from datetime import date

import pytest

from shared.domain.identity import make_card_no
from shared.files.formula_guard import safe
from tests.acting import done, keyed
from tests.harness import Office
from tests.subsidy import acts
from tests.world.worlds import Worlds

FORMULAS = ('=HYPERLINK("http://x")', "+1+A1", "-1+A1", "@SUM(A1)", "＝1+A1", "＠x")


@pytest.mark.parametrize("text", [*FORMULAS, "\t=1", "\r=1", "\n=1", "=", "-甲"])
def test_what_begins_like_a_formula_is_marked(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "张三", "-5", "-5.25", "1=1", "a@b", "欧阳·阿卜杜拉"])
def test_names_and_figures_stay_as_they_are(text: str) -> None:
    assert safe(text) == text


async def test_the_file_for_the_bank_holds_no_formula(worlds: Worlds) -> None:
    async with worlds.open("subsidy") as world:
        office: Office = world.office
        grants = await acts.calculated(office, len(FORMULAS))
        await done(
            acts.city(office),
            "/v1/agreements",
            {
                "items": [
                    {"id": g["id"], "version": g["version"], "account_name": name,
                     "account_no": make_card_no(f"62220220123456{n:04d}")}
                    for n, (g, name) in enumerate(zip(grants, FORMULAS, strict=True))
                ]
            },
        )  # fmt: skip
        office.clock.move_to(date(2021, 7, 1))
        batch = await acts.through(office, await acts.made(office, "2021-07"))
        answer = await acts.finance(office).get(
            f"/v1/batches/{batch['id']}/payment-file", headers=keyed()
        )
        lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        holders = {line["户名"] for line in lines}
        assert {f"'{name}" for name in FORMULAS} <= holders
        assert not [cell for line in lines for cell in line.values() if cell[:1] in tuple("=+-@＝")]
