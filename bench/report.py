"""The table: on the terminal, and as docs/benchmarks.md."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from bench.measure import Finding, ResultLine
from bench.places import PLACES
from shared.local.kafka_server import kafka_version

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
_PACKAGES = (
    "fastapi",
    "uvicorn",
    "uvloop",
    "asyncpg",
    "sqlalchemy",
    "pydantic",
    "aiokafka",
    "faststream",
)


def number(figure: float | None) -> str:
    """A judged figure, with two decimals at most."""
    return "—" if figure is None else f"{figure:.2f}".rstrip("0").rstrip(".")


def lead(line: ResultLine) -> str:
    """How far the product is before usual practice."""
    return "—" if line.lead is None else f"{number(line.lead)} 倍"


def verdict(line: ResultLine) -> str:
    """Reached or not, in a word."""
    return {True: "达到", False: "未达到", None: "—"}[line.reached]


def show(findings: dict[str, Finding]) -> None:
    """The table for the person who waits."""
    table = Table("路径", "产品", "极限", "通常写法", "比值", "领先", "目标", "结果")
    for finding in findings.values():
        for line in finding.lines:
            table.add_row(
                line.path,
                line.product,
                line.limit,
                line.practice,
                number(line.figure),
                lead(line),
                line.wanted(),
                verdict(line),
            )
    Console(width=None if os.isatty(1) else 160).print(table)


def machine(postgres: str) -> str:
    """What it ran on."""
    memory = psutil.virtual_memory().total / 2**30
    packages = "，".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{os.cpu_count()} 核，{memory:.0f} GB，{platform.system()} {platform.release()}，"
        f"Python {platform.python_version()}，PostgreSQL {postgres}，Kafka {kafka_version()}，"
        f"{packages}"
    )


def write(
    findings: dict[str, Finding], *, postgres: str, minutes: float, loads: Sequence[float]
) -> None:
    """The page, written anew."""
    now = datetime.now(UTC)
    parts = [
        "# 性能测试",
        "",
        "本页由 `python3 run.py bench` 生成，请勿手工修改。",
        "",
        (
            f"{now:%Y-%m-%d %H:%M} UTC，用时 {minutes:.0f} 分钟；{machine(postgres)}。"
            f"运行期间的系统负载（1 分钟均值）：{min(loads):.1f} 至 {max(loads):.1f}。"
        ),
        "",
        (
            "产品、“极限”和“通常写法”在同一次运行里交替测量，舍去第一轮，取各轮比值的中位数；"
            "机器有别的负载，只有比值可信。“比值”是产品与极限之比，“领先”是产品为通常写法的几倍。"
            "数据库开 fsync，产品按生产设置运行：令牌、加密、日志、指标、行级安全全部开启。"
            "负载由测试进程自己产生（uvloop＋httptools，预先写好的请求），各方相同。"
        ),
        "",
        (
            "极限是不带任何本系统代码的 FastAPI＋asyncpg（或 aiokafka）：没有令牌、加密、发件箱、"
            "审计和幂等键；写入是一条语句，读取是产品的同一条语句。"
        ),
        "",
        (
            "通常写法（`bench/practice/`）是熟练的开发者用 FastAPI 和 SQLAlchemy ORM 会写出的同一"
            "业务：同一令牌和公钥（PyJWT）、同样的加密、发件箱、审计、幂等键和行级安全，同样的表，"
            "每个请求一个会话、一个事务，连接池与产品的一样大；没有日志、指标和限流。每轮的请求数"
            "较少。消费一行用真实的 FastStream，每件一个会话，处理完才确认。"
        ),
        "",
        "| 路径 | 产品 | 极限 | 通常写法 | 比值 | 领先 | 目标 | 结果 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for finding in findings.values():
        for line in finding.lines:
            note = f"（{line.note}）" if line.note else ""
            cells = (
                line.path,
                line.product,
                f"{line.limit}{note}",
                line.practice,
                number(line.figure),
                lead(line),
                line.wanted(),
                verdict(line),
            )
            parts.append(f"| {' | '.join(cells)} |")
    checked = [fact for finding in findings.values() for fact in finding.facts]
    parts += ["", "## 核对", "", *(f"- {fact}" for fact in checked)]
    parts += ["", "## 时间花在哪里", ""]
    for name in findings:
        parts += [PLACES[name], ""]
    PAGE.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")
