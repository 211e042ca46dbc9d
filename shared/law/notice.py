"""The notice 吉安居办〔2021〕10号 clause by clause, and the laws that its rules lean on.

The ids are stable: rules, states, jobs and tests cite them (see `shared.law.citing.cites`), and
`docs/traceability.md` is made from them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.law.statutes import LAW_TEXTS

NUMBER = "吉安居办〔2021〕10号"
TITLE = "关于进一步做好住房保障和棚户区改造工作的通知"
ISSUED_ON = date(2021, 3, 23)
ISSUER = "吉林省保障性安居工程领导小组办公室"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. `owner`: the service that carries it out ("" for a law).

    `binding`: it orders somebody to do something (a definition or a principle does not).
    """

    id: str
    text: str
    owner: str
    binding: bool
    kind: Literal["notice", "law"] = "notice"


def _orders(clause_id: str, owner: str, text: str) -> Clause:
    return Clause(clause_id, text, owner, binding=True)


def _states(clause_id: str, owner: str, text: str) -> Clause:
    return Clause(clause_id, text, owner, binding=False)


SECTIONS: dict[str, str] = {
    "S0": "前言",
    "S1": "一、加快构建住房保障体系",
    "S2": "二、规范实施住房保障工作",
    "S3": "三、加强公租房运营管理工作",
    "S4": "四、科学制定棚户区改造规划",
    "S5": "五、持续推进棚户区改造工作",
    "S6": "六、扎实做好2021年棚户区改造工作",
    "S7": "七、多渠道筹措棚改资金",
    "S8": "八、加快推进房屋征收工作",
    "S9": "九、持续解决棚改逾期未安置问题",
    "S10": "十、全面抓好审计和信访问题的整改落实",
    "S11": "十一、切实加强检查督导和监督管理",
}
"""Section id -> its heading in the notice."""

_NOTICE = (
    # 前言
    _states("S0.1", "supervision", "吉安居办〔2021〕10号，2021年3月23日，经省政府同意"),
    _states("S0.2", "supervision", "各市（州）人民政府、长白山管委会，各县（市）人民政府"),
    _states("S0.3", "supervision", "确保完成年度目标任务"),
    # 一、加快构建住房保障体系
    _orders("S1.1", "applications", "加快构建以保障性租赁住房和共有产权住房为主体的住房保障体系"),
    _states("S1.2", "applications", "保障性租赁住房包括公租房和政策性租赁住房"),
    _orders(
        "S1.3",
        "applications",
        "公租房保障主要面向城镇户籍住房和收入“双困”家庭，实行实物保障和货币补贴并举",
    ),
    _orders(
        "S1.4",
        "applications",
        "政策性租赁住房主要面向新市民，政府给予政策支持，多主体投资、多渠道供给，实行政府指导价",
    ),
    _orders(
        "S1.5",
        "applications",
        "长春市、吉林市要研究探索发展政策性租赁住房和共有产权住房的政策措施",
    ),
    _states("S1.6", "applications", "可采取盘活、改建和新建等方式筹集房源"),
    _orders(
        "S1.7",
        "applications",
        "切实解决好新市民、青年人特别是从事基本公共服务人员等住房困难群体的住房问题",
    ),
    # 二、规范实施住房保障工作
    _orders(
        "S2.1",
        "applications",
        "各地政府进一步研究制定公租房保障工作的政策措施，将符合规定条件的各类群体纳入住房保障范围",
    ),
    _orders(
        "S2.2",
        "applications",
        "各地政府出台或修订的住房保障政策要于2021年6月30日前报我办备案",
    ),
    _orders("S2.3", "applications", "建立常态化申请受理机制"),
    _orders("S2.4", "applications", "简化申报审核程序，畅通受理渠道"),
    _orders("S2.5", "applications", "低保低收入家庭依申请实现应保尽保"),
    _orders("S2.6", "applications", "加大对环卫、公交等基本公共服务行业困难职工的精准保障力度"),
    _orders("S2.7", "applications", "各地要多渠道筹措房源"),
    _orders("S2.8", "applications", "缩短轮候时间"),
    _orders("S2.9", "subsidy", "加大租赁补贴发放力度"),
    _orders("S2.10", "applications", "严格执行“三审两公示”等政策规定"),
    _orders("S2.11", "applications", "扎实做好公租房分配和租赁补贴发放等工作"),
    _orders("S2.12", "subsidy", "各地11月底前要完成年度租赁补贴发放任务"),
    _orders("S2.13", "applications", "年底前全省公租房分配率要达90%以上"),
    # 三、加强公租房运营管理工作
    _orders("S3.1", "applications", "各地要将购买公租房运营管理服务纳入政府购买服务指导性目录"),
    _orders("S3.2", "applications", "严格工作程序，依法依规组织实施，切实提升公租房运营管理水平"),
    _orders("S3.3", "applications", "要将公租房小区纳入街道和社区管理"),
    _orders("S3.4", "applications", "完善公租房配套基础设施和公共服务"),
    _orders(
        "S3.5",
        "applications",
        "加快按份共有产权廉租住房国有产权转让工作，切实解决原共有产权廉租房产权办理问题",
    ),
    _orders("S3.6", "applications", "各地要充分发挥公租房信息系统作用"),
    _orders(
        "S3.7",
        "applications",
        "年底前要全部完成住房保障家庭信息数据录入工作，实现数据并网运行",
    ),
    # 四、科学制定棚户区改造规划
    _orders("S4.1", "projects", "各市（州）、县（市）政府要对现有棚户区情况进行全面调查摸底"),
    _orders(
        "S4.2",
        "projects",
        "科学编制“十四五”棚户区改造规划，规划的项目要落实到地块和改造年度",
    ),
    _orders("S4.3", "projects", "严格棚户区界定标准"),
    _orders("S4.X1", "projects", "严禁将不符合条件的城边村、城郊村纳入棚户区改造"),
    _orders(
        "S4.X2",
        "projects",
        "不得以推进城镇化为由，将农村搬迁改造等项目纳入城镇棚户区（城中村）改造范围",
    ),
    _orders(
        "S4.X3",
        "projects",
        "严禁将房地产开发、城市基础设施建设（与棚改和公租房项目直接相关的基础设施建设除外）等项"
        "目打包纳入棚改",
    ),
    _orders(
        "S4.X4",
        "projects",
        "严禁将因道路拓展、历史街区保护、文物修缮等拆迁改造房屋的项目纳入棚改",
    ),
    _orders("S4.X5", "projects", "严禁将农村危房改造项目纳入棚改"),
    _orders("S4.X6", "projects", "严禁将房龄不长、经鉴定未达到D级危房的居民楼纳入棚改"),
    _orders("S4.X7", "projects", "严禁将棚改政策覆盖到一般建制镇"),
    _orders("S4.X8", "projects", "严禁将小区美化亮化、居民房屋外立面整治等项目纳入棚改"),
    _states(
        "S4.4",
        "projects",
        "以上各项禁止：每次核查逐条留存结论、依据、核查人和时间，入库后发现的列为问题",
    ),
    # 五、持续推进棚户区改造工作
    _states("S5.1", "projects", "按照尽力而为、量力而行的原则"),
    _orders("S5.2", "projects", "要建立“十四五”棚户区改造项目库，有序推进库内项目的改造"),
    _orders("S5.3", "projects", "重点攻坚改造老城区内脏乱差的棚户区和国有工矿、林业、垦区棚户区"),
    _orders("S5.4", "projects", "重点安排改造现有50户以上集中成片棚户区"),
    _orders(
        "S5.5",
        "projects",
        "要将地块较小、零星分散、房屋存在安全隐患、基础设施不配套、群众信访矛盾突出、改造难度大"
        "的“夹馅”棚户区纳入重点改造范围",
    ),
    _orders(
        "S5.6",
        "projects",
        "根据当地房地产市场发展和商品房库存情况，因地制宜实施棚改货币化安置工作",
    ),
    # 六、扎实做好2021年棚户区改造工作
    _orders("S6.1", "projects", "坚持棚改项目早落地、早开工、早见效"),
    _orders(
        "S6.2",
        "projects",
        "加快推进项目审批、用地供应、资金筹集、房屋征收、货币化安置等工作",
    ),
    _orders("S6.3", "projects", "确保项目按期开工建设"),
    _orders("S6.4", "projects", "组织续建项目复工，确保安置住房按期竣工交付使用"),
    _orders("S6.5", "projects", "加快项目建设进度，按照工程进度及时拨付资金"),
    _orders(
        "S6.6",
        "supervision",
        "对改造任务量大、开工进度快、综合排名靠前的5-10个市县给予资金奖励",
    ),
    # 七、多渠道筹措棚改资金
    _orders("S7.1", "projects", "各地要严格评估财政承受能力"),
    _orders(
        "S7.2",
        "projects",
        "充分论证资金筹措方案，确保列入棚改计划的项目具备偿债能力，能够实现项目全生命周期和各年"
        "度收支平衡",
    ),
    _orders(
        "S7.3",
        "projects",
        "住房城乡建设（房屋管理）部门要会同财政部门做好棚改专项债券的材料编制、手续办理、项目包"
        "装、申请发行等工作",
    ),
    _orders("S7.4", "projects", "要采取加大财政投入、市场化运作等方式，多渠道筹集棚户区改造资金"),
    _orders(
        "S7.5",
        "projects",
        "积极引导企业和民间资本采取直接投资、间接投资、工程建设总承包、参股、委托代建等模式参与",
    ),
    _orders("S7.6", "projects", "要加快已授信棚改专项贷款的发放工作"),
    _orders("S7.7", "projects", "视情做好棚改项目等调整变更工作，确保贷款资金有效使用"),
    # 八、加快推进房屋征收工作
    _orders(
        "S8.1",
        "expropriation",
        "深入落实吉政令第273号，尽快研究制定当地房屋征收的具体政策、措施和办法",
    ),
    _orders(
        "S8.2",
        "expropriation",
        "全面落实市县政府主体责任，建立完善工作协调机制、部门联动机制和工作推进机制",
    ),
    _orders("S8.3", "expropriation", "严格履行法定征收程序"),
    _orders(
        "S8.4",
        "expropriation",
        "及时公开征收补偿方案、调查登记、初步评估结果及分户补偿情况等信息，接受群众监督",
    ),
    _orders(
        "S8.5",
        "expropriation",
        "对无正当理由拒不搬迁的被征收人依法履行强制征收工作，切实保护被征收人的合法权益",
    ),
    _orders("S8.6", "expropriation", "严格落实房屋征收各项奖励和补偿标准，进一步让利于民"),
    _orders("S8.7", "expropriation", "建立起先签约、先搬迁、先受益的征收补偿机制"),
    _orders("S8.8", "expropriation", "加强对征收现场和征收人员的管理，切实规范房屋征收行为"),
    _orders("S8.9", "expropriation", "积极推进和应用房屋征收信息系统，实行网上审批、网上签约"),
    # 九、持续解决棚改逾期未安置问题
    _orders(
        "S9.0",
        "projects",
        "市县政府要落实主体责任，进一步完善多部门联动、纪检监察推进等工作机制",
    ),
    _orders("S9.1a", "projects", "对法院已判决的建成项目，要在判决6个月内完成安置入住工作"),
    _orders(
        "S9.1b",
        "projects",
        "对正在履行监察机关或法院调查、审理阶段的建成项目，6月底前要完成判决程序，年底前完成回"
        "迁安置工作",
    ),
    _orders(
        "S9.1c",
        "projects",
        "对在建项目，要加强施工力量，加快建设进度，年底前要建成并回迁安置",
    ),
    _orders(
        "S9.1d",
        "projects",
        "对尚未开工的项目，经棚改居民同意后，也可以实施货币化安置、异地安置，年底前要安置完成",
    ),
    _orders("S9.2", "projects", "重点解决已签订预分配协议，但未入住项目的整改工作"),
    _orders(
        "S9.2a",
        "projects",
        "对已开工但未达到分配入住条件的项目，要加快施工进度，年底前要全部安置入住",
    ),
    _orders(
        "S9.2b",
        "projects",
        "因配套设施不完善，无法安置入住的项目，符合条件的要纳入国家政策支持范围",
    ),
    _orders(
        "S9.2c",
        "projects",
        "对开发企业无力承担小区配套基础设施建设的项目，市县政府可采取先施工后结算的方式推进，年"
        "底前要全部安置入住",
    ),
    _orders(
        "S9.2d",
        "projects",
        "对因未进行竣工验收无法安置入住的项目，召开联席会议，研究制定容缺机制，催缴欠款，年底前"
        "要全部安置入住",
    ),
    _orders(
        "S9.2e",
        "projects",
        "对开发企业不兑现安置协议的项目，要责令依法兑现承诺，年底前要全部安置入住",
    ),
    _orders(
        "S9.2f",
        "projects",
        "对拒不履行回迁义务的企业依法依规严厉打击，必要时依法查封其资产账户，回收房地产项目开发权",
    ),
    _orders(
        "S9.3",
        "projects",
        "建立解决棚改逾期未安置长效机制，坚持早排查、早发现、早解决、早安置",
    ),
    _orders(
        "S9.3a",
        "projects",
        "6月底前要完成2018年9月30日之后已形成新的逾期未安置和存在逾期未安置风险的项目梳理排查工作",
    ),
    _orders(
        "S9.3b",
        "projects",
        "建立项目台账，明确项目情况、户数、存在的问题、具体措施办法、完成时点、责任单位和责任人"
        "等内容",
    ),
    _orders("S9.3c", "projects", "年底前全部整改完成"),
    # 十、全面抓好审计和信访问题的整改落实
    _orders(
        "S10.1",
        "supervision",
        "各地要组织住房城乡建设、房产、发改、财政、自然资源、税务、信访和审计等部门认真查找产生"
        "问题原因",
    ),
    _orders("S10.2", "supervision", "举一反三、建章立制，科学制定审计和信访问题的整改工作方案"),
    _orders("S10.3", "supervision", "全面落实工作责任，依据工作职责，分解整改任务"),
    _orders("S10.4a", "supervision", "对能够立即整改的，务必马上整改到位"),
    _orders(
        "S10.4b",
        "supervision",
        "对暂时无法整改到位的，要明确责任单位和责任人、整改措施和整改完成时限",
    ),
    _orders("S10.4c", "supervision", "对整改难度大的，要跟踪督办、限时整改、全力推进"),
    _orders("S10.5", "supervision", "严格履行信访工作程序，认真甄别信访问题性质"),
    _orders("S10.6", "supervision", "严格按照中央巡视、中联办和省联办明确的时限完成整改任务"),
    # 十一、切实加强检查督导和监督管理
    _orders("S11.1", "supervision", "继续实行月报告、月通报制度，从4月份起每月通报一次"),
    _orders(
        "S11.2",
        "supervision",
        "通报棚户区改造、房屋征收、棚改资金筹集和解决棚改逾期未安置问题整改等工作进展情况",
    ),
    _orders("S11.3", "supervision", "对各地进行“点对点”指导、包保服务和跟踪督查"),
    _orders("S11.4", "supervision", "对重点市县和难点问题进行驻点督办"),
    _orders("S11.5", "supervision", "各地要结合实际，组织开展检查督查"),
    _orders("S11.6", "projects", "要加强规划建设管理，强化工程质量安全监管，落实各项优惠政策"),
    _states("S11.7", "supervision", "按照省委、省政府“三抓”、“三早”要求，狠抓工作落实"),
    _orders("S11.8", "supervision", "全面完成2021年各项工作任务"),
)

LAWS: dict[str, Clause] = {
    law_id: Clause(law_id, text, "", binding=True, kind="law") for law_id, text in LAW_TEXTS.items()
}
"""The provisions of law behind the notice, by id."""

CLAUSES: dict[str, Clause] = {clause.id: clause for clause in (*_NOTICE, *LAWS.values())}
"""Every clause that code may cite, in the order of the notice; then the laws."""


def section_of(clause: Clause) -> str:
    """The heading a clause of the notice stands under ("" for a law)."""
    return SECTIONS.get(clause.id.split(".")[0], "") if clause.kind == "notice" else ""
