"""What operators do by hand, each as a command that says what it did and what to do next."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx

from shared.commands.actor import Actor
from shared.commands.outbox import head_of
from shared.commands.spec import ServiceSpec
from shared.contracts.base import topic
from shared.crypto import keyring
from shared.db.engine import engine_for, sessions_for, url_for
from shared.db.leader import Leadership
from shared.db.scope import EVERYTHING
from shared.domain.roles import Role
from shared.environment.settings import Settings
from shared.events import checkpoint
from shared.events.consumer import call_for, sources
from shared.events.redrive import drop, redrive
from shared.events.restoration import confirm
from shared.events.rewind import last_common, rewind, taken_in
from shared.events.verify import verify
from shared.kafka.client import KafkaOutage
from shared.kafka.topics import empty, ensure_topics
from shared.runtime.app import clock_for
from shared.runtime.intake import feed_of
from shared.runtime.kafka_acls import lines
from shared.runtime.rekey import rekey


def say(line: str) -> None:
    """One line for the operator."""
    sys.stdout.write(f"{line}\n")


def operator(name: str) -> Actor:
    """The person at the keyboard, for the audit trail."""
    return Actor(name, "operations", frozenset({Role.OPERATOR}), "220000", EVERYTHING)


async def redrive_dead_letters(
    spec: ServiceSpec,
    settings: Settings,
    *,
    subject: UUID | None,
    really: bool,
    by: str,
    reason: str,
) -> int:
    """Try dead letters again: a dry run, or with `really` for good. 1 when one still fails."""
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


async def drop_dead_letter(
    spec: ServiceSpec, settings: Settings, event: UUID, *, by: str, reason: str
) -> int:
    """Give up one dead letter for good. 1 when there is none."""
    if not (by and reason):
        say("× 放弃死信必须写明办理人（--by）和原因（--reason）。")
        return 2
    engine = engine_for(settings.as_worker())
    try:
        sessions = sessions_for(engine, EVERYTHING.multirange)
        done = await drop(sessions, clock_for(settings), operator(by), event, reason)
    finally:
        await engine.dispose()
    say(f"✓ 已放弃 {event}，原因已记入审计。" if done else f"× 没有死信 {event}。")
    return 0 if done else 1


def _conclusion(count: int, failed: int, really: bool) -> str:
    if not count:
        return "没有死信。"
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
            found = await verify(session, spec.name, keyring.installed(), known)
    finally:
        await engine.dispose()
    for one in found:
        say(f"× {one.log} 第{one.position}条 {one.kind}：{one.about}")
    if not found:
        say(f"✓ 两条链完整，与 {len(known)} 个检查点一致。")
    return 1 if found else 0


async def confirm_restore(
    spec: ServiceSpec, settings: Settings, *, really: bool, by: str, reason: str
) -> int:
    """Say where a restored log ends; with `really`, let its worker go on from there."""
    if really and not (by and reason):
        say("× 确认恢复必须写明办理人（--by）和原因（--reason）。")
        return 2
    engine = engine_for(settings.as_worker())
    clock, file = clock_for(settings), settings.checkpoint_file
    try:
        async with Leadership(url_for(settings.as_worker())) as leadership:
            if not await leadership.held():
                say("× 本服务还有工作进程在运行：请先停下。")
                return 1
            sessions = sessions_for(engine, EVERYTHING.multirange)
            async with sessions() as session, session.begin():
                kept = await head_of(session)
                say(f"事件保留到第 {kept} 件。下游各服务先执行：")
                say(f"  rewind --source {spec.name} --kept {kept} --really --by … --reason …")
                if not really:
                    say("以上为试运行；下游完成后加 --really 正式确认。")
                    return 0
                if settings.transport == "kafka":
                    name, security = topic(spec.name), settings.kafka_client()
                    await ensure_topics(settings.kafka_servers, [name], security=security)
                    await empty(settings.kafka_servers, name, security)
                call = replace(call_for(session, clock), actor=operator(by))
                await confirm(call, spec.name, reason)
                signed = await checkpoint.take(
                    session, spec.name, call.now, keyring.installed(), restored=True
                )
            if file is not None:
                checkpoint.append(file, signed)
    except KafkaOutage as away:
        say(f"× Kafka 没有答复（{away}），没有确认；请稍后重新执行。")
        return 1
    finally:
        await engine.dispose()
    say("✓ 已确认恢复。工作进程启动后继续编号；走 Kafka 的从第 1 件起重新发送。")
    if file is None:
        say("  没有设置检查点文件：verify 会一直报告恢复之前签发的检查点不符。")
    return 0


async def rewind_source(
    spec: ServiceSpec,
    settings: Settings,
    *,
    source: str,
    kept: int | None,
    really: bool,
    by: str,
    reason: str,
) -> int:
    """Forget what a restored source has lost: a dry run, or with `really` for good."""
    if really and not (by and reason):
        say("× 正式撤去必须写明办理人（--by）和原因（--reason）。")
        return 2
    if source not in sources(spec):
        say(f"× 本服务不接收 {source} 的事件。")
        return 2
    engine = engine_for(settings.as_worker())
    sessions = sessions_for(engine, EVERYTHING.multirange)
    try:
        if kept is None:
            async with sessions() as session, feed_of(settings, source) as feed:
                kept = await last_common(feed, await taken_in(session, source))
        async with sessions() as session:
            call = call_for(session, clock_for(settings))
            found = await rewind(
                spec, call, operator(by or "dry-run"), source=source, kept=kept, reason=reason
            )
            if really:
                await session.commit()
    except (httpx.HTTPError, KeyError) as error:
        kind = type(error).__name__
        say(f"× 问不到 {source} 的事件接口（{kind}）：请用 --kept 写明保留到第几件。")
        return 1
    finally:
        await engine.dispose()
    for position, id in found.lost:
        say(f"{source} {position} {id}")
    if found.deeds:
        say("自收到第一件起，本服务自动办理过下列事项，请逐项核对：")
    for deed in found.deeds:
        say(f"  {deed.action} {deed.object_type} {deed.object_id}")
    done = "已撤去" if really else "试运行：将撤去"
    say(f"{done} {source} 第 {kept} 件之后的 {len(found.lost)} 件，从第 {found.again} 件之后再收。")
    return 0


async def print_acls(spec: ServiceSpec, settings: Settings) -> int:
    """The commands that give everybody at the broker what he is entitled to, and no more."""
    engine = engine_for(settings.as_worker())
    try:
        async with sessions_for(engine, EVERYTHING.multirange)() as session:
            for line in await lines(session, spec, settings.kafka_group or "housing"):
                say(line)
    finally:
        await engine.dispose()
    return 0


async def rekey_values(spec: ServiceSpec, settings: Settings) -> int:
    """Seal everything that is under an older key with the current one."""
    engine = engine_for(settings.as_worker())
    try:
        done = await rekey(spec, sessions_for(engine, EVERYTHING.multirange))
    finally:
        await engine.dispose()
    for name, count in done.items():
        say(f"{name} {count}")
    say(f"✓ 已改用密钥 {keyring.installed().current}；旧密钥可以从密钥文件中移除。")
    return 0
