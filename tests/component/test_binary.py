"""The cursor: integers and names of the binary format, and their bounds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasm_link.component.binary import Cursor
from wasm_link.errors import MalformedComponentError, UnsupportedComponentError


def _leb128(value: int, padding: int = 0) -> bytes:
    """Signed or unsigned (for values that are not negative) LEB128, with bytes that say nothing at the end."""
    groups = []
    while True:
        groups.append(value & 0x7F)
        value >>= 7
        if (value == 0 and not groups[-1] & 0x40) or (value == -1 and groups[-1] & 0x40):
            break
    groups += [0x7F if value else 0] * padding
    return bytes([*(group | 0x80 for group in groups[:-1]), groups[-1]])


@given(st.integers(0, 2**32 - 1))
def test_unsigned_integers_are_read_back(value: int) -> None:
    """Every number of 32 bits, encoded in as few bytes as a sign bit leaves, comes back."""
    encoded = _leb128(value)
    cursor = Cursor(encoded)
    assert cursor.unsigned() == value
    cursor.finish("the test")


@given(st.integers(-(2**32), 2**32 - 1))
def test_signed_integers_are_read_back(value: int) -> None:
    """Every number of 33 bits comes back with its sign."""
    cursor = Cursor(_leb128(value))
    assert cursor.signed33() == value
    cursor.finish("the test")


@given(st.integers(0, 2**21), st.integers(0, 6))
def test_padding_is_allowed_up_to_the_width(value: int, padding: int) -> None:
    """A number may take more bytes than it needs, but at most five for 32 bits."""
    encoded = _leb128(value, padding)
    if len(encoded) <= 5:
        assert Cursor(encoded).unsigned() == value
    else:
        with pytest.raises(MalformedComponentError):
            Cursor(encoded).unsigned()


@given(st.integers(2**32, 2**40))
def test_integers_beyond_their_width_are_refused(value: int) -> None:
    """What does not fit in 32 bits is malformed, however it is encoded."""
    with pytest.raises(MalformedComponentError):
        Cursor(_leb128(value)).unsigned()


@given(st.binary(max_size=12))
def test_random_bytes_are_a_number_or_malformed(data: bytes) -> None:
    """Reading a number from anything gives one in range, or our error."""
    readers: tuple[tuple[Callable[[Cursor], int], int, int], ...] = (
        (Cursor.unsigned, 0, 2**32 - 1),
        (lambda cursor: cursor.unsigned(64), 0, 2**64 - 1),
        (Cursor.signed33, -(2**32), 2**32 - 1),
    )
    for read, low, high in readers:
        cursor = Cursor(data)
        try:
            value = read(cursor)
        except MalformedComponentError:
            continue
        assert low <= value <= high
        assert cursor.position <= len(data)


@given(st.text(max_size=40))
def test_names_are_read_back(name: str) -> None:
    """Any Unicode string comes back."""
    encoded = name.encode("utf-8", "replace")
    cursor = Cursor(_leb128(len(encoded)) + encoded)
    assert cursor.name() == encoded.decode()


def test_names_beyond_the_limit_are_refused() -> None:
    """A name of more than 100,000 bytes is refused, as wasmparser does."""
    with pytest.raises(UnsupportedComponentError, match="100001 bytes"):
        Cursor(_leb128(100_001) + b"a" * 100_001).name()


def test_offsets_count_from_the_start_of_the_file() -> None:
    """An error in a section says where in the file it is."""
    cursor = Cursor(b"\x01\x02", base=1000)
    cursor.byte()
    with pytest.raises(MalformedComponentError) as caught:
        cursor.skip(2)
    assert caught.value.offset == 1001
