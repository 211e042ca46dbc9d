"""Run one service: python -m services NAME MODE; modes: see --help and docs/operations.md."""

import argparse
import asyncio
import contextlib
import importlib
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import uvicorn
import uvloop

from shared.commands.spec import ServiceSpec
from shared.db.engine import url_for
from shared.db.errors import ERRORS
from shared.environment import logs, traces
from shared.environment.settings import Settings
from shared.runtime import startup
from shared.runtime.app import create_app
from shared.runtime.operate import (
    confirm_restore,
    drop_dead_letter,
    print_acls,
    redrive_dead_letters,
    rekey_values,
    rewind_source,
    verify_logs,
)
from shared.runtime.progress import Progress
from shared.runtime.worker import run_worker
from shared.schema.migrate import upgrade

NAMES = ("applications", "subsidy", "projects", "expropriation", "supervision")


def load(name: str) -> ServiceSpec:
    """The spec of a service by its name."""
    spec: ServiceSpec = importlib.import_module(f"services.{name}.spec").SPEC
    return spec


class Server(uvicorn.Server):
    """A server that leaves signals to `serve`."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are handled once, for server and worker together."""
        yield


async def serve(spec: ServiceSpec, settings: Settings, *, api: bool, worker: bool) -> int:
    """Run until SIGTERM or SIGINT, or until a part ends by itself (exit code 1).

    A worker without the interface still answers probes, metrics and its status.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    progress = Progress(settings.stalled_after) if worker else None
    shown = spec if api else replace(spec, routers=())
    app = create_app(shown, settings, progress=progress)
    server = Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            access_log=False,
            proxy_headers=False,  # nothing here asks for the caller's address or scheme
            log_config=None,
            # Connections, and requests of which some are over and still counted: twice as many
            # as may connect at once. `settings.queue` limits the requests that are served.
            limit_concurrency=4000,
            timeout_keep_alive=75,  # longer than callers keep idle connections
            timeout_graceful_shutdown=10,
            server_header=False,
        )
    )
    tasks = [asyncio.create_task(server.serve())]
    if progress is not None:
        tasks.append(asyncio.create_task(run_worker(spec, settings.as_worker(), stop, progress)))
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    by_signal = stop.is_set()
    stop.set()
    server.should_exit = True
    await app.state.head_watch.close()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    waiting.cancel()
    faults = [one for one in results if isinstance(one, BaseException)]
    for one in faults:
        logs.log().error("ended", kind=type(one).__name__, exc_info=one)
    return 0 if by_signal and not faults else 1


def arguments() -> argparse.ArgumentParser:
    """The command line: a service, what to do, and the options of the operators' commands."""
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    modes = parser.add_subparsers(dest="mode", required=True)
    for mode in ("api", "worker", "all", "migrate"):
        modes.add_parser(mode)
    prove = modes.add_parser("verify", help="核验事件链、审计链和检查点")
    prove.add_argument(
        "--held", type=Path, nargs="*", default=[], help="督导服务所存检查点的文件，可以多个"
    )
    modes.add_parser("kafka-acls", help="按现行授权打印 Kafka 的权限命令")
    modes.add_parser("rekey", help="把加密字段改用现行密钥")
    again = modes.add_parser("redrive", help="重放死信")
    again.add_argument("--subject", type=UUID, default=None, help="只重放这个对象的事件")
    again.add_argument("--drop", type=UUID, default=None, help="放弃这一件，不再办理")
    back = modes.add_parser("restored", help="数据库从备份恢复后，确认从现有末位继续")
    rewind = modes.add_parser("rewind", help="来源从备份恢复后，撤去它已没有的事件")
    rewind.add_argument("--source", required=True, choices=NAMES, help="恢复过的服务")
    rewind.add_argument("--kept", type=int, default=None, help="来源保留到第几件；不写则问其接口")
    for one in (again, back, rewind):
        one.add_argument("--really", action="store_true", help="正式执行；不写则只试运行")
        one.add_argument("--by", default="", help="办理人，记入审计")
        one.add_argument("--reason", default="", help="原因，记入审计")
    return parser


def main(given: Sequence[str] | None = None) -> int:
    """Read the command line and the environment; what is wrong with them is said in words."""
    chosen = arguments().parse_args(given)
    try:
        settings = startup.read(chosen.name)
        logs.configure(settings)
        traces.configure(settings.service)
        spec = load(chosen.name)
        startup.check(spec, settings, chosen.mode)
        startup.take_keys(settings)
        return run(spec, settings, chosen)
    except startup.WrongSettings as wrong:
        for line in wrong.lines:
            print(f"× 设置有误 {line}", file=sys.stderr)  # noqa: T201
        return 2


def run(spec: ServiceSpec, settings: Settings, chosen: argparse.Namespace) -> int:
    """Do what the command line says; the exit code. Commands need the database at once."""
    if chosen.mode in ("api", "worker"):
        return keep_serving(spec, settings, chosen.mode)
    try:
        if chosen.mode in ("migrate", "all"):
            asyncio.run(upgrade(spec, url_for(settings.as_owner())))
        else:
            return asyncio.run(command(spec, settings, chosen))
    except ERRORS as error:
        if line := startup.unreachable(error):
            raise startup.WrongSettings(line) from None
        raise
    return 0 if chosen.mode == "migrate" else keep_serving(spec, settings, "all")


async def command(spec: ServiceSpec, settings: Settings, chosen: argparse.Namespace) -> int:
    """One of the operators' commands."""
    if chosen.mode == "verify":
        return await verify_logs(spec, settings, chosen.held)
    if chosen.mode == "kafka-acls":
        return await print_acls(spec, settings)
    if chosen.mode == "rekey":
        return await rekey_values(spec, settings)
    why: dict[str, Any] = {"by": chosen.by, "reason": chosen.reason}
    if chosen.mode == "redrive" and chosen.drop:
        return await drop_dead_letter(spec, settings, chosen.drop, **why)
    why["really"] = chosen.really
    if chosen.mode == "restored":
        return await confirm_restore(spec, settings, **why)
    if chosen.mode == "rewind":
        return await rewind_source(spec, settings, source=chosen.source, kept=chosen.kept, **why)
    return await redrive_dead_letters(spec, settings, subject=chosen.subject, **why)


def keep_serving(spec: ServiceSpec, settings: Settings, mode: str) -> int:
    """Interface, worker or both, until a signal comes."""
    api, worker = mode in ("api", "all"), mode in ("worker", "all")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(serve(spec, settings, api=api, worker=worker))


if __name__ == "__main__":
    sys.exit(main())
