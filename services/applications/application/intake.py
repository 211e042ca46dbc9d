"""The two ways in which households come: an office's register with many, or one by itself."""

from collections.abc import Callable
from typing import Any

from services.applications.application.columns import columns, filing_of
from services.applications.application.commands import check_office, submit
from services.applications.application.models import Application
from services.applications.application.rules import Filing, category_code
from services.applications.application.schemas import ApplicationIn
from shared.commands.context import CommandContext
from shared.domain.counties import county
from shared.domain.identity import person_name, phone, resident_id
from shared.domain.problems import Reason, Refused, refuse
from shared.files.imports import ImportReport, RowError, import_file
from shared.files.imports.run import ROW

_COLUMN_OF = {
    "/consent": "consent",
    "/members": "members",
    "/household_size": "household_size",
    "/id_no": "id_no",
}
"""Pointer of a refusal -> key of the column that it is told against."""


async def import_register(
    call: CommandContext, office: str, filename: str, content: bytes, *, partial: bool
) -> ImportReport:
    """Take in an office's register; the same file again changes nothing. A run: many households."""
    check_office(call, office)
    specs = columns(call.today)
    titles = {spec.key: spec.title for spec in specs}

    async def apply(rows: list[dict[str, Any]]) -> list[RowError]:
        _, refused = await submit(call, office, [filing_of(row) for row in rows])
        return [
            RowError(
                row=rows[one.place][ROW],
                column=titles[_COLUMN_OF[one.reason.pointer]],
                code=one.reason.code,
                detail=one.reason.detail,
            )
            for one in refused
        ]

    return await import_file(
        call, f"households-{office}", filename, content, specs, apply, partial=partial
    )


async def submit_one(call: CommandContext, body: ApplicationIn) -> Application:
    """Take in one household; every refusal at once."""
    rows, refused = await submit(call, body.region, [_filing(call, body)])
    if refused:
        reasons = tuple(one.reason for one in refused)
        raise Refused(
            "application-refused", "申请材料不符合要求。", clause=reasons[0].clause, reasons=reasons
        )
    return rows[0]


def _filing(call: CommandContext, body: ApplicationIn) -> Filing:
    """The request as a file; what cannot be read is refused, all of it at once."""
    reasons: list[Reason] = []

    def read(pointer: str, parse: Callable[[str], str], text: str) -> str:
        try:
            return parse(text)
        except Refused as refused:
            reasons.append(Reason(refused.code, refused.detail, pointer, refused.clause))
            return ""

    def hukou(text: str) -> str:
        county(text, call.today)
        return text

    def number(text: str) -> str:
        return resident_id(text, on=call.today).number

    categories = [
        read(f"/categories/{n}", category_code, code) for n, code in enumerate(body.categories)
    ]
    filing = Filing(
        name=read("/name", person_name, body.name),
        id_no=read("/id_no", number, body.id_no),
        phone=read("/phone", phone, body.phone),
        hukou_region=read("/hukou_region", hukou, body.hukou_region),
        urban_hukou=body.urban_hukou,
        categories=tuple(dict.fromkeys(categories)),
        household_size=body.household_size,
        monthly_income_fen=body.monthly_income_yuan,
        own_area_sqm=body.own_area_sqm,
        mode=body.mode,
        consent=body.consent,
        members=tuple(read(f"/members/{n}", number, one) for n, one in enumerate(body.members)),
    )
    refuse("application-refused", "申请材料不符合要求。", reasons)
    return filing
