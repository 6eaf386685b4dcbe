"""Python values → wasmtime's component values, by a converter that is built once for each type.

A converter gives the 32 bytes of a value; what a value points to is placed in an arena, so nothing is allocated that
somebody must free: wasmtime copies arguments before a call runs, and a result is copied by `capi.val_clone`.
A value that does not fit its type raises `UnfitValueError`; nothing is ever cut to size.
"""

from __future__ import annotations

import ctypes
import struct
from array import array
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, TypeAlias

from wasm_link.component.types import (
    EnumType,
    FlagsType,
    ListType,
    MapType,
    OptionType,
    PrimitiveType,
    RecordType,
    ResultType,
    TupleType,
    ValueType,
    VariantType,
)
from wasm_link.engine import capi
from wasm_link.engine.arena import Arena
from wasm_link.values.model import Err, Ok, Some, Variant
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
_SIZED = struct.Struct("=B7xQQ8x")  # a vector or a name: its size and its address
_POINTER = struct.Struct("=B7xQ16x")
_BOOLEAN = struct.Struct("=B7x?23x")
_CHAR = struct.Struct("=B7xI20x")
_VARIANT = struct.Struct("=B7xQQQ")  # the name of the case, and the payload's address or null
_RESULT = struct.Struct("=B7x?7xQ8x")
_NAME = struct.Struct("=QQ")


class UnfitValueError(ValueError):
    """A Python value that its type does not hold."""


class UnsupportedTypeError(TypeError):
    """A type whose values cannot be converted."""


class _Names:
    """Texts that stay in memory as long as the converter that refers to them."""

    def __init__(self, names: Sequence[str]) -> None:
        encoded = [name.encode() for name in names]
        self._block = ctypes.create_string_buffer(b"".join(encoded))
        self.entries: dict[str, bytes] = {}
        address = ctypes.addressof(self._block)
        for name, text in zip(names, encoded, strict=True):
            self.entries[name] = _NAME.pack(len(text), address)
            address += len(text)


def lowering(type_: ValueType) -> Lower:
    """The converter for values of a type; raises `UnsupportedTypeError`."""
    if isinstance(type_, PrimitiveType):
        return _lowering_of_primitive(type_)
    build = _BUILDERS.get(type(type_))
    if build is None:
        raise UnsupportedTypeError(f"values of type {type(type_).__name__} cannot be passed by the host")
    return build(type_)


def _lowering_of_primitive(type_: PrimitiveType) -> Lower:
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


def _unfit(value: object, expected: str) -> UnfitValueError:
    return UnfitValueError(f"expected {expected}, found {describe(value)}")


def _lowering_of_integer(type_: PrimitiveType) -> Lower:
    code, kind = NUMBERS[type_]
    pack, name = struct.Struct(f"=B7x{code}{24 - struct.calcsize('=' + code)}x").pack, type_.value

    def lower(value: object, _arena: Arena) -> bytes:
        if value.__class__ is not int:
            raise _unfit(value, f"an integer for {name}")
        try:
            return pack(kind, value)
        except struct.error:
            raise _unfit(value, f"an integer that fits {name}") from None

    return lower


def _lowering_of_float(type_: PrimitiveType) -> Lower:
    code, kind = NUMBERS[type_]
    pack, name = struct.Struct(f"=B7x{code}{24 - struct.calcsize('=' + code)}x").pack, type_.value

    def lower(value: object, _arena: Arena) -> bytes:
        if value.__class__ is not float and value.__class__ is not int:
            raise _unfit(value, f"a number for {name}")
        try:
            return pack(kind, value)
        except (struct.error, OverflowError):
            raise _unfit(value, f"a number that fits {name}") from None

    return lower


def _lower_bool(value: object, _arena: Arena) -> bytes:
    if value.__class__ is not bool:
        raise _unfit(value, "a bool")
    return _BOOLEAN.pack(capi.BOOL, value)


def _code_point(value: object) -> int:
    """The scalar value of a `char`. wasmtime ends the process for a surrogate, so none may get through."""
    if not isinstance(value, str) or len(value) != 1 or "\ud800" <= value <= "\udfff":
        raise _unfit(value, "one Unicode scalar value for char")
    return ord(value)


def _lower_char(value: object, _arena: Arena) -> bytes:
    return _CHAR.pack(capi.CHAR, _code_point(value))


def _lower_string(value: object, arena: Arena) -> bytes:
    if not isinstance(value, str):
        raise _unfit(value, "a str for string")
    try:
        data = value.encode()
    except UnicodeEncodeError:
        raise _unfit(value, "text without lone surrogates for string") from None
    return _SIZED.pack(capi.STRING, len(data), arena.place(data))


def _items(value: object, type_: ListType) -> Sequence[object]:
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes, bytearray, memoryview)):
        raise _unfit(value, "a sequence for list")
    if type_.length is not None and len(value) != type_.length:
        raise UnfitValueError(f"expected {type_.length} items for a list of fixed length, found {len(value)}")
    return value


def _lowering_of_list(type_: ListType) -> Lower:
    element = type_.element
    if element is PrimitiveType.U8 and type_.length is None:
        return _lowering_of_bytes()
    if isinstance(element, PrimitiveType) and element in NUMBERS:
        return _lowering_of_numbers(type_, element)
    lower_element = lowering(element)

    def lower(value: object, arena: Arena) -> bytes:
        items = _items(value, type_)
        data = b"".join([lower_element(item, arena) for item in items])
        # Counted from what was converted: a sequence may lie about its length.
        return _SIZED.pack(capi.LIST, len(data) // capi.VALUE_SIZE, arena.place(data))

    return lower


def _lowering_of_bytes() -> Lower:
    template = bytearray([capi.U8]) + bytes(capi.VALUE_SIZE - 1)

    def lower(value: object, arena: Arena) -> bytes:
        if not isinstance(value, (bytes, bytearray)):
            value = _as_bytes(value)
        size = len(value)
        data = template * size
        data[capi.PAYLOAD_OFFSET :: capi.VALUE_SIZE] = value
        return _SIZED.pack(capi.LIST, size, arena.place(data))

    return lower


def _as_bytes(value: object) -> bytes:
    """The bytes of another bytes-like object, or of a sequence of integers."""
    try:
        return bytes(memoryview(value).cast("B"))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return _packed(_items(value, ListType(PrimitiveType.U8)), PrimitiveType.U8).tobytes()


def _packed(items: Sequence[object], element: PrimitiveType) -> array[Any]:
    """Numbers side by side; raises `UnfitValueError` for the first that does not fit."""
    code, _ = NUMBERS[element]
    is_float = code in "fd"
    if not set(map(type, items)) <= ({float, int} if is_float else {int}):
        raise UnfitValueError(f"expected {'numbers' if is_float else 'integers'} only for a list of {element.value}")
    try:
        packed: array[Any] = array(code, items)
    except (OverflowError, TypeError):
        raise UnfitValueError(f"expected numbers that fit {element.value} for a list of them") from None
    if code == "f":
        _refuse_overflow(items, packed)
    return packed


def _refuse_overflow(items: Sequence[object], packed: array[Any]) -> None:
    """`array` makes infinity of a number too large for f32, where `struct` refuses it."""
    infinity = float("inf")
    for given, stored in zip(items, packed, strict=True):
        if stored in (infinity, -infinity) and given != stored:
            raise _unfit(given, "a number that fits f32")


def _lowering_of_numbers(type_: ListType, element: PrimitiveType) -> Lower:
    code, kind = NUMBERS[element]
    template = bytearray([kind]) + bytes(capi.VALUE_SIZE - 1)
    as_numbers: Any = code  # a format that typeshed has one overload a letter for
    width = array(code).itemsize
    first, step = capi.PAYLOAD_OFFSET // width, capi.VALUE_SIZE // width

    def lower(value: object, arena: Arena) -> bytes:
        packed = _packed(_items(value, type_), element)
        data = template * len(packed)
        if packed:
            memoryview(data).cast(as_numbers)[first::step] = memoryview(packed)
        return _SIZED.pack(capi.LIST, len(packed), arena.place(data))

    return lower


def _lowering_of_map(type_: MapType) -> Lower:
    lower_key, lower_value = lowering(type_.key), lowering(type_.value)

    def lower(value: object, arena: Arena) -> bytes:
        if not isinstance(value, Mapping):
            raise _unfit(value, "a mapping for map")
        data = b"".join([lower_key(k, arena) + lower_value(v, arena) for k, v in value.items()])
        return _SIZED.pack(capi.MAP, len(data) // capi.MAP_ENTRY_SIZE, arena.place(data))

    return lower


def _lowering_of_record(type_: RecordType) -> Lower:
    names = _Names([field.name for field in type_.fields])
    fields = [(field.name, names.entries[field.name], lowering(field.type)) for field in type_.fields]

    def lower(value: object, arena: Arena) -> bytes:
        if not isinstance(value, Mapping):
            raise _unfit(value, "a mapping for record")
        if len(value) != len(fields):
            raise UnfitValueError(f"expected the fields {', '.join(names.entries)}, found {describe(value)}")
        try:
            data = b"".join([name + lower_field(value[key], arena) for key, name, lower_field in fields])
        except KeyError as error:
            raise UnfitValueError(f"expected a field {error.args[0]}, found {describe(value)}") from None
        return _SIZED.pack(capi.RECORD, len(fields), arena.place(data))

    return lower


def _lowering_of_tuple(type_: TupleType) -> Lower:
    lower_items = [lowering(item) for item in type_.items]

    def lower(value: object, arena: Arena) -> bytes:
        if not isinstance(value, (tuple, list)) or len(value) != len(lower_items):
            raise _unfit(value, f"a tuple of {len(lower_items)}")
        data = b"".join([lower_item(item, arena) for lower_item, item in zip(lower_items, value, strict=True)])
        return _SIZED.pack(capi.TUPLE, len(lower_items), arena.place(data))

    return lower


def _lowering_of_variant(type_: VariantType) -> Lower:
    names = _Names([case.name for case in type_.cases])
    cases = {
        case.name: (*_NAME.unpack(names.entries[case.name]), None if case.type is None else lowering(case.type))
        for case in type_.cases
    }

    def lower(value: object, arena: Arena) -> bytes:
        if not isinstance(value, Variant):
            raise _unfit(value, "a Variant")
        case = cases.get(value.case)
        if case is None:
            raise _unfit(value.case, f"a case of {', '.join(names.entries)}")
        size, address, lower_payload = case
        return _VARIANT.pack(capi.VARIANT, size, address, _payload(value.value, lower_payload, arena))

    return lower


def _payload(value: object, lower_payload: Lower | None, arena: Arena) -> int:
    """The address of a payload, or null where there is none by type."""
    if lower_payload is not None:
        return arena.place(lower_payload(value, arena))
    if value is not None:
        raise _unfit(value, "no value for a case without one")
    return 0


def _lowering_of_enum(type_: EnumType) -> Lower:
    names = _Names(type_.names)
    values = {name: _SIZED.pack(capi.ENUM, *_NAME.unpack(entry)) for name, entry in names.entries.items()}

    def lower(value: object, _arena: Arena) -> bytes:
        found = values.get(value) if isinstance(value, str) else None
        if found is None:
            raise _unfit(value, f"one of {', '.join(names.entries)}")
        return found

    return lower


def _lowering_of_flags(type_: FlagsType) -> Lower:
    names = _Names(type_.names)

    def lower(value: object, arena: Arena) -> bytes:
        if not isinstance(value, (Set, list, tuple)):
            raise _unfit(value, "a set of names for flags")
        if not all(isinstance(name, str) and name in names.entries for name in value):
            raise _unfit(value, f"names of {', '.join(names.entries)} for flags")
        data = b"".join([entry for name, entry in names.entries.items() if name in value])
        return _SIZED.pack(capi.FLAGS, len(data) // capi.NAME_SIZE, arena.place(data))

    return lower


def _lowering_of_option(type_: OptionType) -> Lower:
    lower_payload = lowering(type_.payload)
    nested = isinstance(type_.payload, OptionType)
    none = _POINTER.pack(capi.OPTION, 0)

    def lower(value: object, arena: Arena) -> bytes:
        if value is None:
            return none
        if nested:
            if not isinstance(value, Some):
                raise _unfit(value, "None or Some for an option of an option")
            value = value.value
        return _POINTER.pack(capi.OPTION, arena.place(lower_payload(value, arena)))

    return lower


def _lowering_of_result(type_: ResultType) -> Lower:
    lower_ok = None if type_.ok is None else lowering(type_.ok)
    lower_err = None if type_.err is None else lowering(type_.err)

    def lower(value: object, arena: Arena) -> bytes:
        if isinstance(value, Ok):
            return _RESULT.pack(capi.RESULT, True, _payload(value.value, lower_ok, arena))
        if isinstance(value, Err):
            return _RESULT.pack(capi.RESULT, False, _payload(value.error, lower_err, arena))
        raise _unfit(value, "Ok or Err for result")

    return lower


_BUILDERS: Mapping[type, Callable[..., Lower]] = {
    ListType: _lowering_of_list,
    MapType: _lowering_of_map,
    RecordType: _lowering_of_record,
    TupleType: _lowering_of_tuple,
    VariantType: _lowering_of_variant,
    EnumType: _lowering_of_enum,
    FlagsType: _lowering_of_flags,
    OptionType: _lowering_of_option,
    ResultType: _lowering_of_result,
}
