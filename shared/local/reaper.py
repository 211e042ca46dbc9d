"""What this process has started ends with it, even by kill -9: another beside it sees to that.

Run as a program, this file is that process: it reads what is entrusted to it, line by line, until
the other end of the pipe is gone, and then ends the processes and deletes the folders.
"""

import atexit
import contextlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psutil

PATIENCE = 10
"""Seconds for a process to end by itself, before it is killed."""

_lock = threading.Lock()
_watcher: subprocess.Popen[bytes] | None = None


def end_with_us(pid: int, by: signal.Signals = signal.SIGKILL) -> None:
    """A process that must not outlive this one; it may well end before."""
    _entrust({"pid": pid, "by": by})


def new_folder(prefix: str, within: Path | None = None) -> Path:
    """An empty folder, in the temporary directory or in another; of no use without this process,
    it is deleted after its processes ended.
    """
    made = Path(tempfile.mkdtemp(prefix=prefix, dir=within))
    _entrust({"folder": str(made)})
    return made


def _entrust(what: dict[str, object]) -> None:
    global _watcher  # noqa: PLW0603 - one for the process
    with _lock:
        if _watcher is None:
            _watcher = subprocess.Popen(
                [sys.executable, "-I", __file__],
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for us, and what is ours ends in our order
            )
            atexit.register(_end)
        assert _watcher.stdin is not None
        _watcher.stdin.write(json.dumps(what).encode() + b"\n")
        _watcher.stdin.flush()


def _end() -> None:
    assert _watcher is not None
    _watcher.communicate()  # its input is at an end, and soon it is, too


def main() -> None:
    """Watch; then end and delete what is still there."""
    processes: list[tuple[psutil.Process, int]] = []
    folders: list[str] = []
    for line in sys.stdin:
        what = json.loads(line)
        if "folder" in what:
            folders.append(what["folder"])
            continue
        with contextlib.suppress(psutil.NoSuchProcess):
            processes.append((psutil.Process(what["pid"]), what["by"]))
    for process, number in processes:
        with contextlib.suppress(psutil.NoSuchProcess):  # its number may be another's by now
            process.send_signal(number)
    for process in psutil.wait_procs([process for process, _ in processes], PATIENCE)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
