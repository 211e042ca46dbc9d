"""Every setting with values that cannot be: the process does not start, says why, and no secret.

IN.config.
"""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.docs.specs import ROOT
from services.subsidy.spec import SPEC
from shared.environment.settings import Settings
from shared.runtime import startup
from tests.harness import Secrets

SECRET = "geheim"  # noqa: S105 - one that must not be told
URL = f"postgresql://u:{SECRET}@127.0.0.1:1/subsidy"
NUMBERS = ("", "-1", "eight", "8.5", "1e3", "NaN", "9" * 30, "null", "0x10", "８ 个")
URLS = ("x", "sqlite:///x", f"mysql://u:{SECRET}@h/x", f"postgresql://u:{SECRET}@h:port/x",
        f"postgresql://u:{SECRET}@h:99999/x", f"postgresql://u:{SECRET}@h")  # fmt: skip
FILES = ("/no/such/file", "/", "{empty}", "{binary}")
"""Files by name: `files` makes those in braces."""

BAD: dict[str, tuple[str | None, ...]] = {
    "environment": ("", "prod", "PRODUCTION", "演示"),
    "database_url": (None, "", *URLS),
    "database_password_file": FILES,
    "owner_database_url": URLS,
    "worker_database_url": URLS,
    "jwks": (None, *FILES, "{text}", "{list}", "{object}", "https://", "https://:443",
             "https://h:99999", "ftp://h/keys"),
    "token_issuer": ("",),
    "token_audience": ("",),
    "key_file": (None, *FILES, "{text}", "{list}", "{object}", "{short key}", "{no current}"),
    "key_provider": ("", "x", "a b:c", "no.such:thing", "shared.crypto:nothing", "builtins:str"),
    "checkpoint_file": ("/", "/no/such/folder/file"),
    "checkpoint_seconds": ("", "0", "-1", "14401", "nan", "x"),
    "transport": ("", "rabbit", "KAFKA", "kafka"),
    "feed_urls": ("{", "[]", "7", "{}", '{"applications": 5}', '{"applications": ""}',
                  '{"applications": "x"}', '{"applications": "ftp://h"}',
                  '{"applications": "http://"}', '{"applications": "http://h:99999"}'),
    "feed_token": (None, "", f"{SECRET}令牌", f"{SECRET}\nx"),
    "kafka_servers": ("", "broker", "broker:", ":9092", "h:0", "h:99999", "h:9092,", "http://h:9"),
    "kafka_group": ("a b", "组", "x" * 300, "a/b"),
    "kafka_security": ("", "TLS", "ssl"),
    "kafka_ca_file": FILES,
    "kafka_certificate_file": FILES,
    "kafka_certificate_key_file": FILES,
    "kafka_sasl_mechanism": ("", "GSSAPI", "SCRAM-SHA-1"),
    "kafka_user": ("",),
    "kafka_password_file": FILES,
    "clock_file": (*FILES, "{text}"),
    "pool_size": (*NUMBERS, "1", "51"),
    "queue": (*NUMBERS, "7", "2001"),
    "requests_per_second": ("", "-1", "100001", "inf", "nan", "x"),
    "unmaskings_per_minute": (*NUMBERS, "10001"),
    "stalled_after": ("", "-1", "2.9", "3601", "inf", "nan", "x"),
    "database_timeout": ("", "-1", "0.5", "601", "inf", "nan", "x"),
    "host": ("", "256.1.1.1", "no such host", "::zz"),
    "port": (*NUMBERS, "65536", "http"),
    "log_format": ("", "xml", "JSON"),
    "json_limit": (*NUMBERS, "0", "1MB"),
    "upload_limit": (*NUMBERS, "0", "20MB"),
}  # fmt: skip
TOGETHER: dict[str, dict[str, str]] = {
    "kafka_servers": {"transport": "kafka"},
    "kafka_ca_file": {"kafka_security": "SSL"},
    "kafka_certificate_file": {"kafka_security": "SSL"},
    "kafka_certificate_key_file": {"kafka_security": "SSL"},
    "kafka_user": {"kafka_security": "SASL_SSL"},
    "kafka_password_file": {"kafka_security": "SASL_SSL", "kafka_user": "u"},
}
"""What has to stand beside a setting for it to be read at all."""


def files(folder: Path) -> dict[str, str]:
    """Files that hold something else than they should: name in braces -> path."""
    short = {"algorithm": "AES-256-GCM", "key": base64.b64encode(b"short").decode()}
    kept = {"short": short, "index_key": base64.b64encode(b"x" * 32).decode()}
    made = {
        "empty": b"", "binary": b"\xff\xfe\x00\x01", "text": "明天".encode(), "list": b"[]",
        "object": b"{}", "short key": json.dumps({"current": "k", "keys": {"k": short}}).encode(),
        "no current": json.dumps({"current": "k", "keys": {}} | kept).encode(),
    }  # fmt: skip
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return {f"{{{name}}}": str(folder / name) for name in made}


def good(secrets: Secrets) -> dict[str, str]:
    """An environment that a worker starts with."""
    return {
        "environment": "test", "database_url": URL, "jwks": str(secrets.jwks),
        "key_file": str(secrets.key_file), "feed_token": f"{SECRET}-token", "port": "0",
        "feed_urls": '{"applications": "http://127.0.0.1:1"}',
    }  # fmt: skip


def started(environment: dict[str, str]) -> list[str]:
    """Why a worker with this environment would not start; empty when it would."""
    try:
        settings = startup.read("subsidy")
        startup.check(SPEC, settings, "worker")
        startup.take_keys(settings)
    except startup.WrongSettings as wrong:
        return list(wrong.lines)
    return []


def test_every_setting_has_its_impossible_values() -> None:
    assert {*BAD, "service"} == {*Settings.model_fields}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_setting_stops_the_start_by_its_name(
    name: str, secrets: Secrets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """the message is Chinese and names the setting; no secret stands in it."""
    for variable in [v for v in os.environ if v.startswith("HOUSING_")]:
        monkeypatch.delenv(variable)
    made, wrong = files(tmp_path), []
    for value in BAD[name]:
        environment = good(secrets) | TOGETHER.get(name, {})
        environment |= {} if value is None else {name: made.get(value, value)}
        if value is None:
            del environment[name]
        with monkeypatch.context() as scene:
            for field, text in environment.items():
                scene.setenv(startup.env(field), text)
            lines = started(environment)
        named = any(startup.env(name) in line for line in lines)
        shown = any(SECRET in line for line in lines)
        chinese = all(re.search(r"[\u4e00-\u9fff]", line) for line in lines)
        if not (named and chinese) or shown:
            wrong.append((value, lines))
    assert not wrong


def test_what_only_a_demonstration_may_use_and_what_nobody_knows(
    secrets: Secrets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for field, text in good(secrets).items():
        monkeypatch.setenv(startup.env(field), text)
    assert started({}) == []
    clock = tmp_path / "clock"
    clock.write_text("2021-04-01T08:30:00+08:00", encoding="utf-8")
    for changes, name in (
        ({"environment": "production", "clock_file": str(clock)}, "clock_file"),
        ({"environment": "production", "jwks": "http://sso/jwks"}, "jwks"),
        ({"ports": "1"}, "ports"),
    ):
        with monkeypatch.context() as scene:
            for field, text in changes.items():
                scene.setenv(startup.env(field), text)
            assert any(startup.env(name) in line for line in started({})), changes


@pytest.mark.parametrize(
    ("mode", "changes", "told"),
    [
        ("api", {"pool_size": "0"}, "HOUSING_POOL_SIZE：数值过小（最小 2）"),
        ("worker", {"feed_urls": "{"}, "HOUSING_FEED_URLS：不是有效的 JSON"),
        ("migrate", {}, "HOUSING_DATABASE_URL：连不上数据库（ConnectionRefusedError）"),
        ("verify", {"key_file": "/"}, "HOUSING_KEY_FILE、HOUSING_KEY_PROVIDER：取不到数据密钥"),
    ],
)
def test_the_process_ends_with_two_and_without_a_traceback(
    mode: str, changes: dict[str, str], told: str, secrets: Secrets
) -> None:
    environment = {startup.env(k): v for k, v in (good(secrets) | changes).items()}
    done = subprocess.run(
        [sys.executable, "-m", "services", "subsidy", mode], cwd=ROOT, timeout=60,
        env={"PATH": os.environ["PATH"], **environment}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert f"× 设置有误 {told}" in done.stderr
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stderr
