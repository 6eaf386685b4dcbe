"""Component types as frozen values: what a component imports and exports, down to the value types.

The names are those of the component model (design/mvp/Explainer.md, "Type definitions"). Value types compare by
structure; resource types compare by identity, as the specification has it. Two named types of equal structure are two
objects, so that a printer may find a type's name by the object's identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias


class PrimitiveType(Enum):
    """A value type without parts; the member's value is its WIT keyword."""

    BOOL = "bool"
    S8 = "s8"
    U8 = "u8"
    S16 = "s16"
    U16 = "u16"
    S32 = "s32"
    U32 = "u32"
    S64 = "s64"
    U64 = "u64"
    F32 = "f32"
    F64 = "f64"
    CHAR = "char"
    STRING = "string"
    ERROR_CONTEXT = "error-context"


class ResourceType:
    """A resource type. Two are the same type only if they are the same object; `name` is for people."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"ResourceType({self.name!r})"


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled part of a record, or a parameter of a function."""

    name: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Case:
    """A case of a variant; `type` is None where it has no payload."""

    name: str
    type: ValueType | None


@dataclass(frozen=True, slots=True)
class ListType:
    """`list<element>`, or with a `length` the fixed-length `list<element, length>`."""

    element: ValueType
    length: int | None = None


@dataclass(frozen=True, slots=True)
class MapType:
    """`map<key, value>`."""

    key: ValueType
    value: ValueType


@dataclass(frozen=True, slots=True)
class RecordType:
    """`record { … }`, with at least one field."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class TupleType:
    """`tuple<…>`, with at least one item."""

    items: tuple[ValueType, ...]


@dataclass(frozen=True, slots=True)
class VariantType:
    """`variant { … }`, with at least one case."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class EnumType:
    """`enum { … }`, with at least one name."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlagsType:
    """`flags { … }`, with 1 to 32 names."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptionType:
    """`option<payload>`."""

    payload: ValueType


@dataclass(frozen=True, slots=True)
class ResultType:
    """`result<ok, err>`; None where a side has no payload."""

    ok: ValueType | None
    err: ValueType | None


@dataclass(frozen=True, slots=True)
class OwnType:
    """`own<resource>`."""

    resource: ResourceType


@dataclass(frozen=True, slots=True)
class BorrowType:
    """`borrow<resource>`."""

    resource: ResourceType


@dataclass(frozen=True, slots=True)
class StreamType:
    """`stream<element>`; None for a stream without elements."""

    element: ValueType | None


@dataclass(frozen=True, slots=True)
class FutureType:
    """`future<element>`; None for a future without a value."""

    element: ValueType | None


ValueType: TypeAlias = (
    PrimitiveType
    | ListType
    | MapType
    | RecordType
    | TupleType
    | VariantType
    | EnumType
    | FlagsType
    | OptionType
    | ResultType
    | OwnType
    | BorrowType
    | StreamType
    | FutureType
)


@dataclass(frozen=True, slots=True)
class FuncType:
    """A function: named parameters, at most one result, and whether it was declared `async`."""

    params: tuple[Field, ...]
    result: ValueType | None
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class TypeExtern:
    """An imported or exported type: a value type, a resource, or the type of a function, an instance or a component."""

    type: ValueType | ResourceType | FuncType | InstanceType | ComponentType


@dataclass(frozen=True, slots=True)
class ValueExtern:
    """An imported or exported value."""

    type: ValueType


@dataclass(frozen=True, slots=True)
class InstanceType:
    """An instance: its exports by name, in the order of the binary."""

    exports: Mapping[str, ExternType] = field(hash=False)

    def functions(self) -> Mapping[str, FuncType]:
        """The functions among the exports, in order."""
        return {name: item for name, item in self.exports.items() if isinstance(item, FuncType)}


@dataclass(frozen=True, slots=True)
class CoreModuleType:
    """A core module, imported or exported. Its own imports and exports are (module, name, kind) and (name, kind)."""

    imports: tuple[tuple[str, str, str], ...]
    exports: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ComponentType:
    """A component: what it imports and exports by name, in the order of the binary."""

    imports: Mapping[str, ExternType] = field(hash=False)
    exports: Mapping[str, ExternType] = field(hash=False)


ExternType: TypeAlias = FuncType | InstanceType | ComponentType | CoreModuleType | TypeExtern | ValueExtern
