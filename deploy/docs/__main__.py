"""Write the reference documents, or with --check tell which ones differ from the code.

python -m deploy.docs [--check]
"""

import json
import sys

from deploy.docs import schemas
from deploy.docs.build import documents
from deploy.docs.specs import ROOT


def broken_promises() -> list[str]:
    """What the code would take away from readers of a published event type."""
    found = []
    for name, content in schemas.render().items():
        path = ROOT / "docs" / name
        if path.exists():
            old = json.loads(path.read_text(encoding="utf-8"))
            found += [f"{path.stem} {what}" for what in schemas.breaks(old, json.loads(content))]
    return found


def main(arguments: list[str]) -> int:
    """0 when the documents are as the code says."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    broken = broken_promises()
    if broken:
        sys.stderr.write("\n".join((*broken, "已发布的事件不能这样改：请新建更高版本的类。", "")))
        return 1
    stale = []
    for name, content in documents().items():
        path = ROOT / "docs" / name
        if path.exists() and path.read_text(encoding="utf-8") == content:
            continue
        stale.append(f"docs/{name}")
        if not arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    for name in stale:
        sys.stdout.write(f"{'已更新' if not arguments else '与代码不一致'}：{name}\n")
    return 1 if arguments and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
