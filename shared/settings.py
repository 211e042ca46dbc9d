"""Settings from the environment (`HOUSING_…`). An unknown name with that prefix is an error."""

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "HOUSING_"


class Settings(BaseSettings):
    """One process of one service. Secrets may also come from files (`HOUSING_SECRETS_DIR`)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    environment: Literal["demo", "test", "production"] = "production"
    service: str = Field(pattern=r"^[a-z]+$")
    database_url: str = Field(pattern=r"^postgresql://", repr=False)
    """The database with the role of this process: owner to migrate, NAME_api, NAME_worker."""
    database_password_file: Path | None = None
    """The password of `database_url`, where it is not to stand in the environment."""
    owner_database_url: str = Field(default="", pattern=r"^(postgresql://.*)?$", repr=False)
    worker_database_url: str = Field(default="", pattern=r"^(postgresql://.*)?$", repr=False)
    """For `all`, which plays three roles in one process; empty: as `database_url`."""
    jwks: str
    """File path or https URL of the identity system's public keys."""
    token_issuer: str = "https://sso.jl.gov.cn"
    token_audience: str = "jilin-housing"
    key_file: Path
    """Data-encryption keys (JSON, readable by the service only)."""
    transport: Literal["feed", "kafka"] = "feed"
    feed_urls: dict[str, str] = {}
    feed_token: SecretStr | None = None
    kafka_servers: str = ""
    kafka_group: str = ""
    clock_file: Path | None = None
    """Demo and test only: a file with one ISO instant that stands for now."""
    pool_size: int = Field(default=8, ge=2, le=50)
    database_timeout: float = Field(default=60, ge=1, le=600)
    """Seconds that one statement may take; after them the connection counts as lost."""
    host: str = "127.0.0.1"
    port: int = Field(default=8100, ge=0, le=65535)
    log_format: Literal["json", "console"] = "json"
    json_limit: int = Field(default=1024 * 1024, ge=1024)
    """Largest JSON body, bytes."""
    upload_limit: int = Field(default=20 * 1024 * 1024, ge=1024)
    """Largest upload, bytes."""

    def as_owner(self) -> Self:
        """The same settings with the database role that migrates."""
        return self.model_copy(
            update={"database_url": self.owner_database_url or self.database_url}
        )

    def as_worker(self) -> Self:
        """The same settings with the database role of the worker."""
        url = self.worker_database_url or self.database_url
        return self.model_copy(update={"database_url": url})

    @model_validator(mode="after")
    def _no_leftovers(self) -> Self:
        unknown = [
            name
            for name in os.environ
            if name.startswith(PREFIX)
            and name[len(PREFIX) :].lower() not in type(self).model_fields
        ]
        if unknown:
            raise ValueError(f"不认识的设置：{'、'.join(sorted(unknown))}")
        if self.environment == "production":
            if self.clock_file is not None:
                raise ValueError("生产环境不能使用 clock_file")
            if self.jwks.startswith("http://"):
                raise ValueError("生产环境的 jwks 必须是文件或 https 地址")
        if self.transport == "kafka" and not self.kafka_servers:
            raise ValueError("transport=kafka 时必须给出 kafka_servers")
        return self
