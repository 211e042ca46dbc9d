"""What the survey route takes."""

from typing import Annotated, Literal

from pydantic import Field

from services.projects.project.kinds import (
    BuildingKind,
    Cause,
    LocationKind,
    Nature,
    SiteKind,
    Trait,
    choices,
)
from shared.domain.fields import Area, Code, Day, Input, Line, Name, PositiveInt, Region

Households = Annotated[PositiveInt, Field(le=100_000, description="户数", examples=[120])]
BuiltArea = Annotated[Area, Field(le=10**7, description="建筑面积（平方米）", examples=["8200.00"])]
Parcel = Annotated[Code, Field(description="地块编号", examples=["220102-001-DK"])]
SiteType = Annotated[SiteKind, Field(description=f"棚户区类型：{choices(SiteKind)}")]
Works = Annotated[Nature, Field(description=f"项目性质：{choices(Nature)}")]
Location = Annotated[LocationKind, Field(description=f"区位：{choices(LocationKind)}")]
DemolitionCause = Annotated[
    Cause | None, Field(description=f"为其他工程拆迁的原因：{choices(Cause)}")
]
Contiguity = Annotated[bool, Field(description="是否集中成片")]
Traits = Annotated[
    list[Trait], Field(max_length=6, description=f"“夹馅”棚户区特征：{choices(Trait)}")
]


class BuildingIn(Input):
    """One building. The appraisal is stated whole or not at all."""

    name: Name = Field(description="楼栋名称", examples=["2号楼"])
    kind: BuildingKind = Field(description=f"房屋类型：{choices(BuildingKind)}")
    built_year: Annotated[int, Field(ge=1800, le=2199)] | None = Field(
        None, description="建成年份，不详则不填", examples=[1968]
    )
    appraisal_level: Literal["A", "B", "C", "D"] | None = Field(
        None, description="房屋危险性鉴定等级（JGJ 125）"
    )
    appraisal_agency: Name | None = Field(
        None, description="鉴定机构", examples=["吉林省建筑工程质量检测中心"]
    )
    appraised_on: Day | None = Field(None, description="鉴定日期")


Buildings = Annotated[list[BuildingIn], Field(min_length=1, max_length=200, description="楼栋清单")]


class SiteIn(Input):
    """One surveyed site."""

    region: Annotated[Region, Field(description="区划代码", examples=["220102"])]
    name: Line = Field(description="项目名称", examples=["南关区新华片区棚户区改造项目"])
    address: Line = Field(description="地址", examples=["南关区新华街道"])
    parcel_no: Parcel | None = None
    site_kind: SiteType
    nature: Works
    location_kind: Location
    cause: DemolitionCause = None
    households: Households
    area_sqm: BuiltArea
    contiguous: Contiguity
    traits: Traits = Field(default=[])
    buildings: Buildings


class SurveyList(Input):
    """一批调查摸底结果。"""

    items: Annotated[list[SiteIn], Field(min_length=1, max_length=1000)]
