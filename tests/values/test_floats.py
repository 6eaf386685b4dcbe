"""Floats of both widths, against the bits that `struct` gives."""

from __future__ import annotations

import math
import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasm_link.values.floats import fits_f32, is_exact, round_f32, shortest


@given(st.floats())
def test_fits_f32_as_struct_says(number: float) -> None:
    """A number fits exactly where packing it as an f32 works."""
    try:
        struct.pack("<f", number)
    except OverflowError:
        assert not fits_f32(number)
    else:
        assert fits_f32(number)


@given(st.floats(width=32, allow_nan=False))
def test_shortest_f32_reads_back_as_itself(number: float) -> None:
    """The shortest form of an f32 rounds to it, and none of fewer digits does."""
    short = shortest(number, single=True)
    assert math.isinf(number) or round_f32(short) == number
    digits = len(repr(short).lstrip("-").split("e")[0].replace(".", "").strip("0"))
    assert digits <= 9


@pytest.mark.parametrize(("number", "short"), [(0.10000000149011612, 0.1), (16777216.0, 16777216.0), (1e-45, 1e-45)])
def test_shortest_f32(number: float, short: float) -> None:
    """An f32 is shown as people wrote it; the smallest and the widest of them too."""
    assert shortest(round_f32(number), single=True) == short


@given(st.floats(allow_nan=False))
def test_f64_is_its_own_shortest(number: float) -> None:
    """An f64 stays what it is."""
    assert shortest(number, single=False) == number


@given(st.integers() | st.integers(0, 1100).map(lambda power: 2**power) | st.integers(2**24 - 4, 2**24 + 4))
def test_exact_integers(number: int) -> None:
    """An integer is exact where its float is the same number."""
    try:
        exact = Fraction(float(number)) == number
    except OverflowError:
        exact = False
    assert is_exact(number, single=False) == exact
    try:
        single = exact and struct.unpack("<f", struct.pack("<f", number))[0] == number
    except (OverflowError, struct.error):
        single = False
    assert is_exact(number, single=True) == single
