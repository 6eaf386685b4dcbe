"""wasmtime's component values → Python values, by a converter that is built once for each type.

A converter is given bytes and the offset of a value in them, and follows addresses from there; it copies whatever it
reads and frees nothing. The kind that wasmtime wrote is compared with the type's, so that a type which is not the
function's raises `ForeignValueError` and never misreads memory.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from itertools import chain
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
from wasm_link.engine.lower_scalars import NUMBERS, UnsupportedTypeError
from wasm_link.values.model import Err, Ok, Some, Variant

Lift: TypeAlias = Callable[[bytes, int], object]

_SIZED = struct.Struct("=B7xQQ")
_POINTER = struct.Struct("=B7xQ")
_BOOLEAN = struct.Struct("=B7x?")
_VARIANT = struct.Struct("=B7xQQQ")
_RESULT = struct.Struct("=B7x?7xQ")
_NAME = struct.Struct("=QQ")
_AT_ONCE = 4096  # values of a long list that are copied together, so that the copies stay in the processor's cache


class ForeignValueError(TypeError):
    """A value of another kind than its type says."""

    def __init__(self, kind: int, expected: int) -> None:
        names = capi.KIND_NAMES
        found = names[kind] if kind < len(names) else f"kind {kind}"
        super().__init__(f"expected a value of type {names[expected]}, found one of type {found}")


def lifting(type_: ValueType) -> Lift:
    """The converter for values of a type; raises `UnsupportedTypeError`."""
    if isinstance(type_, PrimitiveType):
        return _lifting_of_primitive(type_)
    build = _BUILDERS.get(type(type_))
    if build is None:
        raise UnsupportedTypeError(f"values of type {type(type_).__name__} cannot be passed by the host")
    return build(type_)


def _lifting_of_primitive(type_: PrimitiveType) -> Lift:
    if type_ in NUMBERS:
        return _lifting_of_number(*NUMBERS[type_])
    if type_ is PrimitiveType.BOOL:
        return _lift_bool
    if type_ is PrimitiveType.CHAR:
        return _lift_char
    if type_ is PrimitiveType.STRING:
        return _lift_string
    raise UnsupportedTypeError(f"values of type {type_.value} cannot be passed by the host")


def _lifting_of_number(code: str, expected: int) -> Lift:
    unpack = struct.Struct(f"=B7x{code}").unpack_from

    def lift(raw: bytes, offset: int) -> object:
        kind, value = unpack(raw, offset)
        if kind != expected:
            raise ForeignValueError(kind, expected)
        return value

    return lift


def _lift_bool(raw: bytes, offset: int) -> bool:
    kind, value = _BOOLEAN.unpack_from(raw, offset)
    if kind != capi.BOOL:
        raise ForeignValueError(kind, capi.BOOL)
    return bool(value)


_code_point = _lifting_of_number("I", capi.CHAR)


def _lift_char(raw: bytes, offset: int) -> str:
    code_point = _code_point(raw, offset)
    assert isinstance(code_point, int)
    return chr(code_point)


def _lift_string(raw: bytes, offset: int) -> str:
    return _text(*_sized(raw, offset, capi.STRING))


def _text(size: int, address: int) -> str:
    return capi.read(address, size).decode() if size else ""


def _sized(raw: bytes, offset: int, expected: int) -> tuple[int, int]:
    """The size and the address of a vector or a text."""
    kind, size, address = _SIZED.unpack_from(raw, offset)
    if kind != expected:
        raise ForeignValueError(kind, expected)
    return size, address


def _vector(raw: bytes, offset: int, expected: int, entry_size: int) -> bytes:
    """The bytes of a vector's entries."""
    size, address = _sized(raw, offset, expected)
    return capi.read(address, size * entry_size) if size else b""


def _lifting_of_list(type_: ListType) -> Lift:
    element = type_.element
    if isinstance(element, PrimitiveType) and element in NUMBERS:
        return _lifting_of_numbers(*NUMBERS[element], as_bytes=element is PrimitiveType.U8 and type_.length is None)
    lift_element = lifting(element)

    def lift(raw: bytes, offset: int) -> list[object]:
        items = _vector(raw, offset, capi.LIST, capi.VALUE_SIZE)
        return [lift_element(items, at) for at in range(0, len(items), capi.VALUE_SIZE)]

    return lift


def _lifting_of_numbers(code: str, expected: int, *, as_bytes: bool) -> Lift:
    width = struct.calcsize("=" + code)
    first, step = capi.PAYLOAD_OFFSET // width, capi.VALUE_SIZE // width
    kind_byte = bytes([expected])
    as_numbers: Any = code  # a format that typeshed has one overload a letter for

    def lift_part(items: bytes) -> bytes | list[Any]:
        kinds = items[:: capi.VALUE_SIZE]
        if kinds.count(kind_byte) != len(kinds):
            raise ForeignValueError(next(kind for kind in kinds if kind != expected), expected)
        if as_bytes:
            return items[capi.PAYLOAD_OFFSET :: capi.VALUE_SIZE]
        return memoryview(items).cast(as_numbers)[first::step].tolist() if items else []

    def lift(raw: bytes, offset: int) -> bytes | list[Any]:
        size, address = _sized(raw, offset, capi.LIST)
        if size <= _AT_ONCE:
            return lift_part(capi.read(address, size * capi.VALUE_SIZE) if size else b"")
        parts: list[Any] = [
            lift_part(capi.read(address + at * capi.VALUE_SIZE, min(_AT_ONCE, size - at) * capi.VALUE_SIZE))
            for at in range(0, size, _AT_ONCE)
        ]
        return b"".join(parts) if as_bytes else list(chain.from_iterable(parts))

    return lift


def _lifting_of_map(type_: MapType) -> Lift:
    lift_key, lift_value = lifting(type_.key), lifting(type_.value)

    def lift(raw: bytes, offset: int) -> dict[object, object]:
        entries = _vector(raw, offset, capi.MAP, capi.MAP_ENTRY_SIZE)
        return {
            lift_key(entries, at): lift_value(entries, at + capi.VALUE_SIZE)
            for at in range(0, len(entries), capi.MAP_ENTRY_SIZE)
        }

    return lift


def _counted(entries: bytes, count: int, entry_size: int, what: str) -> bytes:
    if len(entries) != count * entry_size:
        raise TypeError(f"expected {count} parts of a {what}, found {len(entries) // entry_size}")
    return entries


def _lifting_of_record(type_: RecordType) -> Lift:
    fields = [
        (field.name, lifting(field.type), i * capi.RECORD_ENTRY_SIZE + capi.NAME_SIZE)
        for i, field in enumerate(type_.fields)
    ]

    def lift(raw: bytes, offset: int) -> dict[str, object]:
        entries = _vector(raw, offset, capi.RECORD, capi.RECORD_ENTRY_SIZE)
        _counted(entries, len(fields), capi.RECORD_ENTRY_SIZE, "record")
        return {name: lift_field(entries, at) for name, lift_field, at in fields}

    return lift


def _lifting_of_tuple(type_: TupleType) -> Lift:
    items = [(lifting(item), i * capi.VALUE_SIZE) for i, item in enumerate(type_.items)]

    def lift(raw: bytes, offset: int) -> tuple[object, ...]:
        entries = _vector(raw, offset, capi.TUPLE, capi.VALUE_SIZE)
        _counted(entries, len(items), capi.VALUE_SIZE, "tuple")
        return tuple([lift_item(entries, at) for lift_item, at in items])

    return lift


def _payload(address: int, lift: Lift | None) -> object:
    """The value at an address, where the type has one there."""
    if lift is None:
        return None
    if not address:
        raise TypeError("expected a payload, found none")
    return lift(capi.read(address, capi.VALUE_SIZE), 0)


def _lifting_of_variant(type_: VariantType) -> Lift:
    cases = {case.name: None if case.type is None else lifting(case.type) for case in type_.cases}

    def lift(raw: bytes, offset: int) -> Variant:
        kind, size, address, payload = _VARIANT.unpack_from(raw, offset)
        if kind != capi.VARIANT:
            raise ForeignValueError(kind, capi.VARIANT)
        name = _known(_text(size, address), cases, "case")
        return Variant(name, _payload(payload, cases[name]))

    return lift


def _known(name: str, names: Mapping[str, object] | frozenset[str], what: str) -> str:
    if name not in names:
        raise TypeError(f"expected a {what} of {', '.join(sorted(names))}, found {name}")
    return name


def _lifting_of_enum(type_: EnumType) -> Lift:
    names = frozenset(type_.names)

    def lift(raw: bytes, offset: int) -> str:
        return _known(_text(*_sized(raw, offset, capi.ENUM)), names, "name")

    return lift


def _lifting_of_flags(type_: FlagsType) -> Lift:
    names = frozenset(type_.names)

    def lift(raw: bytes, offset: int) -> frozenset[str]:
        entries = _vector(raw, offset, capi.FLAGS, capi.NAME_SIZE)
        return frozenset(_known(_text(*entry), names, "flag") for entry in _NAME.iter_unpack(entries))

    return lift


def _lifting_of_option(type_: OptionType) -> Lift:
    lift_payload = lifting(type_.payload)
    nested = isinstance(type_.payload, OptionType)

    def lift(raw: bytes, offset: int) -> object:
        kind, address = _POINTER.unpack_from(raw, offset)
        if kind != capi.OPTION:
            raise ForeignValueError(kind, capi.OPTION)
        if not address:
            return None
        value = _payload(address, lift_payload)
        return Some(value) if nested else value

    return lift


def _lifting_of_result(type_: ResultType) -> Lift:
    lift_ok = None if type_.ok is None else lifting(type_.ok)
    lift_err = None if type_.err is None else lifting(type_.err)

    def lift(raw: bytes, offset: int) -> Ok[object] | Err[object]:
        kind, is_ok, address = _RESULT.unpack_from(raw, offset)
        if kind != capi.RESULT:
            raise ForeignValueError(kind, capi.RESULT)
        return Ok(_payload(address, lift_ok)) if is_ok else Err(_payload(address, lift_err))

    return lift


_BUILDERS: Mapping[type, Callable[..., Lift]] = {
    ListType: _lifting_of_list,
    MapType: _lifting_of_map,
    RecordType: _lifting_of_record,
    TupleType: _lifting_of_tuple,
    VariantType: _lifting_of_variant,
    EnumType: _lifting_of_enum,
    FlagsType: _lifting_of_flags,
    OptionType: _lifting_of_option,
    ResultType: _lifting_of_result,
}
