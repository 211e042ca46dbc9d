"""Settings from the environment (`HOUSING_…`). An unknown name with that prefix is an error."""

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.environment.kafka_security import Security, security

PREFIX = "HOUSING_"
STALLED_AFTER = 60.0
"""Seconds without a sign of life after which a loop counts as stalled; see `Settings`."""


class Settings(BaseSettings):
    """One process of one service."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    environment: Literal["demo", "test", "production"] = Field(
        default="production",
        description="运行环境；`production` 拒绝演示用的时钟文件和不加密的公钥地址",
    )
    service: str = Field(pattern=r"^[a-z]+$", description="服务名，由启动命令给出")
    database_url: str = Field(
        pattern=r"^postgresql://",
        repr=False,
        description="本服务自己的 PostgreSQL 数据库和本进程的角色，`postgresql://用户:口令@主机/库`",
    )
    database_password_file: Path | None = Field(
        default=None, description="`database_url` 的口令所在文件"
    )
    owner_database_url: str = Field(
        default="",
        pattern=r"^(postgresql://.*)?$",
        repr=False,
        description="仅 `all`：迁移用的属主角色；空则同 `database_url`",
    )
    worker_database_url: str = Field(
        default="",
        pattern=r"^(postgresql://.*)?$",
        repr=False,
        description="仅 `all`：工作进程的角色；空则同 `database_url`",
    )
    jwks: str = Field(description="统一身份系统的公钥集：文件路径或 https 地址")
    token_issuer: str = Field(
        default="https://sso.jl.gov.cn", min_length=1, description="令牌签发方（iss）"
    )
    token_audience: str = Field(
        default="jilin-housing", min_length=1, description="令牌受众（aud）"
    )
    key_file: Path = Field(
        description="数据密钥文件（JSON，只有本服务可读），或 `key_provider` 的配置文件"
    )
    key_provider: str = Field(
        default="shared.crypto.keyring:KeyRing.from_file",
        pattern=r"^[\w.]+:[\w.]+$",
        description="谁给出数据密钥，`模块:名称`；默认读密钥文件，也可以是密码机的接入模块",
    )
    checkpoint_file: Path | None = Field(
        default=None, description="签名检查点另外追加到的文件，宜放在只能写入的介质上"
    )
    checkpoint_seconds: float = Field(
        default=300,
        gt=0,
        le=14400,
        allow_inf_nan=False,
        description="每隔多少秒签发一次检查点，发给督导服务",
    )
    transport: Literal["feed", "kafka"] = Field(
        default="feed", description="服务之间传事件的通道：事件接口或 Kafka"
    )
    feed_urls: dict[str, str] = Field(
        default_factory=dict, description="事件接口通道：来源服务名 → 地址"
    )
    feed_token: SecretStr | None = Field(
        default=None, description="读取其他服务事件接口的令牌（岗位 service）"
    )
    kafka_servers: str = Field(
        default="", description="Kafka 地址，逗号分隔；`transport=kafka` 时必填"
    )
    kafka_group: str = Field(
        default="", pattern=r"^[A-Za-z0-9._-]{0,200}$", description="Kafka 消费组；空则按服务名"
    )
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT",
        description="到 Kafka 的连接：不加密、TLS、口令认证、TLS 加口令认证",
    )
    kafka_ca_file: Path | None = Field(
        default=None, description="签发 Kafka 服务器证书的 CA（PEM）；空则用系统信任的 CA"
    )
    kafka_certificate_file: Path | None = Field(
        default=None, description="本服务的客户端证书链（PEM），Kafka 要求双向认证时填写"
    )
    kafka_certificate_key_file: Path | None = Field(
        default=None, description="客户端证书的私钥（PEM，不带口令，只有本服务可读）"
    )
    kafka_sasl_mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = Field(
        default="SCRAM-SHA-512", description="口令认证的机制"
    )
    kafka_user: str = Field(default="", description="Kafka 用户；用 SASL 时必填")
    kafka_password_file: Path | None = Field(
        default=None, description="Kafka 用户的口令所在文件；用 SASL 时必填"
    )
    clock_file: Path | None = Field(
        default=None, description="演示和测试用：写着一个 ISO 时刻的文件，作为“现在”"
    )
    pool_size: int = Field(
        default=8,
        ge=2,
        le=50,
        description="每个进程的会话用的数据库连接数；单条语句（办理、查看、列表）另用至多这么多",
    )
    queue: int = Field(
        default=128,
        ge=8,
        le=2000,
        description="每个进程同时受理的请求数；超过的答 503",
    )
    requests_per_second: float = Field(
        default=200,
        ge=0,
        le=100_000,
        allow_inf_nan=False,
        description="每个进程每秒受理同一调用方（令牌的 sub）的请求数，可攒两秒；"
        "超过的答 429，0 为不限",
    )
    unmaskings_per_minute: int = Field(
        default=30,
        ge=0,
        le=10_000,
        description="每个进程每分钟受理同一人查看明文的次数；超过的答 429，0 为不限",
    )
    database_timeout: float = Field(
        default=60,
        ge=1,
        le=600,
        allow_inf_nan=False,
        description="一条语句最多执行的秒数；超过视为连接已断",
    )
    stalled_after: float = Field(
        default=STALLED_AFTER,
        ge=3,
        le=3600,
        allow_inf_nan=False,
        description="工作进程的循环多少秒没有动静，`/healthz/live` 答 503",
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="监听地址")
    port: int = Field(default=8100, ge=0, le=65535, description="监听端口")
    log_format: Literal["json", "console"] = Field(default="json", description="日志格式")
    json_limit: int = Field(
        default=1024 * 1024, ge=1024, le=2**30, description="JSON 请求体上限，字节"
    )
    upload_limit: int = Field(
        default=20 * 1024 * 1024, ge=1024, le=2**30, description="上传文件上限，字节"
    )

    def as_owner(self) -> Self:
        """The same settings with the database role that migrates."""
        return self.model_copy(
            update={"database_url": self.owner_database_url or self.database_url}
        )

    def as_worker(self) -> Self:
        """The same settings with the database role of the worker."""
        url = self.worker_database_url or self.database_url
        return self.model_copy(update={"database_url": url})

    def kafka_client(self) -> Security:
        """The options of TLS and SASL for every Kafka client."""
        return security(
            self.kafka_security,
            authority=self.kafka_ca_file,
            certificate=(self.kafka_certificate_file, self.kafka_certificate_key_file),
            mechanism=self.kafka_sasl_mechanism,
            user=self.kafka_user,
            password=self.kafka_password_file,
        )

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
        if (
            self.environment == "production"
            and self.kafka_security == "SASL_PLAINTEXT"
            and self.kafka_sasl_mechanism == "PLAIN"
        ):
            raise ValueError("生产环境的 Kafka 口令不能明文传输：请用 SASL_SSL，或者 SCRAM 机制")
        self.kafka_client()  # a wrong file stops the start, not the first event
        return self
