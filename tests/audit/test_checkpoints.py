"""What a service said of its logs is held elsewhere, and cannot be taken back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from services.supervision.alert.models import Alert
from services.supervision.custody.models import HeldCheckpoint
from shared.contracts.base import LogCheckpointed
from shared.contracts.received_event import ReceivedEvent
from shared.contracts.subsidy import SubsidyLogCheckpointed
from shared.domain.roles import Role
from shared.events.restoration import RestoredLog
from shared.events.sequencer import AUDIT, EVENTS, Log
from shared.runtime.operate import verify_logs
from shared.runtime.worker import run_worker
from tests.acting import as_seen
from tests.audit.forger import owner, rewrite
from tests.conftest import OpenOffice
from tests.harness import Office
from tests.supervision.acts import said, tell
from tests.waiting import until
from tests.world.worlds import Worlds

EVERY = 0.1


@contextlib.asynccontextmanager
async def at_work(office: Office, file: Path) -> AsyncIterator[None]:
    """The worker of the office, that signs ten times a second."""
    change = {"checkpoint_seconds": EVERY, "checkpoint_file": file}
    settings, stop = office.settings.as_worker().model_copy(update=change), asyncio.Event()
    worker = asyncio.create_task(run_worker(office.spec, settings, stop))
    try:
        yield
    finally:
        stop.set()
        await worker


async def told(office: Office) -> list[ReceivedEvent]:
    """The checkpoints that readers of the office's events got."""
    return [one for one in await office.events() if isinstance(one.event, LogCheckpointed)]


async def work_until(office: Office, file: Path, count: int) -> None:
    """Let the worker go until so many more checkpoints are told and numbered."""
    wanted = len(await told(office)) + count

    async def there() -> bool:
        return len(await told(office)) >= wanted

    async with at_work(office, file):
        await until(there)


async def alerts(supervision: Office) -> list[tuple[str, str, str, str]]:
    async with supervision.sessions() as session:
        columns = (Alert.code, Alert.object_id, Alert.level, Alert.state)
        return [tuple(row) for row in await session.execute(select(*columns))]  # type: ignore[misc]


@pytest.mark.parametrize("log", [EVENTS, AUDIT], ids=lambda log: log.name)
async def test_who_rewrites_a_whole_log_is_found_by_supervision_and_named_by_the_command(
    log: Log, worlds: Worlds, open_office: OpenOffice, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """PIPL.51: he may do anything in the database, and have the checkpoint file too."""
    file = tmp_path / "checkpoints.jsonl"
    supervision = await open_office("supervision")
    async with worlds.open("projects") as world:
        office = world.office
        await work_until(office, file, 4)
        seen = await supervision.deliver(await told(office))
        assert await alerts(supervision) == []
        assert len(file.read_text("ascii").splitlines()) >= len(seen) >= 4

        await rewrite(office, log, 3)
        file.unlink()
        await work_until(office, file, 2)
        settings = office.settings.model_copy(update={"checkpoint_file": file})
        assert await verify_logs(office.spec, settings) == 0
        await supervision.deliver([o for o in await told(office) if o.position > seen[-1].position])
        expected = [("LOG_CONTRADICTED", f"projects/{log.name}", "red", "open")]
        assert await alerts(supervision) == expected
        await supervision.run_jobs("raise-alerts")
        assert await alerts(supervision) == expected

        held = tmp_path / "held.json"
        auditor = supervision.client(Role.AUDITOR, region="220000")
        answer = await auditor.get("/v1/checkpoints", params={"service": "projects"})
        held.write_bytes(answer.content)
        assert await verify_logs(office.spec, settings, [held]) == 1
        said_so = capsys.readouterr().out
        assert f"× {log.name} 第1条 rewritten" in said_so
        async with owner(office) as connection:
            row = (
                await connection.execute(log.table.select().where(log.table.c.position == 3))
            ).one()
        assert f"第3条现为 {row.at.isoformat()}" in said_so
        assert str(row.subject if log is EVENTS else row.object_id) in said_so


async def test_a_log_that_says_less_than_before_is_found(
    worlds: Worlds, open_office: OpenOffice, tmp_path: Path
) -> None:
    """A database that was restored, or whose last rows were cut off, chains and all."""
    supervision = await open_office("supervision")
    async with worlds.open("projects") as world:
        office = world.office
        await work_until(office, tmp_path / "file", 2)
        await supervision.deliver(await told(office))
        async with owner(office) as connection:
            await connection.execute(text("DELETE FROM audit_log WHERE position > 5"))
            await connection.execute(
                text(
                    "UPDATE sequence_head SET position = 5, chain ="
                    " (SELECT chain FROM audit_log WHERE position = 5) WHERE log = 'audit_log'"
                )
            )
            await connection.commit()
        change = {"checkpoint_file": tmp_path / "file"}
        settings = office.settings.as_worker().model_copy(update=change)
        with pytest.raises(RestoredLog, match="audit_log"):  # its own worker refuses to go on
            await run_worker(office.spec, settings, asyncio.Event())
        await work_until(office, tmp_path / "another", 2)
        await supervision.deliver(await told(office))
    found = [("LOG_CONTRADICTED", "projects/audit_log", "red", "open")]
    assert await alerts(supervision) == found
    async with supervision.sessions() as session:
        kinds = select(HeldCheckpoint.contradiction).where(HeldCheckpoint.contradiction != "")
        assert set(await session.scalars(kinds)) == {"shortened"}


async def test_a_supervisor_lets_the_alert_rest_with_a_reason_and_nobody_else(
    worlds: Worlds,
) -> None:
    async with worlds.open("supervision") as world:
        office = world.office
        altered = said(SubsidyLogCheckpointed, since_position=4711, since_chain="00" * 32)
        await tell(office, altered)
        province = world.client(Role.PROVINCE, "220000")
        listed = await province.get("/v1/alerts", params={"code": "LOG_CONTRADICTED"})
        (alert,) = listed.json()["items"]
        assert (alert["region"], alert["clause"], alert["actions"]) == ("220000", "PIPL.51", [])
        supervisor = world.client(Role.SUPERVISOR, "220000")
        body, headers = {"reason": "经批准从备份恢复"}, as_seen(alert["version"])
        path = f"/v1/alerts/{alert['id']}/waiver"
        answer = await supervisor.post(path, json=body, headers=headers)
        assert answer.json()["state"] == "waived", answer.text
        await office.run_jobs("raise-alerts")
        again = await supervisor.get(f"/v1/alerts/{alert['id']}")
        assert again.json()["state"] == "waived"


async def test_nobody_changes_what_is_held(worlds: Worlds) -> None:
    async with worlds.open("supervision") as world:
        office = world.office
        for statement in ("UPDATE held_checkpoint SET position = 0", "DELETE FROM held_checkpoint"):
            for sessions in (office.sessions, office.app.state.sessions):
                async with sessions() as session:
                    with pytest.raises(ProgrammingError, match="permission denied"):
                        await session.execute(text(statement))
