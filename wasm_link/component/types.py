"""Component types as frozen values: what a component imports and exports, down to the value types.

The names are those of the component model (design/mvp/Explainer.md, "Type definitions"). Value types compare by
structure; resource types compare by identity, as the specification has it. Two named types of equal structure are two
objects, so that a printer may find a type's name by the object's identity. It is one module because all of it is one
definition: each kind of type may hold any other.

Types share their parts, so a type is a graph that may stand for a tree exponentially larger than itself. Comparing and
hashing a value type or a function type therefore visits each pair of parts, or each part, once.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
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


class _Structural:
    """Equality and hash by structure, in time linear in the number of distinct parts."""

    __slots__ = ("_hash",)

    @property
    def parts(self) -> tuple[ValueType | None, ...]:
        """The types that this one is made of, in order; None for a payload that is absent."""
        return self._parts()

    def _parts(self) -> tuple[ValueType | None, ...]:
        return ()

    def _shape(self) -> Hashable:
        """Whatever else makes this type what it is: the names of its parts, a length, a resource."""
        return None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Structural):
            return NotImplemented
        compared: set[tuple[int, int]] = set()
        todo: list[tuple[object, object]] = [(self, other)]
        while todo:
            left, right = todo.pop()
            if left is right:
                continue
            if not isinstance(left, _Structural) or not isinstance(right, _Structural):
                return False
            if type(left) is not type(right) or left._shape() != right._shape():
                return False
            left_parts, right_parts = left._parts(), right._parts()
            if len(left_parts) != len(right_parts):
                return False
            if (id(left), id(right)) not in compared:
                compared.add((id(left), id(right)))
                todo.extend(zip(left_parts, right_parts, strict=True))
        return True

    def __hash__(self) -> int:
        todo: list[_Structural] = [self]
        while todo:
            pending = [
                part for part in todo[-1]._parts() if isinstance(part, _Structural) and not hasattr(part, "_hash")
            ]
            if pending:
                todo.extend(pending)
                continue
            node = todo.pop()
            if not hasattr(node, "_hash"):
                object.__setattr__(node, "_hash", hash((type(node), node._shape(), node._parts())))
        found: int = object.__getattribute__(self, "_hash")
        return found


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


@dataclass(frozen=True, slots=True, eq=False)
class ListType(_Structural):
    """`list<element>`, or with a `length` the fixed-length `list<element, length>`."""

    element: ValueType
    length: int | None = None

    def _parts(self) -> tuple[ValueType | None, ...]:
        return (self.element,)

    def _shape(self) -> Hashable:
        return self.length


@dataclass(frozen=True, slots=True, eq=False)
class MapType(_Structural):
    """`map<key, value>`."""

    key: ValueType
    value: ValueType

    def _parts(self) -> tuple[ValueType | None, ...]:
        return (self.key, self.value)


@dataclass(frozen=True, slots=True, eq=False)
class RecordType(_Structural):
    """`record { … }`, with at least one field."""

    fields: tuple[Field, ...]

    def _parts(self) -> tuple[ValueType | None, ...]:
        return tuple([item.type for item in self.fields])

    def _shape(self) -> Hashable:
        return tuple([item.name for item in self.fields])


@dataclass(frozen=True, slots=True, eq=False)
class TupleType(_Structural):
    """`tuple<…>`, with at least one item."""

    items: tuple[ValueType, ...]

    def _parts(self) -> tuple[ValueType | None, ...]:
        return self.items


@dataclass(frozen=True, slots=True, eq=False)
class VariantType(_Structural):
    """`variant { … }`, with at least one case."""

    cases: tuple[Case, ...]

    def _parts(self) -> tuple[ValueType | None, ...]:
        return tuple([case.type for case in self.cases])

    def _shape(self) -> Hashable:
        return tuple([case.name for case in self.cases])


@dataclass(frozen=True, slots=True, eq=False)
class EnumType(_Structural):
    """`enum { … }`, with at least one name."""

    names: tuple[str, ...]

    def _shape(self) -> Hashable:
        return self.names


@dataclass(frozen=True, slots=True, eq=False)
class FlagsType(_Structural):
    """`flags { … }`, with 1 to 32 names."""

    names: tuple[str, ...]

    def _shape(self) -> Hashable:
        return self.names


@dataclass(frozen=True, slots=True, eq=False)
class OptionType(_Structural):
    """`option<payload>`."""

    payload: ValueType

    def _parts(self) -> tuple[ValueType | None, ...]:
        return (self.payload,)


@dataclass(frozen=True, slots=True, eq=False)
class ResultType(_Structural):
    """`result<ok, err>`; None where a side has no payload."""

    ok: ValueType | None
    err: ValueType | None

    def _parts(self) -> tuple[ValueType | None, ...]:
        return (self.ok, self.err)


@dataclass(frozen=True, slots=True, eq=False)
class OwnType(_Structural):
    """`own<resource>`."""

    resource: ResourceType

    def _shape(self) -> Hashable:
        return self.resource


@dataclass(frozen=True, slots=True, eq=False)
class BorrowType(_Structural):
    """`borrow<resource>`."""

    resource: ResourceType

    def _shape(self) -> Hashable:
        return self.resource


@dataclass(frozen=True, slots=True, eq=False)
class StreamType(_Structural):
    """`stream<element>`; None for a stream without elements."""

    element: ValueType | None

    def _parts(self) -> tuple[ValueType | None, ...]:
        return (self.element,)


@dataclass(frozen=True, slots=True, eq=False)
class FutureType(_Structural):
    """`future<element>`; None for a future without a value."""

    element: ValueType | None

    def _parts(self) -> tuple[ValueType | None, ...]:
        return (self.element,)


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


@dataclass(frozen=True, slots=True, eq=False)
class FuncType(_Structural):
    """A function: named parameters, at most one result, and whether it was declared `async`."""

    params: tuple[Field, ...]
    result: ValueType | None
    is_async: bool = False

    def _parts(self) -> tuple[ValueType | None, ...]:
        return (*[item.type for item in self.params], self.result)

    def _shape(self) -> Hashable:
        return (tuple([item.name for item in self.params]), self.is_async)


@dataclass(frozen=True, slots=True)
class TypeExtern:
    """An imported or exported type: a value type, a resource, or the type of a function, an instance or a component.

    A value type is named by what imports or exports it: `type` is an object of its own, and `alias_of` the equal type
    that the declaration referred to. Where that one has a name too, this is `use` or `type a = b`.
    """

    type: ValueType | ResourceType | FuncType | InstanceType | ComponentType
    alias_of: ValueType | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ValueExtern:
    """An imported or exported value."""

    type: ValueType


@dataclass(frozen=True, slots=True)
class InstanceType:
    """An instance: its exports by name, in the order of the binary.

    `resources` are those that this type introduces (`sub resource`), so that each instance of it has its own. The type
    of an actual instance, such as an import of a component, has none.
    """

    exports: Mapping[str, ExternType] = field(hash=False)
    resources: tuple[ResourceType, ...] = field(default=(), compare=False, repr=False)

    def functions(self) -> Mapping[str, FuncType]:
        """The functions among the exports, in order."""
        return {name: item for name, item in self.exports.items() if isinstance(item, FuncType)}


@dataclass(frozen=True, slots=True)
class CoreModuleType:
    """A core module, imported or exported. Its own imports and exports are (module, name, kind) and (name, kind)."""

    imports: tuple[tuple[str, str, str], ...]
    exports: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NameAttributes:
    """What a binary may say of an imported or exported name (Explainer.md, "Import and Export Definitions").

    `implements` is the WIT interface of an instance with a plain name, `version_suffix` the rest of a version of which
    the name holds the canonical part, and `external_id` a name that means something to the host.
    """

    implements: str | None = None
    version_suffix: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class ComponentType:
    """A component: what it imports and exports by name, in the order of the binary.

    `resources` are those that the component imports, defines or gets from its own instances. `attributes` hold what
    else is said of a name, under ("import" or "export", name); most names have none.
    """

    imports: Mapping[str, ExternType] = field(hash=False)
    exports: Mapping[str, ExternType] = field(hash=False)
    resources: tuple[ResourceType, ...] = field(default=(), compare=False, repr=False)
    attributes: Mapping[tuple[str, str], NameAttributes] = field(default_factory=dict, compare=False, repr=False)


ExternType: TypeAlias = FuncType | InstanceType | ComponentType | CoreModuleType | TypeExtern | ValueExtern
