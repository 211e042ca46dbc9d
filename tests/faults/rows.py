"""The rows of the fault matrix, each with the scenario that proves it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from tests.faults import commands, crashes, cuts, events, restore, upgrade
from tests.faults.scale import Scale
from tests.faults.stage import Stage


@dataclass(frozen=True)
class Row:
    """One scenario. `ids` are the rows of the matrix, `label` says it for the report."""

    ids: str
    label: str
    play: Callable[[Stage, Scale, Random], Awaitable[None]]


ROWS = (
    Row("F1", "编号进程反复 kill -9", crashes.numbering_killed),
    Row("F2", "两个接收进程轮流 kill -9", crashes.consumer_killed),
    Row("F1 F20", "接口进程反复 kill -9，按幂等键重问", crashes.api_killed),
    Row("F3", "数据库 immediate 停止再启动", crashes.database_crashed),
    Row("F4", "数据库连接黑洞、切断后恢复", crashes.database_silent),
    Row("F4", "数据库连接在每个阶段被切断", cuts.in_every_phase),
    Row("F3 F4", "数据库反复普通重启，其间反复切断连接", cuts.restarted_and_cut),
    Row("F4", "办理结果未知时不自行重做", cuts.in_doubt),
    Row("F9", "有毒事件成为死信，后续排队，其余照常，重新处理", events.poison),
    Row("F10", "未知类型放过，更高版本成为死信", events.foreign_events),
    Row("F11", "整批重复投递，两个接收进程", events.delivered_twice),
    Row("F12", "事件乱序、缺失、重复、截断", events.mixed_up),
    Row("F13", "接收缓慢", events.slow_consumer),
    Row("F14", "一个进程的时钟快一小时、慢一小时、跳到月末", crashes.clock_astray),
    Row("F17", "连接池耗尽", commands.pool_exhausted),
    Row("F18", "同一对象同时办理", commands.one_transition_many_hands),
    Row("F19", "同一命令同时重复提交", commands.one_key_many_times),
    Row("F20", "客户端中途断开，长轮询断开", commands.caller_gone),
    Row("F21", "领导者 SIGSTOP 后苏醒", crashes.leader_frozen),
    Row("F23", "一边办理一边迁移，旧程序在新表上继续", upgrade.migrated),
    Row("F24", "热表被长时间锁住", crashes.table_locked),
    Row("F25", "导入中途 kill -9，同一文件再传两次", crashes.import_killed),
    Row("F26", "伪造的访问令牌", commands.forged_tokens),
    Row("F28", "一边办理一边从头重建投影", events.rebuilt),
    Row("F29", "大量长轮询、全部被过滤的读者、位置超前", events.many_watchers),
    Row("F30", "数据库丢失，从较早的备份恢复，各方确认后继续", restore.restored),
    Row("F32", "SIGTERM，数据库无响应时 SIGTERM", crashes.told_to_stop),
)


async def play(row: Row, stage: Stage, scale: Scale, seed: int) -> None:
    """One scenario from a whole stage to a whole stage, everything settled."""
    await stage.recover()
    dice = Random(f"{seed} {row.label}")  # keys must not come again in another scenario
    await row.play(stage, scale, dice)
    await stage.recover()
    await stage.journal.resolve()
    await stage.settled(seconds=120)
