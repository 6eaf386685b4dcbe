"""One value, one encoding; everything else is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasm_link.cache.canonical import Json, decode, encode

_TEXT = st.text(st.characters())  # lone surrogates included
JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.integers() | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_what_is_encoded_is_decoded_to_the_same(value: Json) -> None:
    """Decoding gives back exactly what was encoded."""
    assert decode(encode(value)) == value


@given(JSON, JSON)
def test_different_values_have_different_encodings(one: Json, other: Json) -> None:
    """Two encodings are equal exactly when the values are."""
    assert (encode(one) == encode(other)) == (one == other)


@given(st.binary(max_size=200))
def test_bytes_are_refused_or_are_an_encoding(data: bytes) -> None:
    """Whatever is accepted is exactly what the value encodes to."""
    try:
        value = decode(data)
    except ValueError:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\x00",
        b"\xff",
        b"NaN",
        b"Infinity",
        b"1e400",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'"\\u0041"',
        b"1 ",
        b"1.50",
        b"[" * 60_000,
        b"[" * 30_000 + b"]" * 30_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"9" * 60_000,
    ],
    ids=lambda data: f"{data[:14]!r}-{len(data)}",
)
def test_json_that_is_not_canonical_is_refused(data: bytes) -> None:
    """Broken, ambiguous, deep and endless JSON is a ValueError, never anything else."""
    with pytest.raises(ValueError, match=r"."):
        decode(data)
