"""Validate the deployment files here, without a container engine: schema and linters.

python -m deploy.check
"""

import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
STEPS = (
    (
        "compose 结构",
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
    ),
    ("compose 格式", ["yamllint", "--strict", "-c", "deploy/yamllint.yml", "docker-compose.yml"]),
    ("Dockerfile", ["hadolint", "deploy/Dockerfile"]),
)


def unresolved(compose: dict[str, dict[str, dict[str, object]]]) -> list[str]:
    """Names that a service uses and nobody declares; the schema cannot see these."""
    found = []
    for name, service in compose["services"].items():
        for secret in service.get("secrets", []):  # type: ignore[attr-defined]
            if secret not in compose["secrets"]:
                found.append(f"{name}: secret {secret}")
        for needed in service.get("depends_on", {}):  # type: ignore[attr-defined]
            if needed not in compose["services"]:
                found.append(f"{name}: depends_on {needed}")
        for network in service.get("networks", []):  # type: ignore[attr-defined]
            if network not in compose["networks"]:
                found.append(f"{name}: network {network}")
    return found


def main() -> int:
    """Run every check; 1 when one of them failed."""
    failed = 0
    for label, command in STEPS:
        done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, check=False)
        sys.stdout.write(f"{'✓' if done.returncode == 0 else '×'} {label}\n")
        failed += done.returncode != 0
    missing = unresolved(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    sys.stdout.write("".join(f"× {line}\n" for line in missing) or "✓ compose 引用齐全\n")
    return 1 if failed or missing else 0


if __name__ == "__main__":
    sys.exit(main())
