"""Strict JSON: what two parsers could read differently is refused, and no body is slow to refuse."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.app.strict import strict_json
from shared.errors import Invalid

LOOSE_SECONDS = 0.5  # of CPU: others may be at work beside; 100 ms is the aim

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('abc\\"[{', max_size=3), inner, max_size=4),
    max_leaves=12,
)

HOSTILE = {
    "towers of brackets": b"[" * 100_000 + b"]" * 100_000,
    "towers of braces": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "half a tower": b"[" * 100_000,
    "one too deep": b"[" * 33 + b"]" * 33,
    "a tower after a string with brackets": b'["]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",' + b"[" * 33 + b"]" * 34,
    "a string without an end": b"[" * 20 + b'"' + b"[" * 500_000,
    "quotes that never end": b"[]" * 33 + b'"' + b'\\"' * 450_000,
    "quotes and a lone backslash": b"[]" * 33 + b'"' + b'\\"' * 450_000 + b"\\",
    "backslashes": b'["' + b"\\" * 900_001 + b'"]',
    "NaN": b'{"a": NaN}',
    "Infinity": b"[Infinity]",
    "-Infinity": b"-Infinity",
    "1e400": b'{"a": 1e400}',
    "-1e400": b"[-1e400]",
    "a number of 100,000 digits": b"1" * 100_000,
    "past a bigint": b"[12345678901234567890]",
    "the same key twice": b'{"a": 1, "a": 2}',
    "the same key twice, deep": b'[{"b": {"a": 1, "\\u0061": 2}}]',
    "NUL in a string": b'{"a": "\\u0000"}',
    "NUL in a list in a list": b'[["a\\u0000b"]]',
    "NUL in a key": b'{"a\\u0000": 1}',
    "NUL after a backslash": b'["\\\\\\u0000"]',
    "a raw NUL": b'"\0"',
    "UTF-16": '{"a": "\\u0000"}'.encode("utf-16"),
    "UTF-32": '{"a": 1}'.encode("utf-32"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "broken UTF-8": b'"\xff\xfe"',
    "Windows-1251": '"Профсоюз"'.encode("cp1251"),
    "nothing": b"",
    "two values": b"{} {}",
    "a comment": b"{} // yes",
    "single quotes": b"{'a': 1}",
    "a comma too many": b"[1,]",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bodies_are_refused_at_once(body: bytes) -> None:
    began = time.thread_time()
    with pytest.raises(Invalid):
        strict_json(body)
    assert time.thread_time() - began < LOOSE_SECONDS


@given(values)
def test_what_json_can_say_is_read(value: Any) -> None:
    strict_json(json.dumps(value).encode())
    strict_json(json.dumps(value, ensure_ascii=False, indent=1).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 32 + b"]" * 32,
        b'"' + b"[" * 100_000 + b'"',
        b'["\\"' + b"[" * 100 + b'"]',
        b'{"a": "\\\\u0000"}',  # a backslash and five letters, no NUL
        b"[-9223372036854775808, 9223372036854775807, 1e300]",
        b"[" + b"[]," * 20_000 + b"[]]",
    ],
)
def test_what_only_looks_hostile_is_read(body: bytes) -> None:
    began = time.thread_time()
    strict_json(body)
    assert time.thread_time() - began < LOOSE_SECONDS
