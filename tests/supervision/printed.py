"""A bulletin to print: every unit, long names, awkward characters, figures of every kind."""

from services.supervision.bulletin.document import (
    Column,
    Document,
    DocumentTopic,
    Figure,
    Restatement,
    Table,
    Tile,
)
from shared.domain.regions import UNITS, name_of

UNIT = Column(key="unit", label="单位", numeric=False)
TITLES = (
    ("renovation", "棚户区改造"),
    ("expropriation", "房屋征收"),
    ("funding", "棚改资金筹集"),
    ("overdue", "解决棚改逾期未安置问题整改"),
    ("housing", "住房保障"),
)
PLACES = (
    ("220800", 0, 0), ("220700", 0, 1), ("220300", 1, 1), ("220100", 1, 2), ("220200", 1, 3),
    ("222400", 1, 4), ("220400", 2, 1), ("220581", 2, 2), ("220600", 2, 3), ("229900", 2, 4),
    ("220500", 3, 2),
)  # fmt: skip


def _table(place: int, caption: str) -> Table:
    columns = (
        UNIT,
        Column(key="task", label="年度任务", unit="套"),
        Column(key="month", label="本月开工", unit="套"),
        Column(key="wan", label="完成投资", unit="万元"),
        Column(key="rate", label="完成率", unit="%"),
    )
    rows = [("全省合计", "12345", "678", "1234567.89", "54.9")]
    rows += [
        (name_of(unit), str(200 + 7 * n + place), str(n), f"{n * 1234 + place}.{n:02d}",
         f"{n * 2}.{place}" if n else "—")
        for n, unit in enumerate(UNITS)
    ]  # fmt: skip
    return Table(caption=caption, columns=columns, rows=tuple(rows))


def _ranking() -> Table:
    heads = (
        "名次",
        "单位",
        "得分",
        "任务量",
        "任务量系数",
        "累计开工",
        "开工率",
        "开工进度系数",
        "综合系数",
    )
    columns = tuple(Column(key=f"c{n}", label=h, numeric=h != "单位") for n, h in enumerate(heads))
    rows = tuple(
        (str(n + 1), name_of(unit), f"{98 - n}.5{n % 10}", str(200 + n), f"0.{9900 - n}",
         str(190 - n), f"{101 - 2 * n}.3", f"0.{8000 - n}", f"0.{7000 - n}")
        for n, unit in enumerate(UNITS)
    )  # fmt: skip
    return Table(caption="棚户区改造工作综合排名", columns=columns, rows=rows)


def document(**changes: object) -> Document:
    """The bulletin of April 2021; `changes` replaces parts of it."""
    text = (
        "截至4月30日，全省棚户区改造新开工项目88个、9876套，占年度开工任务12345套的80.0%；"
        "基本建成1024套。<b>“引号”</b>与＆、×、≥、㎡、〔2021〕、①都应照原样印出。"
    )
    made = Document(
        month="2021-04",
        title="关于2021年4月全省住房保障和棚户区改造工作进展情况的通报",
        document_no="月通报〔2021〕第1期",
        issuer="吉林省保障性安居工程领导小组办公室",
        issued_on="2021年5月6日",
        data_as_of="2021年4月30日24时",
        addressees="各市（州）人民政府、长白山管委会，各县（市）人民政府",
        opening=(
            (
                "按照《关于进一步做好住房保障和棚户区改造工作的通知》（吉安居办〔2021〕10号）关于实行月报告、"
                "月通报制度的要求，现将截至2021年4月30日全省住房保障和棚户区改造工作进展情况通报如下。"
            ),
            "截至本通报印发，以下1个单位未按规定报送2021年4月月报告，予以通报：珲春市。",
        ),
        figures=(
            Figure(
                code="a", label="棚改新开工", value="9876", unit="套", target="12345", rate="80.0%"
            ),
            Figure(
                code="b",
                label="棚改完成投资",
                value="1234567.89",
                unit="万元",
                target="2000000.00",
                rate="61.7%",
            ),
            Figure(code="c", label="签订征收补偿协议", value="4321", unit="户"),
            Figure(
                code="d",
                label="领取租赁补贴家庭",
                value="33333",
                unit="户",
                target="60000",
                rate="55.6%",
            ),
            Figure(code="e", label="发放租赁补贴", value="1666.65", unit="万元"),
            Figure(code="f", label="“十四五”项目库入库项目", value="147", unit="个"),
        ),
        topics=tuple(
            DocumentTopic(
                code=code,
                title=title,
                clause="S11.2",
                paragraphs=(text, text),
                table=_table(place, f"{title}进展情况"),
            )
            for place, (code, title) in enumerate(TITLES)
        ),
        ranking=_ranking(),
        start_rates=tuple((name_of(unit), f"{101 - 2 * n}.3") for n, unit in enumerate(UNITS)),
        tiles=tuple(
            Tile(
                code=code,
                name=name_of(code),
                row=row,
                column=column,
                value=f"{9 * n}.5%",
                band=n % 5,
            )
            for n, (code, row, column) in enumerate(PLACES)
        ),
        alerts=Table(
            caption="预警事项",
            columns=(
                UNIT,
                Column(key="alert", label="预警事项", numeric=False),
                Column(key="count", label="件数", unit="件"),
            ),
            rows=(
                ("珲春市", "月报告逾期未报", "1"),
                ("前郭尔罗斯蒙古族自治县", "开工进度滞后", "3"),
            ),
        ),
        missing_reports=("珲春市",),
        restatements=(
            Restatement(
                month="2021年3月",
                unit_code="220100",
                unit_name="长春市",
                label="发放租赁补贴（万元）",
                published="12.30",
                restated="13.45",
            ),
        ),
        method=(
            "得分＝100×（0.4×任务量系数＋0.4×开工进度系数＋0.2×综合系数）。",
            "=1+1 长春市说明：原因：系统补录。",
        ),
        positions={"applications": 4901, "expropriation": 1200, "projects": 3021, "subsidy": 882},
        digest="5f" * 32,
    )
    return made.model_copy(update=changes)
