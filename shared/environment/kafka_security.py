"""How every Kafka client of a process proves itself: TLS and SASL, read from their files."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

Security = Mapping[str, Any]
"""The options of an aiokafka client that concern TLS and SASL."""
PLAIN: Security = MappingProxyType({})
"""No TLS and no SASL: for a network that is the services' own."""


def security(
    protocol: str,
    *,
    authority: Path | None = None,
    certificate: tuple[Path | None, Path | None] = (None, None),
    mechanism: str = "SCRAM-SHA-512",
    user: str = "",
    password: Path | None = None,
) -> Security:
    """Read certificates and password; `certificate` is that of the client, with its key.

    Raises `ValueError`, in words for the operator, for a file that is missing or is not what it
    should be, and for settings that do not go together: none may be ignored silently.
    """
    tls, sasl = protocol.endswith("SSL"), protocol.startswith("SASL")
    if not tls and (authority or any(certificate)):
        raise ValueError("给出了 Kafka 证书，kafka_security 应为 SSL 或 SASL_SSL")
    if not sasl and (user or password):
        raise ValueError("给出了 Kafka 用户或口令，kafka_security 应为 SASL_SSL 或 SASL_PLAINTEXT")
    options: dict[str, Any] = {"security_protocol": protocol}
    if tls:
        options["ssl_context"] = _context(authority, *certificate)
    if sasl:
        if not user or password is None:
            raise ValueError("使用 SASL 时必须给出 kafka_user 和 kafka_password_file")
        options["sasl_mechanism"] = mechanism
        options["sasl_plain_username"] = user
        options["sasl_plain_password"] = _password(password)
    return MappingProxyType(options)


def _context(authority: Path | None, certificate: Path | None, key: Path | None) -> ssl.SSLContext:
    """Checks the broker's certificate and name, always; shows ours when there is one."""
    if (certificate is None) != (key is None):
        raise ValueError("kafka_certificate_file 和 kafka_certificate_key_file 必须同时给出")
    try:
        context = ssl.create_default_context(cafile=authority)
    except OSError as error:  # an SSLError is one
        raise ValueError(f"kafka_ca_file 不是可读的 PEM 证书：{authority}") from error
    if certificate is not None:
        try:
            context.load_cert_chain(certificate, key, password=_no_password)
        except OSError as error:
            raise ValueError(f"Kafka 客户端证书和私钥不可读或不匹配：{certificate}") from error
    return context


def _no_password() -> str:
    """OpenSSL would otherwise ask at the terminal, and wait."""
    raise ValueError("kafka_certificate_key_file 有口令保护，请改用没有口令、仅本服务可读的私钥")


def _password(file: Path) -> str:
    try:
        found = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"kafka_password_file 不可读：{file}") from error
    if not found:
        raise ValueError(f"kafka_password_file 是空的：{file}")
    return found
