"""What a site can be: the words of the notice, each with the Chinese name people read."""

from enum import StrEnum


class SiteKind(StrEnum):
    """The kind of place that is to be renovated."""

    SHANTYTOWN = "shantytown"
    URBAN_VILLAGE = "urban-village"
    DANGEROUS_HOUSING = "dangerous-housing"
    MINING = "mining"
    FORESTRY = "forestry"
    RECLAMATION = "reclamation"
    EDGE_VILLAGE = "edge-village"
    SUBURB_VILLAGE = "suburb-village"


class Nature(StrEnum):
    """What the works really are."""

    RENOVATION = "renovation"
    RURAL_RELOCATION = "rural-relocation"
    REAL_ESTATE = "real-estate"
    INFRASTRUCTURE = "infrastructure"
    RURAL_DANGEROUS_HOUSING = "rural-dangerous-housing"
    BEAUTIFICATION = "beautification"
    FACADE_WORKS = "facade-works"


class LocationKind(StrEnum):
    """Where the site lies."""

    BUILT_UP_AREA = "built-up-area"
    OLD_TOWN = "old-town"
    COUNTY_SEAT = "county-seat"
    KEY_TOWN = "key-town"
    STATE_AREA = "state-area"
    ORDINARY_TOWN = "ordinary-town"


class Cause(StrEnum):
    """Why houses come down, when it is for another project's sake."""

    ROAD_WIDENING = "road-widening"
    HISTORIC_QUARTER = "historic-quarter"
    RELIC_REPAIR = "relic-repair"


class BuildingKind(StrEnum):
    """What a building is. `apartment` is the 居民楼 of S4.X6."""

    BUNGALOW = "bungalow"
    APARTMENT = "apartment"
    OTHER = "other"


class Trait(StrEnum):
    """The six features of an enclave (S5.5)."""

    SMALL_PARCEL = "small-parcel"
    SCATTERED = "scattered"
    UNSAFE_HOUSES = "unsafe-houses"
    NO_FACILITIES = "no-facilities"
    PETITIONS = "petitions"
    HARD_TO_RENOVATE = "hard-to-renovate"


LABELS: dict[StrEnum, str] = {
    SiteKind.SHANTYTOWN: "城市棚户区",
    SiteKind.URBAN_VILLAGE: "城中村",
    SiteKind.DANGEROUS_HOUSING: "城市危房",
    SiteKind.MINING: "国有工矿棚户区",
    SiteKind.FORESTRY: "国有林业棚户区",
    SiteKind.RECLAMATION: "国有垦区棚户区",
    SiteKind.EDGE_VILLAGE: "城边村",
    SiteKind.SUBURB_VILLAGE: "城郊村",
    Nature.RENOVATION: "棚户区改造",
    Nature.RURAL_RELOCATION: "农村搬迁改造",
    Nature.REAL_ESTATE: "房地产开发",
    Nature.INFRASTRUCTURE: "城市基础设施建设",
    Nature.RURAL_DANGEROUS_HOUSING: "农村危房改造",
    Nature.BEAUTIFICATION: "小区美化亮化",
    Nature.FACADE_WORKS: "居民房屋外立面整治",
    LocationKind.BUILT_UP_AREA: "城市建成区",
    LocationKind.OLD_TOWN: "老城区",
    LocationKind.COUNTY_SEAT: "县城",
    LocationKind.KEY_TOWN: "全国重点镇",
    LocationKind.STATE_AREA: "国有工矿区、林区、垦区",
    LocationKind.ORDINARY_TOWN: "一般建制镇",
    Cause.ROAD_WIDENING: "道路拓展",
    Cause.HISTORIC_QUARTER: "历史街区保护",
    Cause.RELIC_REPAIR: "文物修缮",
    BuildingKind.BUNGALOW: "平房",
    BuildingKind.APARTMENT: "居民楼",
    BuildingKind.OTHER: "其他房屋",
    Trait.SMALL_PARCEL: "地块较小",
    Trait.SCATTERED: "零星分散",
    Trait.UNSAFE_HOUSES: "房屋存在安全隐患",
    Trait.NO_FACILITIES: "基础设施不配套",
    Trait.PETITIONS: "群众信访矛盾突出",
    Trait.HARD_TO_RENOVATE: "改造难度大",
}


def choices(kind: type[StrEnum]) -> str:
    """The values of a kind with their names, for the API documents."""
    return "、".join(f"{value} {LABELS[value]}" for value in kind)
