#!/usr/bin/env python3
"""吉林安居：一个命令建好环境并运行。只用标准库。

python3 run.py demo [--kafka local|HOST:PORT] [--units N]   全省 2021 年 4 月走一遍，结果写到 out/
python3 run.py test [pytest 参数]                全部测试
python3 run.py test --fast [pytest 参数]         一分钟以内：只测规则、办理和公共机制
python3 run.py test --cov [--fast] [pytest 参数] 同上，并列出各文件的语句和分支覆盖率
python3 run.py up   [--kafka local|HOST:PORT]   演示数据就绪后继续提供服务，按 Ctrl-C 停止
python3 run.py check                            代码检查、生成文件是否一致、部署文件校验
python3 run.py docs                             重新生成 docs/ 里的生成文件
python3 run.py chaos [--minutes N] [--only 函数名] 反复制造故障并核对，写到 docs/fault-matrix.md
python3 run.py bench [行名] [--quick]           性能测试，结果写到 docs/benchmarks.md
python3 run.py bench plans [--quick]          一百万行时每条列表读了多少，写到 docs/plans.md
python3 run.py clean                            删除环境、缓存和结果
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tool"
OLDEST, NEWEST = (3, 11), (3, 14)
SIDE_BY_SIDE = ("-n", str((os.cpu_count() or 1) + 1), "--no-loadscope-reorder")
"""One process more than cores, for many tests wait; tests/conftest.py deals out whole files."""
LONG = (
    "audit",
    "bench",
    "contracts",
    "deploy",
    "faults",
    "flow",
    "inputs",
    "kafka",
    "lifecycle",
    "privacy",
    "scope",
    "shared/db/test_plans.py",
    "supervision/test_documents.py",
    "supervision/test_printing.py",
)
"""Tests that `--fast` leaves out: faults, Kafka, whole months, every route with every input, grown
tables, printed documents."""
GROUPS = {
    "demo": ("embedded",),
    "up": ("embedded",),
    "test": ("embedded", "test", "lint", "bench"),
    "check": ("embedded", "test", "lint", "bench"),
    "docs": ("embedded", "test", "lint"),
    "bench": ("embedded", "bench"),
    "chaos": ("embedded", "test", "lint"),
}


def say(text: str) -> None:
    """One line for the person who waits."""
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> "int":
    """Say what to do next and give the exit code."""
    say(f"× {text}")
    return 1


def supported(version: tuple[int, int]) -> bool:
    """Whether the product runs on this version of Python."""
    return OLDEST <= version <= NEWEST


def another_python() -> str | None:
    """A supported interpreter on PATH, when this one is not."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    return None


def venv_python() -> Path:
    """The interpreter of the environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def find_uv() -> list[str] | None:
    """uv from PATH, from an earlier run, or fetched into .tool; None when not to be had."""
    if os.environ.get("JILIN_NO_UV"):
        return None
    on_path = shutil.which("uv")
    if on_path:
        return [on_path]
    local = TOOLS / "bin" / "uv"
    if not local.exists():
        say("· 取得 uv（安装工具）……")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(TOOLS), "uv"]
        quiet = subprocess.run(command, capture_output=True, text=True, check=False)
        if quiet.returncode != 0:
            return None
    return [str(local)] if local.exists() else None


def stamp_of(groups: tuple[str, ...]) -> str:
    """What the environment was made from; another lock file or interpreter makes it anew."""
    lock = (ROOT / "uv.lock").read_bytes()
    text = f"{sys.version_info[:3]} {VENV} {' '.join(groups)} ".encode()
    return hashlib.sha256(text + lock).hexdigest()


def with_uv(uv: list[str], groups: tuple[str, ...]) -> bool:
    """The environment as the lock file says, by uv; whether it was made."""
    command = [
        *uv,
        "sync",
        "--frozen",
        "--inexact",
        "--compile-bytecode",
        "--python",
        sys.executable,
        "--no-default-groups",
    ]
    for group in groups:
        command += ["--group", group]
    if not sys.stderr.isatty():
        command.append("--quiet")
    settings = {
        **os.environ,
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return subprocess.run(command, cwd=ROOT, env=settings, check=False).returncode == 0


def with_pip(groups: tuple[str, ...]) -> bool:
    """The same by venv and hashed requirements: slower, for machines where uv cannot be had."""
    if not venv_python().exists():
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
        if made.returncode != 0:
            say("× 不能建立虚拟环境。Debian/Ubuntu 请先执行：apt install python3-venv")
            return False
    name = "requirements-embedded.txt" if groups == ("embedded",) else "requirements-test.txt"
    command = [
        str(venv_python()),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        str(ROOT / "deploy" / name),
    ]
    return subprocess.run(command, check=False).returncode == 0


def ensure_environment(groups: tuple[str, ...]) -> bool:
    """Make .venv from the lock file; a second call with the same lock does nothing."""
    stamp_file = VENV / f".made-{'-'.join(groups)}"
    stamp = stamp_of(groups)
    if stamp_file.exists() and stamp_file.read_text() == stamp and venv_python().exists():
        return True
    started = time.monotonic()
    say("· 按锁定文件准备运行环境（首次约需下载 150–250 MB）……")
    uv = find_uv()
    made = with_uv(uv, groups) if uv else with_pip(groups)
    if not made and uv:
        say("· uv 没有成功，改用 venv + pip……")
        made = with_pip(groups)
    if not made:
        say("× 环境没有装好。请检查网络或代理（HTTPS_PROXY、SSL_CERT_FILE、PIP_INDEX_URL）后重试。")
        return False
    for wider in (groups, ("embedded",)):
        (VENV / f".made-{'-'.join(wider)}").write_text(stamp_of(wider))
    say(f"· 环境就绪，用时 {time.monotonic() - started:.1f} 秒")
    return True


def environment() -> dict[str, str]:
    """What a command of the project finds around it."""
    found = {**os.environ, "PYTHONUTF8": "1"}
    found.pop("PYTHONDONTWRITEBYTECODE", None)  # seven processes would compile all, each time
    found["PATH"] = f"{venv_python().parent}{os.pathsep}{found.get('PATH', '')}"
    return found


def become(*arguments: str) -> NoReturn:
    """Go on as a command of the project: what is sent to this process, such as kill, reaches it."""
    os.chdir(ROOT)
    python = str(venv_python())
    os.execve(python, [python, *arguments], environment())


def check() -> int:
    """Every check runs, so that one call shows everything there is to mend."""
    steps = {
        "ruff": ("-m", "ruff", "check", "."),
        "ruff format": ("-m", "ruff", "format", "--check", "."),
        "mypy": ("-m", "mypy"),
        "import-linter": ("-c", "from importlinter.cli import lint_imports_command as c; c()"),
        "生成文件": ("-m", "deploy.docs", "--check"),
        "部署文件": ("-m", "deploy.check"),
    }
    failed = []
    for name, command in steps.items():
        say(f"── {name}")
        if (
            subprocess.run(
                [venv_python(), *command], cwd=ROOT, env=environment(), check=False
            ).returncode
            != 0
        ):
            failed.append(name)
    if failed:
        return fail(f"没有通过：{'、'.join(failed)}")
    say("✓ 全部通过")
    return 0


def clean() -> int:
    """Delete what commands have made: environment, tools, caches, results."""
    for name in (
        ".venv",
        ".tool",
        ".cache",
        "out",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".import_linter_cache",
        ".hypothesis",
    ):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for cache in ROOT.rglob("__pycache__"):
        shutil.rmtree(cache, ignore_errors=True)
    say("✓ 已删除环境、缓存和结果")
    return 0


def asked(rest: list[str]) -> list[str]:
    """What pytest is told: all or with `--fast` less, side by side; what is named, by itself."""
    covered = ["--cov", "--cov-report=term"] if "--cov" in rest else []
    named = [one for one in rest if one not in ("--cov", "--fast")]
    if "--fast" in rest:
        return [*SIDE_BY_SIDE, *(f"--ignore=tests/{one}" for one in LONG), *covered, *named]
    return [*covered, *(named or SIDE_BY_SIDE)]


def main(arguments: list[str]) -> int:
    """Carry out one command; its exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command in ("help", "-h", "--help"):
        print(__doc__)
        return 0
    if command == "clean":
        return clean()
    if command not in GROUPS:
        print(__doc__)
        return fail(f"没有“{command}”这个命令")
    if not supported(sys.version_info[:2]):
        other = another_python()
        if other is None:
            return fail(
                f"需要 Python 3.11 至 3.14，现在是 {sys.version.split()[0]}；请先安装其中一个"
            )
        os.execv(other, [other, str(ROOT / "run.py"), *arguments])
    if not ensure_environment(GROUPS[command]):
        return 1
    if command == "test":
        become("-m", "pytest", *asked(rest))
    if command == "check":
        return check()
    if command == "chaos":
        become("-m", "tests.faults", "--report", "docs/fault-matrix.md", *rest)
    if command == "bench":
        become("-m", "bench", *rest)
    if command == "docs":
        become("-m", "deploy.docs", *rest)
    become("-m", "deploy.demo", *(["--keep"] if command == "up" else []), *rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
