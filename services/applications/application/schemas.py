"""What the application routes take and answer."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.applications.application.categories import Tier
from services.applications.application.columns import (
    LARGEST_AREA,
    LARGEST_HOUSEHOLD,
)
from shared.domain.fields import (
    AggregateOut,
    Area,
    Input,
    Item,
    Output,
    Purpose,
    Region,
    Yuan,
)
from shared.domain.identity import LONGEST_NAME

Mode = Literal["subsidy", "unit"]
IdNo = Annotated[str, Field(min_length=15, max_length=20)]


class ApplicationIn(Input):
    """A household's file, from a window or from the applicant online."""

    region: Region = Field(description="受理街道所在区县代码", examples=["220102"])
    name: str = Field(
        min_length=2, max_length=LONGEST_NAME, description="申请人姓名", examples=["张某某"]
    )
    id_no: IdNo = Field(description="申请人公民身份号码", examples=["11010519491231002X"])
    phone: str = Field(
        min_length=7, max_length=20, description="联系电话", examples=["13900000000"]
    )
    hukou_region: Region = Field(
        description="户籍所在县（市、区）代码，可以是外省的", examples=["220102"]
    )
    urban_hukou: bool = Field(description="是否城镇户籍")
    categories: list[Annotated[str, Field(min_length=1, max_length=4)]] = Field(
        min_length=1, max_length=16, description="保障对象类别，可多项", examples=[["C13"]]
    )
    household_size: int = Field(ge=1, le=LARGEST_HOUSEHOLD, description="家庭人口", examples=[3])
    monthly_income_yuan: Yuan = Field(
        ge=0, le=10**8, description="家庭月收入（元）", examples=["1800.00"]
    )
    own_area_sqm: Area = Field(
        le=LARGEST_AREA, description="现有住房面积（平方米）", examples=["21.50"]
    )
    mode: Mode = Field(description="申请方式：subsidy 租赁补贴、unit 实物配租")
    consent: bool = Field(description="同意核查")
    members: list[IdNo] = Field(
        default=[], max_length=LARGEST_HOUSEHOLD, description="其他家庭成员公民身份号码"
    )


class Acceptances(Input):
    """The files that are complete."""

    items: list[Item] = Field(min_length=1, description="受理的申请")


class UnmaskingIn(Input):
    """What the plain data are needed for."""

    purpose: Purpose


class ApplicationOut(AggregateOut):
    """An application in a list. The name is masked."""

    region_name: str
    receipt_no: str | None = Field(description="受理号")
    submitted_on: date
    applicant_name: str = Field(description="申请人姓名（脱敏）")
    household_size: int
    categories: list[str]
    tier: Tier
    mode: Mode
    notice_ends_on: date | None = Field(description="最近一次公示的最后一日")
    open_objections: int = Field(description="尚未答复的异议")


class Warning(Output):
    """What speaks against the household by the published standard; people decide."""

    code: str
    detail: str
    pointer: str
    clause: str


class UnmaskedOut(Output):
    """The plain data of a household."""

    application_id: UUID
    name: str
    id_no: str
    phone: str
    members: list[str]
