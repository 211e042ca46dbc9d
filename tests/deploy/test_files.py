"""The deployment files are valid as far as a machine without a container engine can tell."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

import run
from deploy import check

ROOT = Path(__file__).resolve().parents[2]


def test_deployment_files_pass_schema_and_linters() -> None:
    assert check.main() == 0


def test_a_missing_secret_is_found() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    del compose["secrets"]["jwks"]
    assert "applications-api: secret jwks" in check.unresolved(compose)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_documented_command_exists(page: str) -> None:
    """Each `python3 run.py …` of a page is a command that run.py knows; the suite runs them."""
    text = (ROOT / page).read_text("utf-8")
    commands = [
        shlex.split(line)[2] for line in re.findall(r"^python3 run\.py .*$", text, re.MULTILINE)
    ]
    assert commands
    assert set(commands) <= {*run.GROUPS, "clean"}


def test_exported_requirements_are_in_step_with_the_lock() -> None:
    """Every package that the hashed requirements pin stands in uv.lock with the same version."""
    lock = (ROOT / "uv.lock").read_text("utf-8")
    locked = set(re.findall(r'name = "([^"]+)"\nversion = "([^"]+)"', lock))
    for name in ("runtime", "embedded", "test"):
        text = (ROOT / "deploy" / f"requirements-{name}.txt").read_text("utf-8")
        pinned = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ;]+)", text, re.MULTILINE))
        assert pinned, name
        assert pinned <= locked, name
