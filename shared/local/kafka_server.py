"""A real Apache Kafka (KRaft) from Maven's jars, for the demonstration and the tests."""

import asyncio
import base64
import contextlib
import fcntl
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.kafka.client import KafkaOutage
from shared.kafka.topics import Cluster, cluster
from shared.local import reaper

POM = Path(__file__).resolve().parents[2] / "deploy" / "kafka" / "pom.xml"
OLDEST_JAVA = 17

_BROKER = "kafka.Kafka"
_SETTINGS = """\
process.roles=broker,controller
node.id={number}
controller.quorum.bootstrap.servers={controllers}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=data
auto.create.topics.enable=false
offsets.topic.replication.factor={copies}
offsets.topic.num.partitions=4
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=2
share.coordinator.state.topic.replication.factor={copies}
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# A killed broker comes back only when its old session has expired (9 s by default).
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""


class LocalKafkaError(RuntimeError):
    """There is no broker. The text says what to do next."""


@dataclass
class _Node:
    """One process: a broker that is a controller too."""

    number: int
    folder: Path
    port: int
    controller: int
    identity: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / "kafka.log"


def kafka_version() -> str:
    """The version that the pom names."""
    found = re.search(
        r"<artifactId>kafka_2.13</artifactId>\s*<version>(.+?)</version>", POM.read_text()
    )
    return found[1] if found else "?"


def missing(jars: Path) -> str | None:
    """What this machine lacks for a local broker, in words for a person; None when nothing."""
    java = _java()
    if java is None:
        return (
            f"没有找到 java。请安装 Java {OLDEST_JAVA} 或更新版本"
            "（Debian/Ubuntu：apt install openjdk-17-jre-headless）。"
        )
    told = _version(java)
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found[1]) < OLDEST_JAVA:
        first = told.splitlines()[0] if told else "没有回答"
        return f"需要 Java {OLDEST_JAVA} 或更新版本，{java} 是：{first}"
    if not _complete(jars) and shutil.which("mvn") is None:
        return "没有找到 mvn。请安装 Maven（Debian/Ubuntu：apt install maven），用来取得 Kafka。"
    return None


def _java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return (shutil.which("java", path=f"{home}/bin") if home else None) or shutil.which("java")


@cache
def _version(java: str) -> str:
    return subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr


def _complete(jars: Path) -> bool:
    """The folder appears as a whole, with the pom that it was made from."""
    made_from = jars / POM.name
    return made_from.exists() and made_from.read_bytes() == POM.read_bytes()


def fetch_jars(jars: Path) -> None:
    """Have Maven fetch Kafka, unless it is there; two processes do not get in each other's way."""
    if _complete(jars):
        return
    jars.parent.mkdir(parents=True, exist_ok=True)
    with jars.with_name(f"{jars.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _complete(jars):
            return
        fresh = Path(tempfile.mkdtemp(prefix=f"{jars.name}-", dir=jars.parent))
        try:
            _copy_dependencies(fresh)
            shutil.copy(POM, fresh)
            shutil.rmtree(jars, ignore_errors=True)
            fresh.rename(jars)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _copy_dependencies(target: Path) -> None:
    command = [
        "mvn",
        "--batch-mode",
        "--quiet",
        "-Dstyle.color=never",
        "--file",
        str(POM),
        "dependency:copy-dependencies",
        "-DincludeScope=runtime",
        f"-DoutputDirectory={target.resolve()}",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    except FileNotFoundError:
        raise LocalKafkaError("没有找到 mvn。请安装 Maven（apt install maven）。") from None
    except subprocess.TimeoutExpired:
        raise LocalKafkaError("Maven 10 分钟内没有取到 Kafka；请检查网络后重试。") from None
    if done.returncode != 0:
        errors = [line for line in done.stdout.splitlines() if line.startswith("[ERROR] ")]
        raise LocalKafkaError(
            "Maven 没有取到 Kafka。请检查网络；需要代理或镜像时写在 ~/.m2/settings.xml。\n"
            + "\n".join(errors[:1])
        )


def free_ports(count: int) -> list[int]:
    """Ports that the system gave out a moment ago, all different."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def _identifier() -> str:
    """A random id as Kafka writes them: 16 bytes in base64url."""
    return base64.urlsafe_b64encode(b"K" + secrets.token_bytes(15)).decode().rstrip("=")


class LocalKafka:
    """A cluster on the loopback address; with `brokers=3` every topic can have three copies.

    `more` are further lines of each broker's settings, with {port} and {controller} for the ports
    chosen, and `users` the names and passwords that SCRAM knows from the beginning.
    All calls block. `kill`, `pause` and `restart` take the number of a broker, from 1.
    """

    def __init__(
        self,
        jars: Path,
        folder: Path,
        *,
        brokers: int = 1,
        more: str = "",
        users: Mapping[str, str] | None = None,
    ) -> None:
        self._jars = jars
        self._classes = jars.resolve() / "classes.jsa"
        """What a broker loads, as Java keeps it in memory: it starts in half the time."""
        self._folder = folder
        self._brokers = brokers
        self._settings = _SETTINGS + more
        self._users = users or {}
        self._nodes: list[_Node] = []
        self._cluster = ""

    @property
    def servers(self) -> str:
        """The addresses of all brokers."""
        return ",".join(f"127.0.0.1:{node.port}" for node in self._nodes)

    @property
    def pid(self) -> int:
        """The process of the first broker."""
        return self.pids()[0]

    @property
    def folder(self) -> Path:
        """Where all of it stands."""
        return self._folder

    def ended(self, number: int = 1) -> bool:
        """Whether a broker that was started has ended by itself."""
        process = self._nodes[number - 1].process
        return process is not None and process.poll() is not None

    def pids(self) -> list[int]:
        """The processes that were started and not stopped."""
        return [node.process.pid for node in self._nodes if node.process is not None]

    def start(self) -> str:
        """Make a fresh cluster and wait until it answers; its addresses."""
        lacking = missing(self._jars)
        if lacking is not None:
            raise LocalKafkaError(lacking)
        fetch_jars(self._jars)
        for _ in range(3):  # somebody else may take a free port before Java does
            self._format()
            try:
                self._launch(self._nodes)
                return self.servers
            except LocalKafkaError:
                self.stop()
                if not any(_says(node.log, "Address already in use") for node in self._nodes):
                    raise
        raise LocalKafkaError("三次选中的端口都被别的程序占用，请重试。")

    def stop(self) -> None:
        """End all brokers at once: their data is of no more use to anybody.

        The first one on a machine may end by itself: then it leaves an archive of its classes.
        """
        for node in self._nodes:
            _end(node, signal.SIGTERM if self._learns() else signal.SIGKILL)
            if (fresh := self._classes_of(node)).exists():
                fresh.replace(self._classes)

    def kill(self, number: int = 1) -> None:
        """End one broker as a power failure would."""
        _end(self._nodes[number - 1], signal.SIGKILL)

    def pause(self, number: int = 1) -> None:
        """Freeze one broker: its port is open and nobody answers."""
        _signal(self._nodes[number - 1], signal.SIGSTOP)

    def resume(self, number: int = 1) -> None:
        """Let a frozen broker go on."""
        _signal(self._nodes[number - 1], signal.SIGCONT)

    def restart(self, number: int = 1) -> None:
        """Start one broker again, with its data and its port; ends it first when it runs."""
        node = self._nodes[number - 1]
        _end(node, signal.SIGTERM)
        self._launch([node])

    def _format(self) -> None:
        """Empty folders with settings and formatted storage."""
        shutil.rmtree(self._folder, ignore_errors=True)
        ports = free_ports(2 * self._brokers)
        self._cluster = _identifier()
        self._nodes = []
        for number in range(1, self._brokers + 1):
            folder = self._folder / str(number) if self._brokers > 1 else self._folder
            folder.mkdir(parents=True)
            self._nodes.append(_Node(number, folder, ports.pop(), ports.pop(), _identifier()))
        for node in self._nodes:
            text = self._settings.format(
                number=node.number,
                port=node.port,
                controller=node.controller,
                controllers=",".join(f"127.0.0.1:{one.controller}" for one in self._nodes),
                copies=self._brokers,
            )
            (node.folder / "server.properties").write_text(text, encoding="ascii")
        if self._brokers == 1:
            voters = ["--standalone"]
        else:
            quorum = (
                f"{one.number}@127.0.0.1:{one.controller}:{one.identity}" for one in self._nodes
            )
            voters = ["--initial-controllers", ",".join(quorum)]
        known = [
            f"--add-scram=SCRAM-SHA-512=[name={name},password={password}]"
            for name, password in self._users.items()
        ]
        arguments = ["format", "-t", self._cluster, "-c", "server.properties", *voters, *known]
        for node, process in [
            (n, self._java(n, "kafka.tools.StorageTool", *arguments)) for n in self._nodes
        ]:
            if process.wait(60) != 0:
                raise LocalKafkaError(f"Kafka 的存储没有建好；日志 {node.log}：\n{_tail(node.log)}")

    def _java(self, node: _Node, main: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Run a class of Kafka in the node's folder: relative names suit any path."""
        options = []
        if self._classes.exists():
            options = [f"-XX:SharedArchiveFile={self._classes}"]
        elif main == _BROKER and self._learns():
            options = [f"-XX:ArchiveClassesAtExit={self._classes_of(node)}"]
        command = [
            str(_java()),
            *options,
            "-Xms128m",
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dlog4j2.level=WARN",
            "-cp",
            f"{self._jars.resolve()}/*",
            main,
            *arguments,
        ]
        with node.log.open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=node.folder,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; we end the broker after its clients
            )

    def _learns(self) -> bool:
        return self._brokers == 1 and not self._classes.exists()

    def _classes_of(self, node: _Node) -> Path:
        return self._classes.with_name(f"classes-{node.identity}.jsa")

    def _launch(self, nodes: list[_Node], seconds: float = 90) -> None:
        for node in nodes:
            node.process = self._java(node, _BROKER, "server.properties")
            reaper.end_with_us(node.process.pid)
        deadline = time.monotonic() + seconds
        while not all(self._answers(node) for node in nodes):
            for node in nodes:
                if node.process is not None and node.process.poll() is not None:
                    code = node.process.returncode
                    raise LocalKafkaError(
                        f"Kafka 意外退出（{code}）；日志 {node.log}：\n{_tail(node.log)}"
                    )
            if time.monotonic() > deadline:
                raise LocalKafkaError(f"Kafka 在 {seconds:.0f} 秒内没有就绪；日志 {nodes[0].log}")
            time.sleep(0.1)

    def _answers(self, node: _Node) -> bool:
        """Whether this cluster, whole, answers there: an open port alone may be another's."""
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", node.port)) != 0:
                return False
        running = sum(one.process is not None for one in self._nodes)
        with ThreadPoolExecutor(1) as thread, contextlib.suppress(KafkaOutage):
            asked = thread.submit(lambda: asyncio.run(cluster(f"127.0.0.1:{node.port}")))
            return asked.result() == Cluster(self._cluster, running)
        return False


def _signal(node: _Node, number: int) -> None:
    if node.process is not None and node.process.poll() is None:
        node.process.send_signal(number)


def _end(node: _Node, number: int) -> None:
    """Signal the process and wait until it is gone; one that does not go is killed."""
    _signal(node, number)
    process, node.process = node.process, None
    if process is None:
        return
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _says(log: Path, text: str) -> bool:
    return log.exists() and text in log.read_text(encoding="utf-8", errors="replace")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
