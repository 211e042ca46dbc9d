"""Personal data at rest: sealed fields and blind indexes, with keys outside the database.

Keys come from a `KeyProvider`: the key file, or what HOUSING_KEY_PROVIDER names in its place. A
value carries its algorithm and key id, so that keys can be changed over.
"""

import base64
import hashlib
import hmac
import json
import os
import pkgutil
import secrets
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as digests
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.law.citing import cites

Algorithm = Literal["AES-256-GCM", "SM4-GCM"]
DigestAlgorithm = Literal["SHA-256", "SM3"]
_VERSION = 1
_MARKS: dict[Algorithm, int] = {"AES-256-GCM": 1, "SM4-GCM": 2}
_KEY_BYTES: dict[Algorithm, int] = {"AES-256-GCM": 32, "SM4-GCM": 16}
_NONCE = 12
_TAG = 16


class UnsealError(Exception):
    """A sealed value was changed, moved to another row, or its key is not in the ring."""


class Aead(Protocol):
    """Encrypts and decrypts with one data key, which may itself stay elsewhere (in an HSM)."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


class _Sm4Gcm:
    def __init__(self, key: bytes) -> None:
        self._data_key = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, context: bytes, /) -> bytes:
        maker = Cipher(self._data_key, modes.GCM(nonce)).encryptor()
        maker.authenticate_additional_data(context)
        return maker.update(data) + maker.finalize() + maker.tag

    def decrypt(self, nonce: bytes, data: bytes, context: bytes, /) -> bytes:
        reader = Cipher(self._data_key, modes.GCM(nonce, data[-_TAG:])).decryptor()
        reader.authenticate_additional_data(context)
        return reader.update(data[:-_TAG]) + reader.finalize()


@dataclass(frozen=True, slots=True)
class DataKey:
    """One data key."""

    algorithm: Algorithm
    aead: Aead = field(repr=False)


def data_key(algorithm: Algorithm, secret: bytes) -> DataKey:
    """A data key ready for work. Raises `ValueError` for a secret of another length."""
    if algorithm not in _MARKS or len(secret) != _KEY_BYTES[algorithm]:
        raise ValueError("a data key has an unknown algorithm or a wrong length")
    return DataKey(algorithm, AESGCM(secret) if algorithm == "AES-256-GCM" else _Sm4Gcm(secret))


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The data keys in use. New values are sealed with `current`; older keys still open theirs."""

    current: str
    keys: dict[str, DataKey] = field(repr=False)
    index_key: bytes = field(repr=False)
    index_digest: DigestAlgorithm = "SHA-256"

    def __post_init__(self) -> None:
        if self.current not in self.keys or len(self.index_key) < 32:
            raise ValueError("the key ring lacks its current key or a 32-byte index key")
        if self.index_digest not in ("SHA-256", "SM3"):
            raise ValueError("the index digest is SHA-256 or SM3")
        if any(not name.isascii() or not 0 < len(name) < 64 for name in self.keys):
            raise ValueError("key ids are 1 to 63 ASCII characters")

    @classmethod
    def from_file(cls, path: Path) -> "KeyRing":
        """Read {"current", "keys": {id: {"algorithm", "key"}}, "index_key", "index_digest"}.

        Keys are base64. The index key and digest stay when data keys change: an index made with
        others finds nothing.
        """
        raw = json.loads(path.read_text(encoding="utf-8"))
        keys = {
            name: data_key(one["algorithm"], base64.b64decode(one["key"], validate=True))
            for name, one in raw["keys"].items()
        }
        index_key = base64.b64decode(raw["index_key"], validate=True)
        return cls(raw["current"], keys, index_key, raw.get("index_digest", "SHA-256"))


class KeyProvider(Protocol):
    """Gives a process its keys, once at start-up, from what stands in HOUSING_KEY_FILE."""

    def __call__(self, place: Path, /) -> KeyRing: ...


def provided(provider: str, place: Path) -> KeyRing:
    """The keys of the provider at "module:name". Raises what the import or the provider raises."""
    found: KeyProvider = pkgutil.resolve_name(provider)
    given: object = found(place)
    if not isinstance(given, KeyRing):
        raise TypeError("the provider gave no key ring")
    return given


def new_key_file(path: Path, algorithm: Algorithm = "AES-256-GCM") -> None:
    """Write fresh random keys, readable by the owner only. An existing file is an error."""
    name = f"k{secrets.token_hex(4)}"
    key = base64.b64encode(secrets.token_bytes(_KEY_BYTES[algorithm])).decode()
    index = base64.b64encode(secrets.token_bytes(32)).decode()
    digest: DigestAlgorithm = "SM3" if algorithm == "SM4-GCM" else "SHA-256"
    content = {"current": name, "keys": {name: {"algorithm": algorithm, "key": key}}}
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({**content, "index_key": index, "index_digest": digest}, file, indent=2)


@cites("PIPL.51")
def seal(ring: KeyRing, text: str, context: str) -> bytes:
    """Encrypt `text`. `context` ("service|table|column|row id") ties the value to its place."""
    key, name = ring.keys[ring.current], ring.current.encode()
    head = bytes((_VERSION, _MARKS[key.algorithm], len(name))) + name
    nonce = secrets.token_bytes(_NONCE)
    sealed = key.aead.encrypt(nonce, text.encode(), head + context.encode())
    return head + nonce + sealed


def open_(ring: KeyRing, blob: bytes, context: str) -> str:
    """Decrypt what `seal` made for the same context. Raises `UnsealError`."""
    if len(blob) < 3 or blob[0] != _VERSION or len(blob) < 3 + blob[2] + _NONCE + _TAG:
        raise UnsealError("the value is not a sealed value")
    end = 3 + blob[2]
    head, nonce, sealed = blob[:end], blob[end : end + _NONCE], blob[end + _NONCE :]
    key = ring.keys.get(head[3:].decode("ascii", "replace"))
    if key is None or _MARKS[key.algorithm] != blob[1]:
        raise UnsealError("the key of the value is not in the ring")
    try:
        return key.aead.decrypt(nonce, sealed, head + context.encode()).decode()
    except InvalidTag:
        raise UnsealError("the value was changed or belongs elsewhere") from None


def key_id_of(blob: bytes) -> str:
    """The id of the key that sealed a value: tells what a key change has still to do."""
    return blob[3 : 3 + blob[2]].decode("ascii")


def blind_index(ring: KeyRing, column: str, text: str) -> bytes:
    """A 32-byte keyed digest to find equal values of a sealed column, one key per column.

    The text is normalised (NFKC, no blanks at the ends, upper case) before.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper().encode()
    own = _own_key(ring.index_key, column)
    if ring.index_digest == "SM3":
        return hmac_sm3(own, plain)
    return hmac.digest(own, plain, hashlib.sha256)


@cache
def _own_key(index_key: bytes, column: str) -> bytes:
    return hmac.digest(index_key, b"blind-index|" + column.encode(), "sha256")


def hmac_sm3(key: bytes, data: bytes) -> bytes:
    """HMAC with SM3 (GM/T 0042), 32 bytes."""
    mac = digests.HMAC(key, hashes.SM3())
    mac.update(data)
    return mac.finalize()


_installed: list[KeyRing] = []


def install(ring: KeyRing) -> None:
    """Set the key ring of this process, once at start-up; setting it again replaces it."""
    _installed[:] = [ring]


def installed() -> KeyRing:
    """The key ring of this process."""
    if not _installed:
        raise RuntimeError("no key ring is installed: create_app does it")
    return _installed[0]
