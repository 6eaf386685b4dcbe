"""Checkers of the value types without parts: each takes any object, and gives a problem or None.

They are strict: a bool is no integer and an integer no bool, and nothing is cut to a width. Called for every argument
of every call, so the usual case of each comes first and costs one or two comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from wasm_link.component.types import PrimitiveType
from wasm_link.values.floats import fits_f32, is_exact
from wasm_link.values.problem import ValueProblem, describe, quote

Checker: TypeAlias = Callable[[object], ValueProblem | None]

INTEGER_RANGES: Mapping[PrimitiveType, tuple[int, int]] = {
    PrimitiveType.U8: (0, 2**8 - 1),
    PrimitiveType.U16: (0, 2**16 - 1),
    PrimitiveType.U32: (0, 2**32 - 1),
    PrimitiveType.U64: (0, 2**64 - 1),
    PrimitiveType.S8: (-(2**7), 2**7 - 1),
    PrimitiveType.S16: (-(2**15), 2**15 - 1),
    PrimitiveType.S32: (-(2**31), 2**31 - 1),
    PrimitiveType.S64: (-(2**63), 2**63 - 1),
}


def check_bool(value: object) -> ValueProblem | None:
    """A `bool`: True or False themselves."""
    if value is True or value is False:
        return None
    return ValueProblem((), "bool", describe(value))


def integer_checker(keyword: str, low: int, high: int) -> Checker:
    """The checker of one integer type, whose values are `low` to `high`."""

    def check(value: object) -> ValueProblem | None:
        if type(value) is int:
            if low <= value <= high:
                return None
        elif isinstance(value, int) and type(value) is not bool and low <= int.__index__(value) <= high:
            return None  # a subclass, such as a member of an IntEnum; its own comparisons are not asked
        return ValueProblem((), f"{keyword} ({low} to {high})", describe(value))

    return check


def check_f64(value: object) -> ValueProblem | None:
    """An `f64`: any float, or an int that a float holds exactly."""
    if type(value) is float or issubclass(type(value), float):
        return None
    if isinstance(value, int) and type(value) is not bool:
        return None if is_exact(int.__index__(value), single=False) else _inexact("f64", value)
    return ValueProblem((), "f64", describe(value))


def check_f32(value: object) -> ValueProblem | None:
    """An `f32`: any float that does not become infinite when rounded, or an int that an f32 holds exactly."""
    if isinstance(value, float):
        if fits_f32(float.__float__(value)):
            return None
        return ValueProblem((), "f32 (finite up to 3.4028235e38)", describe(value))
    if isinstance(value, int) and type(value) is not bool:
        return None if is_exact(int.__index__(value), single=True) else _inexact("f32", value)
    return ValueProblem((), "f32", describe(value))


def _inexact(keyword: str, value: object) -> ValueProblem:
    return ValueProblem((), f"{keyword} (an int only where it is held exactly)", describe(value))


def check_string(value: object) -> ValueProblem | None:
    """A `string`: text in which no surrogate stands alone, since UTF-8 has no form for one."""
    if not isinstance(value, str):
        return ValueProblem((), "string", describe(value))
    if value.isascii() if type(value) is str else str.isascii(value):
        return None
    try:
        str.encode(value, "utf-8")
    except UnicodeEncodeError as error:
        found = f"a surrogate, U+{ord(error.object[error.start]):04X}, at index {error.start}"
        return ValueProblem((), "string (Unicode text without surrogates)", found)
    return None


def check_char(value: object) -> ValueProblem | None:
    """A `char`: text of one code point that is no surrogate (a lone surrogate would abort the process)."""
    if not isinstance(value, str):
        return ValueProblem((), "char", describe(value))
    text = str.__str__(value)
    if len(text) != 1:
        return ValueProblem((), "char (text of one code point)", f"{quote(text)}, which has {len(text)}")
    if "\ud800" <= text <= "\udfff":
        return ValueProblem((), "char (no surrogate)", f"U+{ord(text):04X}")
    return None


SCALAR_CHECKERS: Mapping[PrimitiveType, Checker] = {
    PrimitiveType.BOOL: check_bool,
    PrimitiveType.F32: check_f32,
    PrimitiveType.F64: check_f64,
    PrimitiveType.CHAR: check_char,
    PrimitiveType.STRING: check_string,
} | {kind: integer_checker(kind.value, low, high) for kind, (low, high) in INTEGER_RANGES.items()}
