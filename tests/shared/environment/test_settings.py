"""Settings: what a process refuses to start with."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from shared.environment.settings import Settings
from tests.kafka.secure import Authority

NEEDED = {
    "HOUSING_SERVICE": "subsidy",
    "HOUSING_DATABASE_URL": "postgresql://u:secret@db/subsidy",
    "HOUSING_JWKS": "https://sso.jl.gov.cn/jwks",
    "HOUSING_KEY_FILE": "/run/secrets/keys.json",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_environment_is_read_and_secrets_are_not_shown(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HOUSING_FEED_URLS", '{"applications": "http://a:8101"}')
    environment.setenv("HOUSING_FEED_TOKEN", "geheim")
    settings = Settings()
    assert settings.environment == "production"
    assert settings.feed_urls == {"applications": "http://a:8101"}
    assert settings.key_file == Path("/run/secrets/keys.json")
    assert "secret@" not in repr(settings)
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOUSING_DATABSE_URL", "x"),
        ("HOUSING_CLOCK_FILE", "/tmp/clock"),  # noqa: S108 - nothing is written there
        ("HOUSING_JWKS", "http://sso/jwks"),
        ("HOUSING_TRANSPORT", "kafka"),
        ("HOUSING_POOL_SIZE", "0"),
        ("HOUSING_DATABASE_URL", "sqlite:///x"),
    ],
)
def test_what_production_refuses(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"SECURITY": "TLS"}, "SASL_SSL"),
        ({"SECURITY": "SASL_SSL"}, "必须给出 kafka_user"),
        ({"SECURITY": "SASL_SSL", "USER": "relay"}, "kafka_password_file"),
        ({"SECURITY": "SASL_SSL", "USER": "relay", "PASSWORD_FILE": "none"}, "不可读"),
        ({"SECURITY": "SASL_SSL", "USER": "relay", "PASSWORD_FILE": "empty"}, "是空的"),
        ({"SECURITY": "SASL_PLAINTEXT", "SASL_MECHANISM": "PLAIN"}, "不能明文传输"),
        ({"USER": "relay"}, "应为 SASL_SSL"),
        ({"CA_FILE": "empty"}, "应为 SSL"),
        ({"SECURITY": "SSL", "CA_FILE": "none"}, "不是可读的 PEM 证书"),
        ({"SECURITY": "SSL", "CA_FILE": "empty"}, "不是可读的 PEM 证书"),
        ({"SECURITY": "SSL", "CERTIFICATE_FILE": "empty"}, "必须同时给出"),
        (
            {"SECURITY": "SSL", "CERTIFICATE_FILE": "empty", "CERTIFICATE_KEY_FILE": "empty"},
            "不可读或不匹配",
        ),
        (
            {"SECURITY": "SSL", "CERTIFICATE_FILE": "locked", "CERTIFICATE_KEY_FILE": "locked"},
            "有口令保护",
        ),
    ],
)
def test_a_way_to_kafka_that_cannot_work_stops_the_start(
    environment: pytest.MonkeyPatch, tmp_path: Path, chosen: dict[str, str], told: str
) -> None:
    (tmp_path / "empty").touch()
    locked = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    authority = Authority(tmp_path, "authority")
    (tmp_path / "locked").write_bytes(authority.file.read_bytes() + locked)
    for name, value in chosen.items():
        path = str(tmp_path / value) if name.endswith("FILE") else value
        environment.setenv(f"HOUSING_KAFKA_{name}", path)
    with pytest.raises(ValidationError, match=told):
        Settings()
