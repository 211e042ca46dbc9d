"""What operators do by hand, each as a command that says what it did and what to do next."""

import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from shared import checkpoint, crypto
from shared.app import clock_for
from shared.auth import Actor
from shared.db import engine_for, sessions_for
from shared.redrive import drop, redrive
from shared.rekey import rekey
from shared.roles import Role
from shared.scope import EVERYTHING
from shared.settings import Settings
from shared.spec import ServiceSpec
from shared.verify import verify


def say(line: str) -> None:
    """One line for the operator."""
    sys.stdout.write(f"{line}\n")


def operator(name: str) -> Actor:
    """The person at the keyboard, for the audit trail."""
    return Actor(name, "operations", frozenset({Role.OPERATOR}), "220000", EVERYTHING)


async def redrive_parked(
    spec: ServiceSpec,
    settings: Settings,
    *,
    subject: UUID | None,
    really: bool,
    by: str,
    reason: str,
) -> int:
    """Try parked events again: a dry run, or with `really` for good. 1 when one still fails."""
    if really and not (by and reason):
        say("× 正式重放必须写明办理人（--by）和原因（--reason）。")
        return 2
    engine = engine_for(settings.as_worker())
    try:
        found = await redrive(
            spec,
            sessions_for(engine, EVERYTHING.multirange),
            clock_for(settings),
            operator(by or "dry-run"),
            subject=subject,
            really=really,
            reason=reason,
        )
    finally:
        await engine.dispose()
    for one in found:
        say(f"{one.event_id} {one.source} {one.position} {one.type} {one.subject} {one.outcome}")
    failed = [one for one in found if one.outcome not in ("applied", "would-apply")]
    say(_conclusion(len(found), len(failed), really))
    return 1 if failed else 0


async def drop_parked(
    spec: ServiceSpec, settings: Settings, event: UUID, *, by: str, reason: str
) -> int:
    """Give up one parked event for good. 1 when it is not parked."""
    if not (by and reason):
        say("× 放弃搁置的事件必须写明办理人（--by）和原因（--reason）。")
        return 2
    engine = engine_for(settings.as_worker())
    try:
        sessions = sessions_for(engine, EVERYTHING.multirange)
        done = await drop(sessions, clock_for(settings), operator(by), event, reason)
    finally:
        await engine.dispose()
    say(f"✓ 已放弃 {event}，原因已记入审计。" if done else f"× 没有搁置的事件 {event}。")
    return 0 if done else 1


def _conclusion(count: int, failed: int, really: bool) -> str:
    if not count:
        return "没有搁置的事件。"
    if failed:
        return f"共 {count} 件，仍有 {failed} 个对象不能重放：请先消除上列原因。"
    return (
        f"已重放 {count} 件。" if really else f"试运行：{count} 件可以重放；加 --really 正式执行。"
    )


async def verify_logs(spec: ServiceSpec, settings: Settings, held: Sequence[Path] = ()) -> int:
    """Prove both chains against the signed checkpoints: our own file's, and those that others hold.

    1 when something was altered, and what.
    """
    own = settings.checkpoint_file
    known = []
    for file in ([own] if own is not None and own.exists() else []) + list(held):
        try:
            known += checkpoint.read(file, spec.name)
        except (OSError, ValueError) as error:
            say(f"× 检查点文件 {file} 无法读取：{error}")
            return 1
    engine = engine_for(settings.as_worker())
    try:
        async with sessions_for(engine, EVERYTHING.multirange)() as session:
            found = await verify(session, spec.name, crypto.keyring(), known)
    finally:
        await engine.dispose()
    for one in found:
        say(f"× {one.log} 第{one.position}条 {one.kind}：{one.about}")
    if not found:
        say(f"✓ 两条链完整，与 {len(known)} 个检查点一致。")
    return 1 if found else 0


async def rekey_values(spec: ServiceSpec, settings: Settings) -> int:
    """Seal everything that is under an older key with the current one."""
    engine = engine_for(settings.as_worker())
    try:
        done = await rekey(spec, sessions_for(engine, EVERYTHING.multirange))
    finally:
        await engine.dispose()
    for name, count in done.items():
        say(f"{name} {count}")
    say(f"✓ 已改用密钥 {crypto.keyring().current}；旧密钥可以从密钥文件中移除。")
    return 0
