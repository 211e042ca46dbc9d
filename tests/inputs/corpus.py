"""What people, programs and attackers send, by kind of field. Every crash found is added here."""

from typing import Any

LONG = "超" * 40_000
DEEP: Any = [[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]
INVISIBLE = (
    "甲\x00乙", "甲\u200b乙", "甲\u202e乙", "\ufeff甲", "甲\x07乙", "甲\x85乙", "甲\ue000乙",
    "甲\ufffe乙", "\ud800", "甲\x1b[31m乙",
)  # fmt: skip
"""NUL, zero width, right-to-left override, BOM, bell, C1, private use, non-character, surrogate."""
ANYWHERE: tuple[Any, ...] = (*INVISIBLE, {}, {"$gt": ""}, DEEP, float("nan"), float("inf"), 1e308)
"""No field takes these, whatever it is."""

TEXT: tuple[Any, ...] = (LONG, 12, 1.5, True, [], ["甲"])
BLANK: tuple[Any, ...] = ("", "   ", "\u3000\u3000", "\n\t", "！", "——", "…。")
MONEY: tuple[Any, ...] = (
    "", " ", "1E2", "1e-7", "0.005", "１２", "1,000.00", "12万元", "¥12", "NaN", "Infinity", "--1",
    "0x10", "9" * 30, "1_000", "1.", ".5", "+1", 12, 12.5, True, [], 2**63,
)  # fmt: skip
DECIMAL: tuple[Any, ...] = (
    "", "-1", "1e5", "1E1000000", "NaN", "sNaN", "１２", "1,5", "1.234567", "9" * 30, "1_0", 1.5,
    True, [],
)  # fmt: skip
WHOLE: tuple[Any, ...] = (
    -1, 2**31, 2**63, 10**30, "12", "１", "1e3", "", 1.0, 1.5, True, [], "甲",
)  # fmt: skip
DAY: tuple[Any, ...] = (
    "", "2021-02-29", "2021-13-01", "2021-00-10", "0001-01-01", "9999-12-31", "20210401",
    "2021-04-01T00:00:00+14:00", "2021/04/01", "２０２１-04-01", "0000-00-00", "44287", 20240101,
    1617235200, 44287.5, True, [], "昨天",
)  # fmt: skip
IDENTITY: tuple[Any, ...] = (
    "", "1", "null", "../../etc/passwd", "' OR 1=1 --", "0" * 32 + "0", 1, True, [], "甲" * 36,
    "0190a1b2-0000-7000-8000-00000000000g",
)  # fmt: skip
CHOICE: tuple[Any, ...] = ("", "unknown", "通过", "PASS", " pass\u3000x", 1, True, [], None)
TRUTH: tuple[Any, ...] = ("true", "是", "1", 1, 0, 2, [], "")
REGION: tuple[Any, ...] = (
    "", "22", "2201", "22010", "2201020", "２２０１０２", "22010%", "22____", "*", "330102",
    "999999", "000000", 220102, True, [],
)  # fmt: skip
MONTH: tuple[Any, ...] = (
    "", "2021-13", "2021-00", "202104", "2021-4", "2021-04-01", "２０２１-04", 202104, True, [],
)  # fmt: skip
STRANGE = (
    "𠮷田", "😀", "阿卜杜拉·买买提", "مرحبا", "<script>alert(1)</script>", '=HYPERLINK("x")',
    "'; DROP TABLE outbox; --", "%s%n{0}${jndi:ldap://x}", "O'Neil \\ \"", "e\u0301", "-0", "１２",
)  # fmt: skip
"""Odd, but lawful text: it may be taken or refused, but never breaks anything."""

BODIES: dict[str, bytes] = {
    "empty": b"",
    "not-json": b"{",
    "text": b'"text"',
    "number": b"1",
    "null": b"null",
    "list": b"[]",
    "nan": b'{"items": NaN}',
    "utf-16": '{"items": []}'.encode("utf-16"),
    "gbk": '{"理由": "甲"}'.encode("gbk"),
    "bad-utf-8": b'{"reason": "\xff\xfe"}',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "deep-object": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "long-number": b'{"items": ' + b"9" * 5_000 + b"}",
    "exponent": b'{"items": 1e999999999}',
    "two-values": b"{} {}",
    "comment": b"{/* */}",
    "many-keys": b"{" + b",".join(b'"k%d":1' % n for n in range(3_000)) + b"}",
    "too-large": b'{"reason": "' + b"x" * (1024 * 1024) + b'"}',
}
ADMIN: dict[str, Any] = {"role": "admin"}
READ_ONLY = ("state", "approved_by", "created_on", "updated_at", "actions", "__proto__")

NUMBERS = ("0", "-1", "201", "1e9", "1_0", "１", "9" * 30, "abc", "", "1.5", "%00", "null", "0x10")
CURSORS = ("x", "AAAA", "%00", "..", "=" * 50, "eyJhIjoxfQ", "A" * 1999, "甲", "A" * 2001)
QUERIES = (
    "%00", "甲%00", "%ff%fe", "%", "_", "\\", "'", "%27%20OR%201=1--", "%E2%80%AE", "x" * 3_000,
    "%ED%A0%80", "..%2f..%2f", "()|*$^", "%0d%0aSet-Cookie:x",
)  # fmt: skip
PLACES = (
    "00000000-0000-0000-0000-000000000000", "{0190a1b2-0000-7000-8000-000000000001}",
    "0190A1B2-0000-7000-8000-000000000001", "urn:uuid:0190a1b2-0000-7000-8000-000000000001",
    "1", "-1", "null", "%00", "%2e%2e", "..%2f..%2fetc%2fpasswd", "'", "%ff", "x" * 2_000, "甲",
    "0190a1b2-0000-7000-8000-00000000000",
)  # fmt: skip
VERSIONS: dict[str | None, int] = {
    None: 428, "*": 428, 'W/"1"': 412, '"999"': 412, '"0"': 412, "1": 400, '"1", "2"': 400,
    '"-1"': 400, '"1.0"': 400, '"' + "9" * 30 + '"': 400, "": 400, '"': 400, '"一"': 400,
    "'1'": 400,
}  # fmt: skip
KEYS = ("", "short", "x" * 256, "a" * 20 + "\x7f", "k" * 5_000, "\"'--------", "é" * 10)
