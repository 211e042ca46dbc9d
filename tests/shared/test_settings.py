"""Settings: what a process refuses to start with."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.settings import Settings

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
        ("HOUSING_CLOCK_FILE", "/tmp/clock"),
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
