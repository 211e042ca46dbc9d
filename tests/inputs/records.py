"""What a topic or a feed may hold in the place of a good event, by what has to become of it."""

import json
from collections.abc import Callable
from typing import Any

from shared.db.model import new_id
from tests.acting import Json

Change = Callable[[Json], Any]
PERSON = "22010219900307461X"
"""Looks like the number of a person; no event has a field for it."""


def less(*names: str) -> Change:
    """The envelope without attributes."""
    return lambda whole: {k: v for k, v in whole.items() if k not in names}


def other(**changes: Any) -> Change:
    """The envelope with other attributes."""
    return lambda whole: whole | changes


def data(**changes: Any) -> Change:
    """The envelope with other fields in its data; None takes one away."""

    def change(whole: Json) -> Json:
        fields = whole["data"] | changes
        return whole | {"data": {k: v for k, v in fields.items() if v is not None}}

    return change


INSTEAD: dict[str, tuple[Change, str]] = {
    "null": (lambda _: None, "envelope-invalid"),
    "number": (lambda _: 7, "envelope-invalid"),
    "text": (lambda _: "来信", "envelope-invalid"),
    "list": (lambda whole: [whole], "envelope-invalid"),
    "nothing": (lambda _: {}, "envelope-invalid"),
    "data only": (lambda whole: whole["data"], "envelope-invalid"),
    **{f"no {name}": (less(name), "envelope-invalid") for name in (
        "specversion", "id", "source", "type", "subject", "time", "sequence", "aggregateversion",
        "regioncode", "data",
    )},
    "old specversion": (other(specversion="0.3"), "envelope-invalid"),
    "id": (other(id="1"), "envelope-invalid"),
    "source elsewhere": (other(source="https://evil.example/desk"), "envelope-invalid"),
    "another service's source": (other(source="/jilin/subsidy"), "source-differs"),
    "type with a control character": (other(type="cn.gov\x00"), "envelope-invalid"),
    "long type": (other(type="x" * 121), "envelope-invalid"),
    "subject": (other(subject="1 OR 1=1"), "envelope-invalid"),
    "time without a zone": (other(time="2021-04-01T08:30:00"), "envelope-invalid"),
    "time of another calendar": (other(time="令和3年4月1日"), "envelope-invalid"),
    "sequence 0": (other(sequence="0"), "envelope-invalid"),
    "negative sequence": (other(sequence="-7"), "envelope-invalid"),
    "sequence as a number": (other(sequence=7), "envelope-invalid"),
    "sequence beyond 64 bits": (other(sequence="9223372036854775808"), "envelope-invalid"),
    "wide digits": (other(sequence="１２"), "envelope-invalid"),
    "aggregateversion 0": (other(aggregateversion=0), "envelope-invalid"),
    "aggregateversion as text": (other(aggregateversion="2"), "envelope-invalid"),
    "regioncode of four digits": (other(regioncode="2201"), "envelope-invalid"),
    "newer major version": (
        other(type="cn.gov.jl.housing.desk.letter-moved.v99"), "type-unknown"
    ),
    "data null": (other(data=None), "data-invalid"),
    "data as text": (other(data="{}"), "data-invalid"),
    "data encoded": (lambda w: less("data")(w) | {"data_base64": "e30="}, "envelope-invalid"),
    "missing field": (data(state=None), "data-invalid"),
    "field of another kind": (data(state=5), "data-invalid"),
    "id of another kind": (data(letter_id="x"), "data-invalid"),
    "regions that differ": (data(region="220202"), "region-differs"),
    "text with NUL": (data(state="answ\x00ered"), "DBAPIError"),
    "text longer than the column": (data(state="长" * 10_000), "DBAPIError"),
    "version gap": (other(aggregateversion=7), "letter-unknown"),
    "version again": (other(aggregateversion=1), "letter-unknown"),
}  # fmt: skip
"""A dead letter under this code, with whatever comes after it of the same aggregate."""

AS_IT_IS: dict[str, Change] = {
    "field of a later version": data(added_later=[1, {"x": None}]),
    "attribute of an extension": other(priority=3, knownas="x"),
    "data of a person": data(id_no=PERSON, 姓名="张三"),
    "half a megabyte more": data(filler="长" * 170_000),
    "time in the future": other(time="2999-12-31T23:59:59Z"),
    "time long ago": other(time="1900-01-01T00:00:00+08:05"),
    "trace of somebody else": other(traceparent="x' OR 1=1 --"),
    "key of another": other(partitionkey=str(new_id())),
}
"""Has its effect: what is not read may be anything."""

BYTES: dict[str, Callable[[bytes], bytes | None]] = {
    "tombstone": lambda _: None,
    "empty": lambda _: b"",
    "rubbish": lambda _: b"\x00\x01\x02\xff",
    "cut off": lambda good: good[:-7],
    "two values": lambda good: good + good,
    "not UTF-8": lambda good: good.replace(b"answered", b"\xff\xfe"),
    "surrogate": lambda good: good.replace(b"answered", b"\\ud800"),
    "UTF-16": lambda good: good.decode().encode("utf-16"),
    "GBK": lambda _: '{"理由":"来信"}'.encode("gbk"),
    "XML": lambda _: b"<event/>",
    "Avro": lambda good: b"\x00\x00\x00\x00\x07" + good,
    "deep": lambda _: b"[" * 100_000,
    "NaN": lambda good: good.replace(b'"aggregateversion":2', b'"aggregateversion":NaN'),
    "long number": lambda good: good.replace(b'"aggregateversion":2', b'"aggregateversion":2e999'),
    "large": lambda _: b"x" * 900_000,
}
"""What only a topic can hold: each is a dead letter as it came."""

ANSWERS: dict[str, tuple[int, str, bytes]] = {
    "page of a gateway": (200, "text/html", "<html>登录</html>".encode()),
    "page that says it is a feed": (200, "", "<html>登录</html>".encode()),
    "nothing": (200, "", b""),
    "cut off": (200, "", b'[{"specversion":"1.0"'),
    "not UTF-8": (200, "", b'["\xff\xfe"]'),
    "object": (200, "", b"{}"),
    "null": (200, "", b"null"),
    "deep": (200, "", b"[" * 100_000),
    "list without the kind": (200, "application/json", b"[]"),
    "no content": (204, "", b""),
    "moved": (302, "text/html", b""),
    "refused": (401, "application/problem+json", b'{"code":"token-invalid"}'),
    "conflict without JSON": (409, "text/html", b"<html/>"),
    "conflict as a list": (409, "application/json", b"[1]"),
    "conflict as text": (409, "application/json", b'"x"'),
    "gone": (410, "application/problem+json", b'{"code":"position-expired"}'),
    "broken": (500, "text/plain", b"Traceback (most recent call last):"),
}
"""What a source may answer in the place of a feed: nothing is taken, and it is asked again."""


def encoded(value: Any) -> bytes:
    """As compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
