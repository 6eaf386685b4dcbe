"""Replace resource types in a type by others: what instantiating and importing do to the types behind them.

Rule: component-model design/mvp/Explainer.md, "Type Checking" (type imports and exports, generative resources).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from wasm_link.component.measure import AnyType, Measures
from wasm_link.component.types import (
    BorrowType,
    Case,
    ComponentType,
    CoreModuleType,
    ExternType,
    Field,
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
    TypeExtern,
    ValueExtern,
    ValueType,
    VariantType,
)


class Substitution:
    """One replacement of resources. Shared parts are copied once; what mentions none of them stays the same object."""

    def __init__(self, resources: Mapping[ResourceType, ResourceType], measures: Measures, offset: int) -> None:
        self._resources = resources
        self._measures = measures
        self._offset = offset
        self._done: dict[int, AnyType] = {}

    def extern(self, item: ExternType) -> ExternType:
        """An import or an export with its resources replaced."""
        if isinstance(item, TypeExtern):
            alias_of = None if item.alias_of is None else cast(ValueType, self._any(item.alias_of))
            replaced = self._any(item.type)
            return item if replaced is item.type else TypeExtern(cast(ValueType, replaced), alias_of)
        if isinstance(item, ValueExtern):
            return ValueExtern(cast(ValueType, self._any(item.type)))
        return cast(ExternType, self._any(item))

    def externs(self, items: Mapping[str, ExternType]) -> dict[str, ExternType]:
        """All imports or exports with their resources replaced."""
        return {name: self.extern(item) for name, item in items.items()}

    # Recursion goes at most MAX_TYPE_DEPTH deep: every type was measured when it was made.
    def _any(self, item: AnyType) -> AnyType:
        if isinstance(item, ResourceType):
            return self._resources.get(item, item)
        if not self._resources or not self._measures.of(item).has_resource:
            return item
        done = self._done.get(id(item))
        if done is None:
            done = self._rebuild(item)
            if done is not item:
                self._measures.copied(done, item, self._offset)
            self._done[id(item)] = done
        return done

    def _rebuild(self, item: AnyType) -> AnyType:
        match item:
            case OwnType(resource) if resource in self._resources:
                return OwnType(self._resources[resource])
            case BorrowType(resource) if resource in self._resources:
                return BorrowType(self._resources[resource])
            case InstanceType(exports, resources):
                return InstanceType(self.externs(exports), resources)
            case ComponentType(imports, exports, resources, attributes):
                return ComponentType(self.externs(imports), self.externs(exports), resources, attributes)
            case PrimitiveType() | ResourceType() | CoreModuleType():
                return item
        parts = item.parts
        replaced = tuple([None if part is None else cast(ValueType, self._any(part)) for part in parts])
        if all(new is old for new, old in zip(replaced, parts, strict=True)):
            return item
        return with_parts(item, replaced)


def with_parts(item: ValueType | FuncType, parts: tuple[ValueType | None, ...]) -> ValueType | FuncType:
    """A new type of the same shape around other parts, as many as before and absent where they were absent."""
    given = cast(tuple[ValueType, ...], parts)
    match item:
        case ListType(_, length):
            return ListType(given[0], length)
        case MapType():
            return MapType(given[0], given[1])
        case RecordType(fields):
            return RecordType(tuple([Field(old.name, new) for old, new in zip(fields, given, strict=True)]))
        case TupleType():
            return TupleType(given)
        case VariantType(cases):
            return VariantType(tuple([Case(old.name, new) for old, new in zip(cases, parts, strict=True)]))
        case OptionType():
            return OptionType(given[0])
        case ResultType():
            return ResultType(parts[0], parts[1])
        case StreamType():
            return StreamType(parts[0])
        case FutureType():
            return FutureType(parts[0])
        case FuncType(params, _, is_async):
            fields = tuple([Field(old.name, new) for old, new in zip(params, given[:-1], strict=True)])
            return FuncType(fields, parts[-1], is_async)
        case OwnType(resource):
            return OwnType(resource)
        case BorrowType(resource):
            return BorrowType(resource)
        case PrimitiveType():
            return item
    return type(item)(item.names)
