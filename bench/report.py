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

from bench.measure import Finding, Line
from bench.places import PLACES
from shared.local.kafka_server import kafka_version

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
_PACKAGES = ("fastapi", "uvicorn", "uvloop", "asyncpg", "sqlalchemy", "pydantic", "aiokafka")


def figure(line: Line) -> str:
    """The judged figure."""
    return "—" if line.figure is None else f"{line.figure:.2f}".rstrip("0").rstrip(".")


def verdict(line: Line) -> str:
    """Reached or not, in a word."""
    return {True: "达到", False: "未达到", None: "—"}[line.reached]


def show(findings: dict[str, Finding]) -> None:
    """The table for the person who waits."""
    table = Table("路径", "产品", "同一次运行中的极限", "比值", "目标", "结果")
    for finding in findings.values():
        for line in finding.lines:
            target = line.target.words() if line.target else "—"
            table.add_row(line.path, line.product, line.limit, figure(line), target, verdict(line))
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
        f"{now:%Y-%m-%d %H:%M} UTC，用时 {minutes:.0f} 分钟；{machine(postgres)}。"
        f"运行期间的系统负载（1 分钟均值）：{min(loads):.1f} 至 {max(loads):.1f}。",
        "",
        "产品与“极限”在同一次运行里交替测量，舍去第一轮，取各轮比值的中位数；机器有别的负载，"
        "只有比值可信。极限是不带任何本系统代码的 FastAPI＋asyncpg（或 aiokafka）。"
        "数据库开 fsync，产品按生产设置运行：令牌、加密、日志、指标、行级安全全部开启。"
        "负载由测试进程自己产生（uvloop＋httptools，预先写好的请求），两边相同。",
        "",
        "| 路径 | 产品 | 极限 | 比值 | 目标 | 结果 |",
        "|---|---|---|---|---|---|",
    ]
    for finding in findings.values():
        for line in finding.lines:
            note = f"（{line.note}）" if line.note else ""
            target = line.target.words() if line.target else "—"
            cells = (
                line.path, line.product, f"{line.limit}{note}", figure(line), target, verdict(line)
            )  # fmt: skip
            parts.append(f"| {' | '.join(cells)} |")
    checked = [fact for finding in findings.values() for fact in finding.facts]
    parts += ["", "## 核对", "", *(f"- {fact}" for fact in checked)]
    parts += ["", "## 时间花在哪里", ""]
    for name in findings:
        parts += [PLACES[name], ""]
    PAGE.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")
