"""The report of a long run, as a page for people."""

import os
import platform
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from shared.environment.clock import SHANGHAI

ELSEWHERE = (
    ("F27", "跨区划访问：tests/scope/ 的越权矩阵，两层各自单独验证"),
    ("F33", "每个角色的存活探针，空闲和忙时：tests/faults/test_soak.py"),
    ("F31", "密钥更换、密钥服务不可用：tests/privacy/test_rekey.py 和 test_key_provider.py"),
)

ORACLE = (
    "答复成功的命令都在库里，答复拒绝的都不在；没有答复的按同一个幂等键重问，直到确定",
    "每次状态变化恰有一个事件、一行留痕；位置 1..n 无缺号；每个对象的版本连续",
    "接收方：每个事件恰好生效一次，按序生效，首次投递不颠倒；投影等于事件的累积",
    "金额守恒：来信、事件、接收方逐笔和分区合计相同",
    "事件链和留痕链校验通过，与每个签名检查点相符；没有悬着的事务；没有 500",
)


@dataclass
class Tally:
    """What one scenario did in all its runs."""

    runs: int = 0
    seconds: float = 0
    slowest: float = 0
    """Seconds of the slowest answer."""
    counts: Counter[str] = field(default_factory=Counter)
    failure: str = ""


@dataclass
class Report:
    """A long run, scenario by scenario."""

    began: datetime
    seed: int
    postgres: str
    kafka: str = "未运行"
    events: int = 0
    passes: int = 0
    rows: dict[tuple[str, str], Tally] = field(default_factory=dict)

    def text(self, ended: datetime) -> str:
        """The page in Markdown."""
        failures = [tally.failure for tally in self.rows.values() if tally.failure]
        minutes = (ended - self.began).total_seconds() / 60
        total: Counter[str] = Counter()
        for tally in self.rows.values():
            total += tally.counts
        lines = [
            "# 故障矩阵",
            "",
            (
                "由 `python3 run.py chaos --minutes N` 生成。"
                "真实进程、真实 PostgreSQL（写入落盘），"
                "经事件 feed 或真实 Kafka 传送；故障是真的：kill -9、SIGSTOP、immediate 停库、"
                "网络黑洞和切断、磁盘写满。"
            ),
            "",
            f"- 时间：{self.began.astimezone(SHANGHAI):%Y-%m-%d %H:%M}，历时 {minutes:.1f} 分钟",
            (
                f"- 环境：PostgreSQL {self.postgres}，Kafka：{self.kafka}，"
                f"Python {platform.python_version()}，{platform.system()} {platform.machine()}，"
                f"{os.cpu_count()} 核"
            ),
            (
                f"- 种子：{self.seed}，共 {self.passes} 轮（最后一轮到时为止），"
                f"编号事件 {self.events} 个"
            ),
            (
                f"- 命令：成功 {total['ok']}，拒绝 {total['fail']}，"
                f"一度未知 {total['unknown']}（全部查明）；进程启动 {total['start']} 次，"
                f"kill -9 {total['kill -9']} 次，停库 {total['database crash']} 次，"
                f"重启库 {total['database restart']} 次，切断连接 {total['cut']} 次"
            ),
            f"- 结论：{'**没有通过**' if failures else '全部通过，没有丢失、重复或颠倒'}",
            "",
            (
                "| 编号 | 故障 | 次数 | 成功 | 拒绝 | 一度未知 | 按键重放 | 启动 | 打击 "
                "| 最慢答复（毫秒） | 秒 | 结论 |"
            ),
            "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|",
        ]
        for (ids, label), tally in self.rows.items():
            counts = tally.counts
            blows = sum(counts.values()) - sum(
                counts[name] for name in ("ok", "fail", "unknown", "replayed", "start")
            )
            lines.append(
                f"| {ids} | {label} | {tally.runs} | {counts['ok']} | {counts['fail']} "
                f"| {counts['unknown']} | {counts['replayed']} | {counts['start']} | {blows} "
                f"| {tally.slowest * 1000:.0f} | {tally.seconds:.0f} "
                f"| {'没有通过' if tally.failure else '通过'} |"
            )
        lines += ["", "每个故障之后核对：", ""]
        lines += [f"- {one}" for one in ORACLE]
        lines += ["", "在别处验证的行：", ""]
        lines += [f"- {ids}：{where}" for ids, where in ELSEWHERE]
        if failures:
            lines += ["", "## 没有通过的", "", *(f"```\n{one}\n```" for one in failures)]
        return "\n".join(lines) + "\n"
