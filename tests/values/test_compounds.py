"""The bytes behind each form of a `list<u8>`."""

from __future__ import annotations

import array
import mmap

import pytest

from wasm_link.component.types import ListType, PrimitiveType
from wasm_link.values.check import check_value
from wasm_link.values.compounds import octets


@pytest.mark.parametrize(
    "value",
    [
        b"\x01\xff",
        bytearray(b"\x01\xff"),
        memoryview(b"\x00\x01\xff")[1:],
        memoryview(b"\x01\xff").cast("c"),
        array.array("B", [1, 255]),
        array.array("I", [1, 255]),
        [1, 255],
        (1, 255),
        range(1, 256, 254),
    ],
)
def test_octets_of_every_form(value: object) -> None:
    """Whatever form the check accepts gives the bytes that it stands for, item by item."""
    assert check_value(value, ListType(PrimitiveType.U8)) is None
    assert octets(value) == b"\x01\xff"


def test_octets_of_a_mapped_file() -> None:
    """An object with a buffer that is no sequence of integers gives its buffer."""
    with mmap.mmap(-1, 4) as mapped:
        mapped[:] = b"\x01\x02\x03\xff"
        assert octets(mapped) == b"\x01\x02\x03\xff"
