"""The 70 divisions of Jilin in GB/T 2260 as of March 2021, and what is not in the standard.

Sources: the year files 2020 and 2021 of the Ministry of Civil Affairs (identical for Jilin);
State Council approval published on 2020-06-19 for 公主岭市;
the provincial pilot of 2013 for 梅河口市.
"""

from datetime import date

PREFECTURE = """
220100 长春市  220200 吉林市  220300 四平市  220400 辽源市  220500 通化市
220600 白山市  220700 松原市  220800 白城市  222400 延边朝鲜族自治州
"""

DISTRICT = """
220102 南关区  220103 宽城区  220104 朝阳区  220105 二道区  220106 绿园区
220112 双阳区  220113 九台区  220202 昌邑区  220203 龙潭区  220204 船营区
220211 丰满区  220302 铁西区  220303 铁东区  220402 龙山区  220403 西安区
220502 东昌区  220503 二道江区  220602 浑江区  220605 江源区
220702 宁江区  220802 洮北区
"""

COUNTY_CITY = """
220182 榆树市  220183 德惠市  220184 公主岭市  220281 蛟河市
220282 桦甸市  220283 舒兰市  220284 磐石市  220382 双辽市
220581 梅河口市  220582 集安市  220681 临江市  220781 扶余市
220881 洮南市  220882 大安市  222401 延吉市  222402 图们市  222403 敦化市
222404 珲春市  222405 龙井市  222406 和龙市
"""

COUNTY = """
220122 农安县  220221 永吉县  220322 梨树县  220323 伊通满族自治县
220421 东丰县  220422 东辽县  220521 通化县  220523 辉南县  220524 柳河县
220621 抚松县  220622 靖宇县  220623 长白朝鲜族自治县
220721 前郭尔罗斯蒙古族自治县  220722 长岭县  220723 乾安县  220821 镇赉县
220822 通榆县  222424 汪清县  222426 安图县
"""

PROVINCE = "220000 吉林省"

COMMITTEE = "229900 长白山保护开发区管理委员会"
"""GB/T 2260 has no code for it: 229900 is private (docs/decisions/0003)."""

REPORT_TO_PROVINCE = frozenset({"220581"})
"""梅河口市 lies in 通化市 but is managed by the province directly."""

MOVED: dict[str, tuple[str, str, str, date]] = {
    "220381": ("公主岭市", "220300", "220184", date(2020, 6, 19)),
}
"""Former code -> name, former parent, successor, the first day of the successor."""
