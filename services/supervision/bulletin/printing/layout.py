"""What stands where in a printed bulletin: the same sections and tables in every form."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from services.supervision.bulletin.document import Column, Document, Table

NUMERALS = "一二三四五六七八九十"
TILES_NOTE = "区位示意（非地图）"
SHANGHAI = timezone(timedelta(hours=8))
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_SERVICES = {
    "applications": "住房保障申请",
    "subsidy": "租赁补贴",
    "projects": "棚改项目",
    "expropriation": "房屋征收",
    "supervision": "督导通报",
}


@dataclass(frozen=True, slots=True)
class NumberedTable:
    """A table with its number, such as 表2. `code` is stable: a sheet or an anchor."""

    number: int
    code: str
    table: Table

    @property
    def label(self) -> str:
        """表2."""
        return f"表{self.number}"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, its paragraphs and its tables. `pictures`: chart and tiles belong here."""

    heading: str
    paragraphs: tuple[str, ...]
    tables: tuple[NumberedTable, ...]
    pictures: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A bulletin in reading order."""

    headline: NumberedTable
    sections: tuple[Section, ...]
    proof: NumberedTable

    @property
    def tables(self) -> tuple[NumberedTable, ...]:
        """Every table, in the order of their numbers."""
        inner = (table for section in self.sections for table in section.tables)
        return (self.headline, *inner, self.proof)


def header(column: Column) -> str:
    """The head of a column with its unit: 累计开工（套）."""
    return f"{column.label}（{column.unit}）" if column.unit else column.label


def issued_at(document: Document) -> datetime:
    """The fixed time stamp of every file: noon in Shanghai on the day of issue, in UTC."""
    found = _DAY.search(document.issued_on)
    if found is None:
        raise ValueError("issued_on must be a Chinese date such as 2021年5月6日")
    year, month, day = (int(part) for part in found.groups())
    return datetime(year, month, day, 12, tzinfo=SHANGHAI).astimezone(UTC)


def _text(key: str, label: str, *, numeric: bool = False) -> Column:
    return Column(key=key, label=label, numeric=numeric)


def _headline(document: Document) -> Table:
    columns = (
        _text("label", "指标"),
        _text("unit", "计量单位"),
        _text("value", "完成", numeric=True),
        _text("target", "年度任务", numeric=True),
        _text("rate", "完成率", numeric=True),
    )
    rows = tuple(
        (f.label, f.unit, f.value, f.target or "—", f.rate or "—") for f in document.figures
    )
    return Table(caption="主要指标", columns=columns, rows=rows)


def _tiles(document: Document) -> Table:
    columns = (_text("code", "代码"), _text("name", "地区"), _text("rate", "开工率", numeric=True))
    rows = tuple((tile.code, tile.name, tile.value) for tile in document.tiles)
    return Table(caption="各地区棚户区改造开工率", columns=columns, rows=rows)


def _restated(document: Document) -> Table:
    columns = (
        _text("month", "月份"),
        _text("unit", "单位"),
        _text("label", "指标"),
        _text("published", "原通报数", numeric=True),
        _text("restated", "更正数", numeric=True),
    )
    rows = tuple(
        (one.month, one.unit_name, one.label, one.published, one.restated)
        for one in document.restatements
    )
    return Table(caption="以前月份数据更正", columns=columns, rows=rows)


def _proof(document: Document) -> Table:
    columns = (_text("item", "核对项目"), _text("value", "内容"))
    rows = (
        ("数据截至", document.data_as_of),
        ("未报送月报告的单位", "、".join(document.missing_reports) or "无"),
        *(
            (f"{_SERVICES.get(name, name)}已汇总到的事实序号", str(position))
            for name, position in document.positions.items()
        ),
        ("数字摘要", document.digest),
    )
    return Table(caption="数据核对信息", columns=columns, rows=rows)


def arrange(document: Document) -> Layout:
    """The sections and numbered tables of a bulletin."""
    count = 0

    def numbered(code: str, table: Table) -> NumberedTable:
        nonlocal count
        count += 1
        return NumberedTable(count, code, table)

    headline = numbered("headline", _headline(document))
    parts: list[tuple[str, tuple[str, ...], tuple[NumberedTable, ...], bool]] = []
    for topic in document.topics:
        table = numbered(topic.code, topic.table)
        closing = f"各单位情况见{table.label}。"
        parts.append((topic.title, (*topic.paragraphs, closing), (table,), False))
    ranking, tiles = numbered("ranking", document.ranking), numbered("tiles", _tiles(document))
    text = (
        f"各单位得分和计分的各项系数见{ranking.label}；各单位开工率见图1，"
        f"各地区开工率见图2和{tiles.label}。"
    )
    parts.append(("工作排名", (text,), (ranking, tiles), True))
    if document.alerts.rows:
        table = numbered("alerts", document.alerts)
        parts.append(
            (
                "预警事项",
                (f"尚未解除的预警事项见{table.label}，请有关单位限期整改。",),
                (table,),
                False,
            )
        )
    else:
        parts.append(("预警事项", ("本期没有尚未解除的预警事项。",), (), False))
    if document.restatements:
        table = numbered("restatements", _restated(document))
        text = f"以前月份通报印发后收到的事实改变了已通报的数字，更正情况见{table.label}。"
        parts.append(("数据更正", (text,), (table,), False))
    proof = numbered("proof", _proof(document))
    text = (
        f"数据截至时间、已汇总的事实序号和数字摘要见{proof.label}，凭此可以复算本通报的全部数字。"
    )
    parts.append(("数据来源和计算方法", (*document.method, text), (), False))
    sections = tuple(
        Section(f"{NUMERALS[n]}、{title}", paragraphs, tables, pictures)
        for n, (title, paragraphs, tables, pictures) in enumerate(parts)
    )
    return Layout(headline, sections, proof)
