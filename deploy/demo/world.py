"""Invented people, sites and papers of the month. The same seed gives the same month."""

import hashlib
import random
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.domain.identity import make_resident_id
from shared.domain.regions import UNITS, name_of, offices_of

DAY = date(2021, 4, 1)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玉梅志红建国文辉华春海燕雪峰"
CATEGORIES = ("C13", "C14", "C01", "C04", "C08", "C12", "C15")
TOWN = ("新华", "站前", "胜利", "东风", "建设", "光明", "兴隆", "永安", "民主", "团结")


@dataclass(frozen=True)
class Unit:
    """A reporting unit and the regions whose offices work for it."""

    code: str
    name: str
    regions: tuple[str, ...]
    weight: int
    """Size of its task: prefecture-level units have more to do."""


def units() -> list[Unit]:
    """The 49 reporting units in the order of their codes."""
    found = []
    for code in UNITS:
        offices = offices_of(code, DAY)
        found.append(Unit(code, name_of(code, DAY), offices, 4 if code.endswith("00") else 2))
    return found


def dice(*parts: object) -> random.Random:
    """A generator that depends only on what it is asked for."""
    return random.Random("|".join(map(str, parts)))


def person(*seed: object) -> tuple[str, str, str]:
    """An invented name, a checksum-valid number of an impossible birth range, and a phone."""
    roll = dice("person", *seed)
    name = roll.choice(SURNAMES) + "".join(
        roll.choice(GIVEN) for _ in range(roll.choice((1, 2, 2)))
    )
    digest = int(hashlib.sha256("|".join(map(str, seed)).encode()).hexdigest(), 16)
    region = str(seed[0]) if str(seed[0]).startswith("22") and seed[0] != "229900" else "220102"
    birth = date(1900 + digest % 8, 1 + digest // 8 % 12, 1 + digest // 96 % 28)
    number = make_resident_id(region, birth, int(digest // 2688) % 999 + 1)
    return name, number, f"199{digest % 10**8:08d}"


HOUSEHOLD_COLUMNS = (
    "申请人姓名",
    "证件号码",
    "联系电话",
    "户籍所在地代码",
    "是否城镇户籍",
    "保障对象类别",
    "家庭人口",
    "家庭月收入(元)",
    "现住房面积(㎡)",
    "申请方式",
    "同意核查",
    "家庭成员证件号码",
)


_HOMES = {"222400": "222401", "229900": "222426"}
"""In which county people live whose office is that of a prefecture or of the committee."""


def household_rows(region: str, count: int) -> list[list[str]]:
    """The register of one office: `count` households as it keeps them."""
    rows: list[list[str]] = []
    seen: set[str] = set()
    index = 0
    while len(rows) < count:
        name, number, phone = person(region, "household", index)
        member = person(region, "member", index)[1]
        index += 1
        if number in seen or member in seen or number == member:
            continue
        seen |= {number, member}
        roll = dice(region, "case", index)
        size = roll.choice((1, 2, 2, 3, 3, 3, 4))
        category = roll.choice(CATEGORIES)
        income = size * roll.randrange(300, 900, 10)
        area = f"{roll.randrange(0, 11) * size}.{roll.randrange(0, 100):02d}" if size else "0"
        mode = "实物配租" if roll.random() < 0.12 else "租赁补贴"
        home = _HOMES.get(region, region)
        rows.append(
            [
                name,
                number,
                phone,
                home,
                "是",
                category,
                str(size),
                str(income),
                area,
                mode,
                "是",
                member if size > 1 else "",
            ]
        )
    return rows


def survey(region: str, number: int) -> dict[str, Any]:
    """One surveyed site. Every fifteenth falls under one of the prohibitions."""
    roll = dice(region, "site", number)
    households = roll.randrange(52, 180)
    site: dict[str, Any] = {
        "region": region,
        "name": f"{name_of(region, DAY)}{roll.choice(TOWN)}片区棚户区改造项目{number}",
        "address": f"{name_of(region, DAY)}{roll.choice(TOWN)}街道",
        "parcel_no": f"{region}-{number:03d}-DK",
        "site_kind": "shantytown",
        "nature": "renovation",
        "location_kind": "built-up-area",
        "households": households,
        "area_sqm": f"{households * roll.randrange(45, 70)}.00",
        "contiguous": True,
        "traits": [],
        "buildings": [
            {"name": "1号楼", "kind": "bungalow", "built_year": roll.randrange(1955, 1980)},
            {
                "name": "2号楼",
                "kind": "apartment",
                "built_year": roll.randrange(1958, 1982),
                "appraisal_level": "D",
                "appraisal_agency": "吉林省建筑工程质量检测中心",
                "appraised_on": "2020-10-15",
            },
        ],
    }
    return site


def prohibited_survey(region: str, number: int) -> dict[str, Any]:
    """A site that one of the eight prohibitions refuses."""
    site = survey(region, number)
    site["name"] = site["name"].replace("棚户区改造项目", "打包项目")
    kind = number % 4
    if kind == 0:
        site["location_kind"] = "ordinary-town"
    elif kind == 1:
        site["nature"] = "facade-works"
    elif kind == 2:
        site["cause"] = "road-widening"
    else:
        site["buildings"] = [
            {
                "name": "3号楼",
                "kind": "apartment",
                "built_year": 2006,
                "appraisal_level": "B",
                "appraisal_agency": "吉林省建筑工程质量检测中心",
                "appraised_on": "2020-11-02",
            }
        ]
    return site
