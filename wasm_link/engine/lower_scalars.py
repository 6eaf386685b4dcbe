"""Scalars, texts and lists of numbers → the 32 bytes of a component value (see `lower`, which does all other types).

A list of numbers is packed as a whole: a value a number from a template, and the numbers put into them at one stroke.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from wasm_link.component.types import ListType, PrimitiveType, ValueType
from wasm_link.engine import capi
from wasm_link.engine.arena import Arena
from wasm_link.values.floats import is_exact
from wasm_link.values.problem import describe

Lower: TypeAlias = Callable[[object, Arena], bytes]


# The array code, and the kind, of each number; a number lies at byte 8 of its value.
NUMBERS: Mapping[PrimitiveType, tuple[str, int]] = {
    PrimitiveType.S8: ("b", capi.S8),
    PrimitiveType.U8: ("B", capi.U8),
    PrimitiveType.S16: ("h", capi.S16),
    PrimitiveType.U16: ("H", capi.U16),
    PrimitiveType.S32: ("i", capi.S32),
    PrimitiveType.U32: ("I", capi.U32),
    PrimitiveType.S64: ("q", capi.S64),
    PrimitiveType.U64: ("Q", capi.U64),
    PrimitiveType.F32: ("f", capi.F32),
    PrimitiveType.F64: ("d", capi.F64),
}
SIZED = struct.Struct("=B7xQQ8x")  # a vector or a text: its size and its address
_BOOLEAN = struct.Struct("=B7x?23x")
_CHAR = struct.Struct("=B7xI20x")


class UnfitValueError(ValueError):
    """A Python value that its type does not hold."""


class UnsupportedTypeError(TypeError):
    """A type whose values cannot be converted."""


def is_scalar(type_: ValueType | None) -> bool:
    """Whether the 32 bytes of a value of the type are all of it, so that there is nothing to copy or to free."""
    return isinstance(type_, PrimitiveType) and type_ is not PrimitiveType.STRING


def lowering_of_primitive(type_: PrimitiveType) -> Lower:
    """The converter for a type without parts; raises `UnsupportedTypeError`."""
    if type_ in (PrimitiveType.F32, PrimitiveType.F64):
        return _lowering_of_float(type_)
    if type_ in NUMBERS:
        return _lowering_of_integer(type_)
    if type_ is PrimitiveType.BOOL:
        return _lower_bool
    if type_ is PrimitiveType.CHAR:
        return _lower_char
    if type_ is PrimitiveType.STRING:
        return _lower_string
    raise UnsupportedTypeError(f"values of type {type_.value} cannot be passed by the host")


def unfit(value: object, expected: str) -> UnfitValueError:
    """The error of a value where `expected` was needed."""
    return UnfitValueError(f"expected {expected}, found {describe(value)}")


def _plain_integer(value: object, name: str) -> int:
    """The integer itself, where it is of a subclass; a bool is none."""
    if not isinstance(value, int) or type(value) is bool:
        raise unfit(value, f"an integer for {name}")
    return int.__index__(value)


def _plain_float(value: object, name: str) -> float:
    """The float itself, or that of an integer which it holds exactly."""
    if isinstance(value, float):
        return float.__float__(value)
    integer = _plain_integer(value, name)
    if not is_exact(integer, single=name == "f32"):
        raise unfit(value, f"a number that {name} holds exactly")
    return float(integer)


def _lowering_of_integer(type_: PrimitiveType) -> Lower:
    code, kind = NUMBERS[type_]
    pack, name = struct.Struct(f"=B7x{code}{24 - struct.calcsize('=' + code)}x").pack, type_.value

    def lower(value: object, _arena: Arena) -> bytes:
        if type(value) is not int:
            value = _plain_integer(value, name)
        try:
            return pack(kind, value)
        except struct.error:
            raise unfit(value, f"an integer that fits {name}") from None

    return lower


def _lowering_of_float(type_: PrimitiveType) -> Lower:
    code, kind = NUMBERS[type_]
    pack, name = struct.Struct(f"=B7x{code}{24 - struct.calcsize('=' + code)}x").pack, type_.value

    def lower(value: object, _arena: Arena) -> bytes:
        if type(value) is not float:
            value = _plain_float(value, name)
        try:
            return pack(kind, value)
        except OverflowError:
            raise unfit(value, f"a number that fits {name}") from None

    return lower


def _lower_bool(value: object, _arena: Arena) -> bytes:
    if type(value) is not bool:
        raise unfit(value, "a bool")
    return _BOOLEAN.pack(capi.BOOL, value)


def _code_point(value: object) -> int:
    """The scalar value of a `char`. wasmtime ends the process for a surrogate, so none may get through."""
    if not isinstance(value, str) or len(value) != 1 or "\ud800" <= value <= "\udfff":
        raise unfit(value, "one Unicode scalar value for char")
    return ord(value)


def _lower_char(value: object, _arena: Arena) -> bytes:
    return _CHAR.pack(capi.CHAR, _code_point(value))


def _lower_string(value: object, arena: Arena) -> bytes:
    if not isinstance(value, str):
        raise unfit(value, "a str for string")
    try:
        data = value.encode()
    except UnicodeEncodeError:
        raise unfit(value, "text without lone surrogates for string") from None
    return SIZED.pack(capi.STRING, len(data), arena.place(data))


def items_of(value: object, type_: ListType) -> Sequence[object]:
    """The value, where it is a sequence that is neither text nor bytes, and as long as the type says."""
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes, bytearray, memoryview)):
        raise unfit(value, "a sequence for list")
    if type_.length is not None and len(value) != type_.length:
        raise UnfitValueError(f"expected {type_.length} items for a list of fixed length, found {len(value)}")
    return value


def lowering_of_bytes() -> Lower:
    """The converter for `list<u8>`."""
    template = bytearray([capi.U8]) + bytes(capi.VALUE_SIZE - 1)

    def lower(value: object, arena: Arena) -> bytes:
        if not isinstance(value, (bytes, bytearray)):
            value = _as_bytes(value)
        size = len(value)
        data = template * size
        data[capi.PAYLOAD_OFFSET :: capi.VALUE_SIZE] = value
        return SIZED.pack(capi.LIST, size, arena.place(data))

    return lower


def _as_bytes(value: object) -> bytes:
    """The bytes of another object that holds unsigned bytes side by side, or of a sequence of integers."""
    if not isinstance(value, (list, tuple)):
        try:
            view = memoryview(value)  # type: ignore[arg-type]
        except TypeError:
            pass
        else:
            with view:
                if view.format in ("B", "c") and view.ndim == 1 and view.c_contiguous:
                    return view.tobytes()
    return _packed(items_of(value, ListType(PrimitiveType.U8)), PrimitiveType.U8).tobytes()


def _packed(items: Sequence[object], element: PrimitiveType) -> array[Any]:
    """Numbers side by side; raises `UnfitValueError` for one that does not fit."""
    code, _ = NUMBERS[element]
    plain = _plain_float if code in "fd" else _plain_integer
    if not set(map(type, items)) <= {float if code in "fd" else int}:
        items = [plain(item, element.value) for item in items]
    try:
        packed: array[Any] = array(code, items)
    except OverflowError:
        raise UnfitValueError(f"expected numbers that fit {element.value} for a list of them") from None
    if code == "f":
        _refuse_overflow(items, packed)
    return packed


def _refuse_overflow(items: Sequence[object], packed: array[Any]) -> None:
    """`array` makes infinity of a number too large for f32, where `struct` refuses it."""
    infinity = float("inf")
    for given, stored in zip(items, packed, strict=True):
        if stored in (infinity, -infinity) and given != stored:
            raise unfit(given, "a number that fits f32")


def lowering_of_numbers(type_: ListType, element: PrimitiveType) -> Lower:
    """The converter for a list of one of `NUMBERS`."""
    code, kind = NUMBERS[element]
    template = bytearray([kind]) + bytes(capi.VALUE_SIZE - 1)
    as_numbers: Any = code  # a format that typeshed has one overload a letter for
    width = array(code).itemsize
    first, step = capi.PAYLOAD_OFFSET // width, capi.VALUE_SIZE // width

    def lower(value: object, arena: Arena) -> bytes:
        packed = _packed(items_of(value, type_), element)
        data = template * len(packed)
        if packed:
            memoryview(data).cast(as_numbers)[first::step] = memoryview(packed)
        return SIZED.pack(capi.LIST, len(packed), arena.place(data))

    return lower
