"""The process of `reader.py`, started with the first file and started anew when it was lost."""

import atexit
import contextlib
import socket
import subprocess
import sys
import threading
from pathlib import Path

_READER = Path(__file__).with_name("reader.py")
_COMMAND = [sys.executable, "-I", "-X", "utf8", str(_READER)]


class Opener:
    """Hands out connections, each to a child of its own. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def connect(self, seconds: float) -> socket.socket:
        """A connection whose single steps take at most so long."""
        mine, other = socket.socketpair()
        mine.settimeout(seconds)
        with other, self._lock:
            if not self._sent(other):
                self._start()
                self._sent(other)
        return mine

    def close(self) -> None:
        """End the process; its children end by themselves."""
        if self._control is not None and self.process is not None:
            self._control.close()
            self.process.wait()
        self._control = self.process = None

    def _sent(self, other: socket.socket) -> bool:
        if self._control is not None:
            with contextlib.suppress(OSError):
                return socket.send_fds(self._control, [b"+"], [other.fileno()]) == 1
        return False

    def _start(self) -> None:
        self.close()
        self._control, stdin = socket.socketpair()
        with stdin:  # without the environment: it holds this service's secrets
            self.process = subprocess.Popen(_COMMAND, stdin=stdin.fileno(), env={})


OPENER = Opener()
atexit.register(OPENER.close)
