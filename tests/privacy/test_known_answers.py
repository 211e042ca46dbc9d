"""The algorithms give the published answers: GCM specification, RFC 8998, GM/T 0042."""

import pytest

from shared.crypto.keyring import data_key, hmac_sm3

AAD = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")


def test_aes_256_gcm() -> None:
    """McGrew and Viega, The Galois/Counter Mode of Operation, test case 16."""
    secret = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    plain = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    sealed = bytes.fromhex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )
    aead = data_key("AES-256-GCM", secret).aead
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    assert aead.encrypt(nonce, plain, AAD) == sealed
    assert aead.decrypt(nonce, sealed, AAD) == plain


def test_sm4_gcm() -> None:
    """RFC 8998, appendix A.1."""
    secret = bytes.fromhex("0123456789abcdeffedcba9876543210")
    plain = b"".join(bytes((n,)) * 8 for n in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    aead = data_key("SM4-GCM", secret).aead
    nonce = bytes.fromhex("00001234567800000000abcd")
    assert aead.encrypt(nonce, plain, AAD) == sealed
    assert aead.decrypt(nonce, sealed, AAD) == plain


@pytest.mark.parametrize(
    ("secret", "data", "digest"),
    [
        (
            bytes(range(1, 33)),
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2,
            "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
        ),
        (
            bytes(range(1, 38)),
            b"\xcd" * 50,
            "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae",
        ),
        (
            b"\x0b" * 32,
            b"Hi There",
            "c0ba18c68b90c88bc07de794bfc7d2c8d19ec31ed8773bc2b390c9604e0be11e",
        ),
    ],
)
def test_hmac_sm3(secret: bytes, data: bytes, digest: str) -> None:
    """GM/T 0042-2015, appendix D.3."""
    assert hmac_sm3(secret, data).hex() == digest
