"""What the routes of usual practice take and answer."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from stdnum.cn import ric

from bench.practice.tables import Application
from services.applications.application.models import ID_NO, NAME, PHONE


def _checked(number: str) -> str:
    """An id number whose check digit is right."""
    number = number.upper()
    if len(number) != 18 or ric.calc_check_digit(number) != number[17]:
        raise ValueError("证件号码不正确")
    return number


Region = Annotated[str, Field(pattern=r"^22\d{4}$")]
IdNo = Annotated[str, AfterValidator(_checked)]


class ApplicationIn(BaseModel):
    """A household's file."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    region: Region
    name: str = Field(min_length=2, max_length=50)
    id_no: IdNo
    phone: str = Field(pattern=r"^1[3-9]\d{9}$")
    hukou_region: str = Field(pattern=r"^\d{6}$")
    urban_hukou: bool
    categories: list[str] = Field(min_length=1, max_length=16)
    household_size: int = Field(ge=1, le=20)
    monthly_income_yuan: Decimal = Field(ge=0, le=10**8, decimal_places=2)
    own_area_sqm: Decimal = Field(ge=0, le=10**5, decimal_places=2)
    mode: Literal["subsidy", "unit"]
    consent: Literal[True]
    members: list[IdNo] = Field(default=[], max_length=20)


class WithdrawalIn(BaseModel):
    """Why the household takes its application back."""

    reason: str = Field(min_length=1, max_length=2000)


class Item(BaseModel):
    """One object of a list, as the caller saw it."""

    id: UUID
    version: int = Field(ge=1)


class Acceptances(BaseModel):
    """The files that are complete."""

    items: list[Item] = Field(min_length=1, max_length=1000)


class ApplicationOut(BaseModel):
    """An application in a list; the name is masked."""

    id: UUID
    region: str
    state: str
    version: int
    receipt_no: str | None
    submitted_on: date
    updated_at: datetime
    applicant_name: str
    household_size: int
    categories: list[str]
    tier: str
    mode: str
    notice_ends_on: date | None
    open_objections: int

    @classmethod
    def of(cls, row: Application) -> "ApplicationOut":
        """As a list shows the row."""
        return cls(
            id=row.id,
            region=row.region,
            state=row.state,
            version=row.version,
            receipt_no=row.receipt_no,
            submitted_on=row.created_on,
            updated_at=row.updated_at,
            applicant_name=masked(NAME.open(row.id, row.name), 1, 0),
            household_size=row.household_size,
            categories=row.categories,
            tier=row.tier,
            mode=row.mode,
            notice_ends_on=row.notice_ends_on,
            open_objections=row.open_objections,
        )


class ReviewOut(BaseModel):
    """One opinion."""

    model_config = ConfigDict(from_attributes=True)

    stage: int
    verdict: str
    opinion: str
    reviewed_on: date


class NoticeOut(BaseModel):
    """One public notice."""

    model_config = ConfigDict(from_attributes=True)

    stage: int
    starts_on: date
    ends_on: date
    outcome: str | None


class ApplicationDetail(ApplicationOut):
    """An application with its people, reviews and notices. Identity is masked."""

    accepted_on: date | None
    id_no: str
    phone: str
    members: list[str]
    hukou_region: str
    urban_hukou: bool
    monthly_income_yuan: Decimal
    own_area_sqm: Decimal
    consented_on: date
    withdrawal_reason: str | None
    warnings: list[str]
    reviews: list[ReviewOut]
    notices: list[NoticeOut]

    @classmethod
    def whole(cls, row: Application, warnings: list[str]) -> "ApplicationDetail":
        """The row with all that was loaded with it."""
        numbers = [masked(ID_NO.open(one.id, one.id_no), 6, 4) for one in row.members]
        return cls(
            **ApplicationOut.of(row).model_dump(),
            accepted_on=row.accepted_on,
            id_no=numbers[0],
            phone=masked(PHONE.open(row.id, row.phone), 3, 4),
            members=numbers[1:],
            hukou_region=row.hukou_region,
            urban_hukou=row.urban_hukou,
            monthly_income_yuan=Decimal(row.monthly_income_fen) / 100,
            own_area_sqm=row.own_area_sqm,
            consented_on=row.consented_on,
            withdrawal_reason=row.withdrawal_reason,
            warnings=warnings,
            reviews=[ReviewOut.model_validate(one) for one in row.reviews],
            notices=[NoticeOut.model_validate(one) for one in row.notices],
        )


class Page(BaseModel):
    """A part of a list."""

    items: list[ApplicationOut]
    next: str | None


def masked(text: str, head: int, tail: int) -> str:
    """The text with stars between its ends."""
    hidden = len(text) - head - tail
    return text[:head] + "*" * hidden + text[head + hidden :]
