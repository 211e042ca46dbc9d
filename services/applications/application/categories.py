"""The groups that S2.1, S2.5 and S2.6 take into the guarantee."""

from dataclasses import dataclass
from typing import Literal

Tier = Literal["minimum", "low", "middle"]


@dataclass(frozen=True, slots=True)
class Category:
    """One group. `needs_urban_hukou`: S1.3 speaks of urban households, S2.1 adds who came in."""

    code: str
    label: str
    tier: Tier = "middle"
    needs_urban_hukou: bool = True


CATEGORIES: dict[str, Category] = {
    one.code: one
    for one in (
        Category("C01", "环卫工人"),
        Category("C02a", "抚恤优待对象"),
        Category("C02b", "伤病残退役军人"),
        Category("C03", "消防救援人员"),
        Category("C04", "城镇残疾家庭"),
        Category("C05", "城市见义勇为人员家庭"),
        Category("C06", "省部级以上劳模家庭"),
        Category("C07", "进城农村贫困人口", needs_urban_hukou=False),
        Category("C08", "中等偏下收入家庭"),
        Category("C09", "引进人才", needs_urban_hukou=False),
        Category("C10", "新就业大学生", needs_urban_hukou=False),
        Category("C11", "稳定就业的外来务工人员", needs_urban_hukou=False),
        Category("C12", "新就业无房职工", needs_urban_hukou=False),
        Category("C13", "低保家庭", "minimum"),
        Category("C14", "低收入家庭", "low"),
        Category("C15", "公交等基本公共服务行业困难职工"),
    )
}
TIERS: dict[Tier, str] = {"minimum": "低保", "low": "低收入", "middle": "中等偏下"}
"""From the most to the least favourable."""

MODES: dict[str, str] = {"subsidy": "租赁补贴", "unit": "实物配租"}
