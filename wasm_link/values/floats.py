"""Floating-point numbers of both widths: what fits an f32, rounding to it, and the shortest text that reads back."""

from __future__ import annotations

import math
import struct

# The first magnitude that rounds to infinity as an f32: halfway from the largest one to 2**128 (IEEE 754, 4.3.1).
_F32_OVERFLOW = float.fromhex("0x1.ffffffp127")
_F32 = struct.Struct("<f")


def fits_f32(number: float) -> bool:
    """Whether rounding to an f32 keeps the number finite; true of infinities and NaN, which stay what they are."""
    return -_F32_OVERFLOW < number < _F32_OVERFLOW or not math.isfinite(number)


def round_f32(number: float) -> float:
    """The nearest f32, as a Python float. The number must fit (`fits_f32`)."""
    rounded: float = _F32.unpack(_F32.pack(number))[0]
    return rounded


def is_exact(number: int, *, single: bool) -> bool:
    """Whether an integer has an exact f64 (`single`: f32) of the same value."""
    try:
        as_float = float(number)
    except OverflowError:
        return False
    return as_float == number and (not single or (fits_f32(as_float) and round_f32(as_float) == as_float))


def shortest(number: float, *, single: bool) -> float:
    """The number of fewest decimal digits that an f64 (`single`: f32) reader takes for `number`.

    Only an f32 changes: 0.1 as an f32 is 0.10000000149011612 as an f64, and is given back as 0.1. A finite number must
    fit its width.
    """
    if not single or not math.isfinite(number):
        return number
    rounded = round_f32(number)
    # Nine significant digits tell any two f32 apart (IEEE 754-2019, 5.12.2).
    candidates = (float(f"{rounded:.{digits}g}") for digits in range(1, 10))
    return next((short for short in candidates if fits_f32(short) and round_f32(short) == rounded), rounded)
