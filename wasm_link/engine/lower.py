"""Python values → wasmtime's component values, by a converter that is built once for each type.

A converter gives the 32 bytes of a value; what a value points to is placed in an arena, so nothing is allocated that
somebody must free: wasmtime copies arguments before a call runs, and a result is copied by `capi.val_clone`.
A value that does not fit its type raises `UnfitValueError`; nothing is ever cut to size.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Mapping, Sequence, Set

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
from wasm_link.engine.lower_scalars import (
    NUMBERS,
    SIZED,
    Lower,
    UnfitValueError,
    UnsupportedTypeError,
    is_scalar,
    items_of,
    lowering_of_bytes,
    lowering_of_numbers,
    lowering_of_primitive,
    unfit,
)
from wasm_link.values.model import Err, Ok, Some, Variant
from wasm_link.values.problem import describe

__all__ = ["Lower", "UnfitValueError", "UnsupportedTypeError", "is_scalar", "lowering"]

_POINTER = struct.Struct("=B7xQ16x")
_VARIANT = struct.Struct("=B7xQQQ")  # the name of the case, and the payload's address or null
_RESULT = struct.Struct("=B7x?7xQ8x")
_NAME = struct.Struct("=QQ")


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
        return lowering_of_primitive(type_)
    build = _BUILDERS.get(type(type_))
    if build is None:
        raise UnsupportedTypeError(f"values of type {type(type_).__name__} cannot be passed by the host")
    return build(type_)


def _lowering_of_list(type_: ListType) -> Lower:
    element = type_.element
    if element is PrimitiveType.U8 and type_.length is None:
        return lowering_of_bytes()
    if isinstance(element, PrimitiveType) and element in NUMBERS:
        return lowering_of_numbers(type_, element)
    lower_element = lowering(element)

    def lower(value: object, arena: Arena) -> bytes:
        items = items_of(value, type_)
        data = b"".join([lower_element(item, arena) for item in items])
        # Counted from what was converted: a sequence may lie about its length.
        return SIZED.pack(capi.LIST, len(data) // capi.VALUE_SIZE, arena.place(data))

    return lower


def _lowering_of_map(type_: MapType) -> Lower:
    lower_key, lower_value = lowering(type_.key), lowering(type_.value)

    def lower(value: object, arena: Arena) -> bytes:
        if not isinstance(value, Mapping):
            raise unfit(value, "a mapping for map")
        data = b"".join([lower_key(k, arena) + lower_value(v, arena) for k, v in value.items()])
        return SIZED.pack(capi.MAP, len(data) // capi.MAP_ENTRY_SIZE, arena.place(data))

    return lower


def _lowering_of_record(type_: RecordType) -> Lower:
    names = _Names([field.name for field in type_.fields])
    fields = [(field.name, names.entries[field.name], lowering(field.type)) for field in type_.fields]

    def lower(value: object, arena: Arena) -> bytes:
        if not isinstance(value, Mapping):
            raise unfit(value, "a mapping for record")
        if len(value) != len(fields):
            raise UnfitValueError(f"expected the fields {', '.join(names.entries)}, found {describe(value)}")
        try:
            data = b"".join([name + lower_field(value[key], arena) for key, name, lower_field in fields])
        except KeyError as error:
            raise UnfitValueError(f"expected a field {error.args[0]}, found {describe(value)}") from None
        return SIZED.pack(capi.RECORD, len(fields), arena.place(data))

    return lower


def _lowering_of_tuple(type_: TupleType) -> Lower:
    lower_items = [lowering(item) for item in type_.items]

    def lower(value: object, arena: Arena) -> bytes:
        if not isinstance(value, (tuple, list)) or len(value) != len(lower_items):
            raise unfit(value, f"a tuple of {len(lower_items)}")
        data = b"".join([lower_item(item, arena) for lower_item, item in zip(lower_items, value, strict=True)])
        return SIZED.pack(capi.TUPLE, len(lower_items), arena.place(data))

    return lower


def _lowering_of_variant(type_: VariantType) -> Lower:
    names = _Names([case.name for case in type_.cases])
    cases = {
        case.name: (*_NAME.unpack(names.entries[case.name]), None if case.type is None else lowering(case.type))
        for case in type_.cases
    }

    def lower(value: object, arena: Arena) -> bytes:
        if not isinstance(value, Variant):
            raise unfit(value, "a Variant")
        case = cases.get(value.case)
        if case is None:
            raise unfit(value.case, f"a case of {', '.join(names.entries)}")
        size, address, lower_payload = case
        return _VARIANT.pack(capi.VARIANT, size, address, _payload(value.value, lower_payload, arena))

    return lower


def _payload(value: object, lower_payload: Lower | None, arena: Arena) -> int:
    """The address of a payload, or null where there is none by type."""
    if lower_payload is not None:
        return arena.place(lower_payload(value, arena))
    if value is not None:
        raise unfit(value, "no value for a case without one")
    return 0


def _lowering_of_enum(type_: EnumType) -> Lower:
    names = _Names(type_.names)
    values = {name: SIZED.pack(capi.ENUM, *_NAME.unpack(entry)) for name, entry in names.entries.items()}

    def lower(value: object, _arena: Arena) -> bytes:
        found = values.get(value) if isinstance(value, str) else None
        if found is None:
            raise unfit(value, f"one of {', '.join(names.entries)}")
        return found

    return lower


def _lowering_of_flags(type_: FlagsType) -> Lower:
    names = _Names(type_.names)

    def lower(value: object, arena: Arena) -> bytes:
        if not isinstance(value, (Set, list, tuple)):
            raise unfit(value, "a set of names for flags")
        if not all(isinstance(name, str) and name in names.entries for name in value):
            raise unfit(value, f"names of {', '.join(names.entries)} for flags")
        data = b"".join([entry for name, entry in names.entries.items() if name in value])
        if len(data) != len(value) * capi.NAME_SIZE:
            raise unfit(value, "each name at most once for flags")
        return SIZED.pack(capi.FLAGS, len(value), arena.place(data))

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
                raise unfit(value, "None or Some for an option of an option")
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
        raise unfit(value, "Ok or Err for result")

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
