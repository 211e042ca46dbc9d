"""What a process looks at before it starts: each wrong setting by its name, and never its value."""

import os
import re
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from jwt import PyJWKSet, PyJWTError
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from shared.commands.spec import ServiceSpec
from shared.crypto import keyring
from shared.db.errors import is_lost, sqlstate
from shared.environment.settings import PREFIX, Settings
from shared.events.consumer import sources
from shared.http.problem_response import DETAILS

_SERVER = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):([0-9]{1,5})")
_NO_DATABASE = ("28", "3D")
"""Classes of SQL states that tell of a wrong name or password, not of what is in the database."""


class WrongSettings(Exception):
    """The process cannot start. `lines` tell the operator why, one setting each."""

    def __init__(self, *lines: str) -> None:
        super().__init__("；".join(lines))
        self.lines = lines


def env(field: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field.upper()


def read(service: str) -> Settings:
    """The settings of the environment. Raises `WrongSettings`."""
    try:
        return Settings(service=service)
    except SettingsError as error:  # a value that is not even JSON
        found = re.search(r'field "(\w+)"', str(error))
        raise WrongSettings(f"{env(found[1]) if found else ''}：不是有效的 JSON") from None
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
        raise WrongSettings(*(_line(dict(one)) for one in wrong)) from None


def _line(error: dict[str, object]) -> str:
    place, context = error["loc"], error.get("ctx") or {}
    assert isinstance(place, tuple)
    assert isinstance(context, dict)
    if error["type"] == "value_error":
        names = "|".join(sorted(Settings.model_fields, key=len, reverse=True))
        text = str(context["error"])
        return re.sub(rf"\b({names})\b", lambda found: env(found[1]), text, flags=re.ASCII)
    detail = DETAILS.get(str(error["type"]), "内容不符合要求")
    bounds = {"ge": "最小", "gt": "大于", "le": "最大", "lt": "小于", "expected": "可选"}
    hints = [f"{word} {context[name]}" for name, word in bounds.items() if name in context]
    hint = "、".join(hints).replace(" or ", "、").replace("'", "")
    return f"{env(str(place[0]))}：{detail}" + (f"（{hint}）" if hint else "")


def check(spec: ServiceSpec, settings: Settings, mode: str) -> None:
    """Look at what the settings name: addresses, files, the port. Raises `WrongSettings`."""
    wrong = [*_databases(settings), *_clock(settings.clock_file)]
    if mode in ("api", "worker", "all"):
        wrong += [*_jwks(settings.jwks), *_port(settings)]
    if mode in ("worker", "all"):
        wrong += [*_checkpoints(settings.checkpoint_file), *_transport(spec, settings)]
    if wrong:
        raise WrongSettings(*wrong)


def _databases(settings: Settings) -> Iterator[str]:
    for name in ("database_url", "owner_database_url", "worker_database_url"):
        if text := getattr(settings, name):
            try:
                found = make_url(text)
            except (ArgumentError, ValueError):
                found = None
            if found is None or not 0 < (found.port or 5432) < 65536:
                yield f"{env(name)}：不是有效的数据库地址"
            elif not found.database:
                yield f"{env(name)}：没有写数据库名"
    if settings.database_password_file is not None:
        yield from _file("database_password_file", settings.database_password_file)


def _file(
    name: str, path: Path, fits: Callable[[str], object] = lambda text: text
) -> Iterator[str]:
    """Whether a text file can be read, holds something, and `fits` does not raise `ValueError`."""
    try:
        text = path.read_text(encoding="utf-8").strip()
        fits(text)
    except OSError:
        yield f"{env(name)}：读不到文件 {path}"
    except (ValueError, TypeError, AttributeError, PyJWTError):  # not UTF-8 is a ValueError
        yield f"{env(name)}：文件内容不对 {path}"
    else:
        if not text:
            yield f"{env(name)}：文件是空的 {path}"


def _jwks(source: str) -> Iterator[str]:
    if source.startswith(("http://", "https://")):
        yield from _address("jwks", source)
    else:
        yield from _file("jwks", Path(source), PyJWKSet.from_json)


def _address(name: str, text: str, what: str = "") -> Iterator[str]:
    try:
        found = urlsplit(text)
        ok = found.scheme in ("http", "https") and bool(found.hostname) and found.port != 0
    except ValueError:
        ok = False
    if not ok:
        yield f"{env(name)}：{what}不是有效的 http(s) 地址"


def _clock(file: Path | None) -> Iterator[str]:
    if file is not None:
        yield from _file("clock_file", file, datetime.fromisoformat)


def _checkpoints(file: Path | None) -> Iterator[str]:
    if file is not None:
        place = file if file.exists() else file.parent
        if file.is_dir() or not os.access(place, os.W_OK):
            yield f"{env('checkpoint_file')}：不能写文件 {file}"


def _port(settings: Settings) -> Iterator[str]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except (OSError, UnicodeError) as error:
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else ""
        yield f"{env('host')}、{env('port')}：不能在 {settings.host}:{settings.port} 监听 {why}"


def _transport(spec: ServiceSpec, settings: Settings) -> Iterator[str]:
    names = sources(spec)
    if settings.transport == "kafka":
        servers = [_SERVER.fullmatch(one.strip()) for one in settings.kafka_servers.split(",")]
        if any(one is None or not 0 < int(one[2]) < 65536 for one in servers):
            yield f"{env('kafka_servers')}：应为“主机:端口”，多个用逗号分隔"
        return
    for name in names:
        yield from _address("feed_urls", settings.feed_urls.get(name, ""), f"来源 {name} 的地址")
    token = settings.feed_token.get_secret_value() if settings.feed_token else ""
    if names and not (token.isascii() and token.isprintable() and token):
        yield f"{env('feed_token')}：读取事件接口需要令牌，且只含可见的 ASCII 字符"


def take_keys(settings: Settings) -> None:
    """Fetch the data keys. Raises `WrongSettings`, whose text says nothing that a provider said."""
    try:
        keyring.install(keyring.provided(settings.key_provider, settings.key_file))
    except Exception as error:  # noqa: BLE001 - of a provider; its text could quote a key
        names, provider = f"{env('key_file')}、{env('key_provider')}", settings.key_provider
        kind = type(error).__name__
        raise WrongSettings(f"{names}：取不到数据密钥（{provider}）：{kind}") from None


def unreachable(error: BaseException) -> str:
    """What to tell an operator whose command found no database; empty for any other error."""
    state = sqlstate(error) if isinstance(error, DBAPIError) else ""
    if is_lost(error) or state.startswith(_NO_DATABASE):
        return f"{env('database_url')}：连不上数据库（{state or type(error).__name__}）"
    return ""
