"""Prints a bulletin in a process of its own.

Fonts, the typesetter and the chart engine take some 170 MB that a service would keep for ever; and
a document that makes them hang or fail takes nothing else with it.
"""

import asyncio
import contextlib
import sys

from services.supervision.bulletin.document import Document
from services.supervision.bulletin.forms import Form
from shared.domain.problems import Unavailable

SECONDS = 60
_AT_ONCE = asyncio.Semaphore(2)


async def printed(form: Form, document: Document) -> bytes:
    """The document in a form; the same document gives the same bytes. Raises `Unavailable`."""
    async with _AT_ONCE:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.supervision.bulletin.printing",
            form.extension,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={"PYTHONUTF8": "1"},  # not this service's: it holds secrets
        )
        content = document.model_dump_json().encode()
        try:
            async with asyncio.timeout(SECONDS):
                found, _ = await child.communicate(content)
        except TimeoutError:
            found = b""
        finally:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
    if child.returncode != 0 or not found:
        raise Unavailable("not-printed", "文件没有生成，请稍后重试；仍不成功请联系运维人员。")
    return found
