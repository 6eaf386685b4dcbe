"""Type definitions of a component binary: a cursor at a `deftype` in, a type out.

Format: component-model design/mvp/Binary.md, "Type Definitions".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from wasm_link.component.binary import Cursor
from wasm_link.component.core_types import read_core_value_type
from wasm_link.component.names import is_label
from wasm_link.component.scope import Scope, ScopeKind, pick
from wasm_link.component.types import (
    BorrowType,
    Case,
    ComponentType,
    EnumType,
    Field,
    FlagsType,
    FuncType,
    FutureType,
    InstanceType,
    ListType,
    MapType,
    OptionType,
    OwnType,
    PrimitiveType,
    RecordType,
    ResourceType,
    ResultType,
    StreamType,
    TupleType,
    ValueType,
    VariantType,
)

_Kind = TypeVar("_Kind")
_DefinedType: TypeAlias = ValueType | ResourceType | FuncType

PRIMITIVES = {
    0x7F: PrimitiveType.BOOL,
    0x7E: PrimitiveType.S8,
    0x7D: PrimitiveType.U8,
    0x7C: PrimitiveType.S16,
    0x7B: PrimitiveType.U16,
    0x7A: PrimitiveType.S32,
    0x79: PrimitiveType.U32,
    0x78: PrimitiveType.S64,
    0x77: PrimitiveType.U64,
    0x76: PrimitiveType.F32,
    0x75: PrimitiveType.F64,
    0x74: PrimitiveType.CHAR,
    0x73: PrimitiveType.STRING,
    0x64: PrimitiveType.ERROR_CONTEXT,
}
_NOT_VALUES = (ResourceType, FuncType, InstanceType, ComponentType)
MAX_FLAGS = 32


def read_defined_type(cursor: Cursor, scope: Scope) -> _DefinedType:
    """Read a value, function or resource type. Component and instance types are scopes: see `declarations`."""
    start = cursor.offset
    code = cursor.byte()
    primitive = PRIMITIVES.get(code)
    if primitive is not None:
        return primitive
    if code == 0x3F:
        return _read_resource_type(cursor, scope)
    if code in (0x40, 0x43):
        function = FuncType(_read_fields(cursor, scope, "parameter"), read_result(cursor, scope), code == 0x43)
        return scope.measures.made(function, function.parts, start)
    read = _COMPOUND.get(code)
    if read is None:
        cursor.unknown("type", code)
    made = read(cursor, scope)
    if isinstance(made, OwnType | BorrowType):
        return scope.measures.made(made, (made.resource,), start)
    return made if isinstance(made, PrimitiveType) else scope.measures.made(made, made.parts, start)


def read_value_type(cursor: Cursor, scope: Scope) -> ValueType:
    """Read a `valtype`: a primitive type, or the index of a type that values can have."""
    primitive = PRIMITIVES.get(cursor.peek())
    if primitive is not None:
        cursor.byte()
        return primitive
    start = cursor.offset
    index = cursor.signed33()
    if index < 0:
        cursor.fail("unknown value type", start)
    if index >= len(scope.types):
        cursor.fail(f"type index {index} is out of range: there are {len(scope.types)}", start)
    found = scope.types[index]
    if isinstance(found, _NOT_VALUES):
        cursor.fail(f"type {index} is not a value type", start)
    return found


def read_optional_value_type(cursor: Cursor, scope: Scope) -> ValueType | None:
    """Read a `valtype?`."""
    return read_value_type(cursor, scope) if cursor.flag("presence byte") else None


def read_result(cursor: Cursor, scope: Scope) -> ValueType | None:
    """Read a `resultlist`: at most one result, without a name."""
    code = cursor.byte()
    if code == 0x00:
        return read_value_type(cursor, scope)
    if code != 0x01:
        cursor.unknown("form of results", code)
    count = cursor.byte()
    if count != 0:
        cursor.unknown("number of results", count)
    return None


def type_at(cursor: Cursor, scope: Scope, kind: type[_Kind], what: str) -> _Kind:
    """Read a type index that must stand for a type of one kind; `what` is its phrase in the message."""
    start = cursor.offset
    found = pick(cursor, scope.types, "type")
    if not isinstance(found, kind):
        cursor.fail(f"the type is not {what}", start)
    return found


def _read_resource_type(cursor: Cursor, scope: Scope) -> ResourceType:
    if scope.kind is not ScopeKind.COMPONENT:
        cursor.fail(f"a resource cannot be defined in {scope.kind.value}", cursor.offset - 1)
    read_core_value_type(cursor)
    if cursor.flag("presence byte"):
        cursor.unsigned()
    # It gets its name when it is exported; until then nobody outside can see it.
    return scope.new_resource("")


def _read_label(cursor: Cursor, taken: set[str], what: str) -> str:
    start = cursor.offset
    name = cursor.name()
    if not is_label(name):
        cursor.fail(f"{what} name {name[:60]!r} is not in kebab case", start)
    if name.lower() in taken:
        cursor.fail(f"{what} name {name!r} conflicts with an earlier one", start)
    taken.add(name.lower())
    return name


def _at_least_one(cursor: Cursor, items: Sequence[object], what: str) -> None:
    if not items:
        cursor.fail(f"a type without any {what}")


def _read_fields(cursor: Cursor, scope: Scope, what: str) -> tuple[Field, ...]:
    taken: set[str] = set()
    count = cursor.count(f"{what}s")
    return tuple([Field(_read_label(cursor, taken, what), read_value_type(cursor, scope)) for _ in range(count)])


def _read_record(cursor: Cursor, scope: Scope) -> ValueType:
    fields = _read_fields(cursor, scope, "field")
    _at_least_one(cursor, fields, "fields")
    return RecordType(fields)


def _read_variant(cursor: Cursor, scope: Scope) -> ValueType:
    taken: set[str] = set()
    cases: list[Case] = []
    for _ in range(cursor.count("cases")):
        cases.append(Case(_read_label(cursor, taken, "case"), read_optional_value_type(cursor, scope)))
        refines = cursor.byte()
        if refines != 0:
            cursor.unknown("variant refinement", refines)
    _at_least_one(cursor, cases, "cases")
    return VariantType(tuple(cases))


def _read_labels(cursor: Cursor, what: str) -> tuple[str, ...]:
    taken: set[str] = set()
    labels = tuple([_read_label(cursor, taken, what) for _ in range(cursor.count(f"{what} names"))])
    _at_least_one(cursor, labels, "names")
    return labels


def _read_flags(cursor: Cursor, _scope: Scope) -> ValueType:
    start = cursor.offset
    names = _read_labels(cursor, "flag")
    if len(names) > MAX_FLAGS:
        cursor.fail(f"{len(names)} flags, of at most {MAX_FLAGS}", start)
    return FlagsType(names)


def _read_tuple(cursor: Cursor, scope: Scope) -> ValueType:
    items = tuple([read_value_type(cursor, scope) for _ in range(cursor.count("items"))])
    _at_least_one(cursor, items, "items")
    return TupleType(items)


def _read_fixed_list(cursor: Cursor, scope: Scope) -> ValueType:
    element = read_value_type(cursor, scope)
    length = cursor.unsigned()
    if length == 0:
        cursor.fail("a fixed-length list of length 0")
    return ListType(element, length)


_COMPOUND: dict[int, Callable[[Cursor, Scope], ValueType]] = {
    0x72: _read_record,
    0x71: _read_variant,
    0x70: lambda cursor, scope: ListType(read_value_type(cursor, scope)),
    0x6F: _read_tuple,
    0x6E: _read_flags,
    0x6D: lambda cursor, _scope: EnumType(_read_labels(cursor, "enum")),
    0x6B: lambda cursor, scope: OptionType(read_value_type(cursor, scope)),
    0x6A: lambda cursor, scope: ResultType(
        read_optional_value_type(cursor, scope), read_optional_value_type(cursor, scope)
    ),
    0x69: lambda cursor, scope: OwnType(type_at(cursor, scope, ResourceType, "a resource")),
    0x68: lambda cursor, scope: BorrowType(type_at(cursor, scope, ResourceType, "a resource")),
    0x67: _read_fixed_list,
    0x66: lambda cursor, scope: StreamType(read_optional_value_type(cursor, scope)),
    0x65: lambda cursor, scope: FutureType(read_optional_value_type(cursor, scope)),
    0x63: lambda cursor, scope: MapType(read_value_type(cursor, scope), read_value_type(cursor, scope)),
}
