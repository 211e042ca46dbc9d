"""Sealed fields stay sealed, tell tampering, and survive a change of keys (PIPL.51)."""

import json
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.crypto import keyring
from shared.crypto.keyring import (
    Algorithm,
    KeyRing,
    UnsealError,
    blind_index,
    new_key_file,
    open_,
    seal,
)

ROOT = Path(__file__).resolve().parents[3]
CONTEXT = "applications|member|id_number|018f0000-0000-7000-8000-000000000001"


@pytest.fixture(params=["AES-256-GCM", "SM4-GCM"])
def ring(request: pytest.FixtureRequest, tmp_path: Path) -> KeyRing:
    algorithm: Algorithm = request.param
    new_key_file(tmp_path / "keys.json", algorithm)
    return KeyRing.from_file(tmp_path / "keys.json")


def test_what_is_sealed_opens_and_hides(ring: KeyRing) -> None:
    text = "张小明 220102198506170011 𠮷"
    blob = seal(ring, text, CONTEXT)
    assert open_(ring, blob, CONTEXT) == text
    assert text.encode() not in blob
    assert seal(ring, text, CONTEXT) != blob
    assert keyring.key_id_of(blob) == ring.current


def test_another_row_or_a_changed_byte_does_not_open(ring: KeyRing) -> None:
    blob = seal(ring, "13800001111", CONTEXT)
    with pytest.raises(UnsealError):
        open_(ring, blob, CONTEXT + "0")
    for at in range(len(blob)):
        changed = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]
        with pytest.raises(UnsealError):
            open_(ring, changed, CONTEXT)


@given(st.binary(max_size=80))
def test_rubbish_never_opens(blob: bytes) -> None:
    key = keyring.data_key("AES-256-GCM", b"k" * 32)
    with pytest.raises(UnsealError):
        open_(KeyRing("k1", {"k1": key}, b"i" * 32), blob, CONTEXT)


def test_an_old_key_still_opens_after_a_change(tmp_path: Path) -> None:
    new_key_file(tmp_path / "old.json")
    new_key_file(tmp_path / "new.json", "SM4-GCM")
    old = json.loads((tmp_path / "old.json").read_text())
    new = json.loads((tmp_path / "new.json").read_text())
    both = {**old, "current": new["current"], "keys": {**old["keys"], **new["keys"]}}
    (tmp_path / "both.json").write_text(json.dumps(both))
    first, second = (KeyRing.from_file(tmp_path / name) for name in ("old.json", "both.json"))
    blob = seal(first, "甲", CONTEXT)
    assert open_(second, blob, CONTEXT) == "甲"
    assert blind_index(first, "id", "1x") == blind_index(second, "id", "1x")
    with pytest.raises(UnsealError):
        open_(first, seal(second, "甲", CONTEXT), CONTEXT)


def test_the_blind_index_is_stable_keyed_and_per_column(ring: KeyRing) -> None:
    found = blind_index(ring, "member.id_number", "11010519491231002x")
    assert len(found) == 32
    assert found == blind_index(ring, "member.id_number", " 11010519491231002X ")
    assert found != blind_index(ring, "member.phone", "11010519491231002X")
    other = KeyRing(ring.current, ring.keys, b"o" * 32, ring.index_digest)
    assert found != blind_index(other, "member.id_number", "11010519491231002X")


def test_the_key_file_is_private_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    new_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        new_key_file(path)
    ring = KeyRing.from_file(path)
    assert json.loads(path.read_text())["index_key"] not in repr(ring)


@pytest.mark.parametrize(
    "change",
    [{"current": "none"}, {"index_key": "AAAA"}, {"index_digest": "MD5"},
     {"keys": {"k": {"algorithm": "DES", "key": "AAAA"}}}],
)  # fmt: skip
def test_a_bad_ring_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    new_key_file(tmp_path / "keys.json")
    raw = json.loads((tmp_path / "keys.json").read_text())
    (tmp_path / "bad.json").write_text(json.dumps({**raw, **change}))
    with pytest.raises(ValueError, match=r"key|digest"):
        KeyRing.from_file(tmp_path / "bad.json")


FRESH_PROCESS = """
import sys
from pathlib import Path
from shared.crypto import keyring
try:
    keyring.installed()
except RuntimeError:
    ring = keyring.KeyRing.from_file(Path(sys.argv[1]))
    keyring.install(ring)
    print(keyring.installed() is ring)
"""


def test_a_process_has_no_ring_until_one_is_installed(tmp_path: Path) -> None:
    new_key_file(tmp_path / "keys.json")
    command = [sys.executable, "-c", FRESH_PROCESS, str(tmp_path / "keys.json")]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout == "True\n"


def test_twelve_thousand_fields_seal_within_a_second(ring: KeyRing) -> None:
    began = time.perf_counter()
    for number in range(12_000):
        seal(ring, "220102198506170011", f"{CONTEXT}{number}")
    assert time.perf_counter() - began < 1.0
