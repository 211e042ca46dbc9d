"""A key provider of the tests: the key file in two halves, so that nobody holds it alone."""

import secrets
from pathlib import Path

from shared.crypto.keyring import KeyRing


def split(whole: Path, folder: Path) -> Path:
    """Write both halves; neither tells anything about the keys."""
    content = whole.read_bytes()
    mask = secrets.token_bytes(len(content))
    (folder / "first").write_bytes(mask)
    (folder / "second").write_bytes(_xor(content, mask))
    return folder


def joined(folder: Path) -> KeyRing:
    """The provider: puts the halves together in memory and in a file that is gone at once."""
    whole = folder / "whole"
    whole.write_bytes(_xor((folder / "first").read_bytes(), (folder / "second").read_bytes()))
    try:
        return KeyRing.from_file(whole)
    finally:
        whole.unlink()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
