"""The size, the depth and the contents of every type that a reader makes, so that nothing it does later can blow up.

Types share their parts, so a file of a few hundred bytes can hold a type that is a tree of 2 ** 100 nodes. Sizes are
added up as types are made, and a type over the limits is refused before anybody walks it. The limits are those of
wasmparser (MAX_WASM_TYPE_SIZE, MAX_WASM_COMPONENT_TYPE_DEPTH): what exceeds them runs nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from wasm_link.component.types import (
    ComponentType,
    CoreModuleType,
    ExternType,
    FuncType,
    FutureType,
    InstanceType,
    PrimitiveType,
    ResourceType,
    StreamType,
    TypeExtern,
    ValueExtern,
    ValueType,
)
from wasm_link.errors import UnsupportedComponentError

MAX_TYPE_SIZE = 1_000_000
MAX_TYPE_DEPTH = 100
# Importing an instance, and instantiating a component, copies the parts of types that mention resources. A type that is
# used once costs fewer copies than it has bytes in the file, so this many are for using types again.
SPARE_COPIES = 100_000
# Some 10 microseconds and 500 bytes each. wasmparser allows a million in a component.
MAX_TYPES = 500_000

AnyType: TypeAlias = ValueType | ResourceType | FuncType | InstanceType | ComponentType | CoreModuleType
_Any = TypeVar("_Any", bound=AnyType)


@dataclass(frozen=True, slots=True)
class Measure:
    """Nodes of a type as a tree, its nesting (1 for a type without parts), and whether it mentions any resource."""

    size: int
    depth: int
    has_resource: bool


_LEAF = Measure(1, 1, False)
_RESOURCE = Measure(1, 1, True)


class Measures:
    """The measure of each type made so far, by identity, and the budget for copies.

    `is_concurrent` says that something was read which needs the asynchronous part of the component model.
    """

    def __init__(self) -> None:
        self.is_concurrent = False
        # The type itself is kept beside its measure, so that its id stays its own.
        self._known: dict[int, tuple[AnyType, Measure]] = {}
        self._copies_left = SPARE_COPIES

    def allow(self, copies: int) -> None:
        """Add to the budget: every byte that defines types pays for one copy, so that the work stays linear."""
        self._copies_left += copies

    def of(self, item: AnyType) -> Measure:
        """The measure of a type that was made here."""
        if isinstance(item, PrimitiveType):
            return _LEAF
        if isinstance(item, ResourceType):
            return _RESOURCE
        return self._known[id(item)][1]

    def made(self, item: _Any, parts: Iterable[AnyType | None], offset: int) -> _Any:
        """Measure a new type by its parts, which were measured before, and return it."""
        size, depth, has_resource = 1, 0, False
        for part in parts:
            if part is None:
                continue
            measure = self.of(part)
            size += measure.size
            depth = max(depth, measure.depth)
            has_resource = has_resource or measure.has_resource
        check_size(size, offset)
        if depth >= MAX_TYPE_DEPTH:
            raise UnsupportedComponentError(f"a type is nested more than {MAX_TYPE_DEPTH} levels deep", offset)
        if len(self._known) >= MAX_TYPES:
            raise UnsupportedComponentError(f"more than {MAX_TYPES} types", offset)
        self._known[id(item)] = (item, Measure(size, depth + 1, has_resource))
        if isinstance(item, StreamType | FutureType) or (isinstance(item, FuncType) and item.is_async):
            self.is_concurrent = True
        return item

    def copied(self, item: _Any, original: AnyType, offset: int) -> _Any:
        """Give a copy the measure of its original, and return it. Every copy costs one of the budget."""
        self.spend(1, offset)
        if not isinstance(item, PrimitiveType | ResourceType):
            self._known[id(item)] = (item, self.of(original))
        return item

    def spend(self, nodes: int, offset: int) -> None:
        """Account for work that copies or visits so many nodes again."""
        self._copies_left -= nodes
        if self._copies_left < 0:
            raise UnsupportedComponentError("instances need too many copies of types for a file of this size", offset)


def check_size(size: int, offset: int) -> None:
    """Raise UnsupportedComponentError for a type of more than MAX_TYPE_SIZE nodes."""
    if size > MAX_TYPE_SIZE:
        raise UnsupportedComponentError(f"a type has more than {MAX_TYPE_SIZE} parts", offset)


def type_of(item: ExternType) -> AnyType:
    """The type behind an import or an export: of a value its type, of a type that type, of anything else itself."""
    return item.type if isinstance(item, TypeExtern | ValueExtern) else item
