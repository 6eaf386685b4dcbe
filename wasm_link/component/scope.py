"""The index spaces of one component, component type or instance type, at the level of types.

Rules: component-model design/mvp/Explainer.md, "Index Spaces", and Binary.md, "Alias Definitions".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from wasm_link.component.binary import Cursor
from wasm_link.component.measure import Measures, check_size, type_of
from wasm_link.component.names import uniqueness_key
from wasm_link.component.substitution import Substitution, with_parts
from wasm_link.component.types import (
    ComponentType,
    CoreModuleType,
    ExternType,
    FuncType,
    InstanceType,
    NameAttributes,
    PrimitiveType,
    ResourceType,
    TypeExtern,
    ValueExtern,
    ValueType,
)

_Item = TypeVar("_Item")
_DeclaredType = ValueType | ResourceType | FuncType | InstanceType | ComponentType


class ScopeKind(Enum):
    """What a scope is the inside of; the value is its phrase in messages."""

    COMPONENT = "a component"
    COMPONENT_TYPE = "a component type"
    INSTANCE_TYPE = "an instance type"


@dataclass(frozen=True, slots=True)
class CoreModule:
    """A core module within the file, from `start` to `end` (bytes); it is read only if somebody asks for its type."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class Scope:
    """The definitions so far, each index space in order. `core_types` holds None for what is not a module type."""

    kind: ScopeKind
    parent: Scope | None
    file: memoryview
    measures: Measures
    depth: int = 1
    core_types: list[CoreModuleType | None] = field(default_factory=list)
    core_modules: list[CoreModule | CoreModuleType] = field(default_factory=list)
    types: list[_DeclaredType] = field(default_factory=list)
    funcs: list[FuncType] = field(default_factory=list)
    values: list[ValueType] = field(default_factory=list)
    instances: list[InstanceType] = field(default_factory=list)
    components: list[ComponentType] = field(default_factory=list)
    imports: dict[str, ExternType] = field(default_factory=dict)
    exports: dict[str, ExternType] = field(default_factory=dict)
    resources: list[ResourceType] = field(default_factory=list)
    attributes: dict[tuple[str, str], NameAttributes] = field(default_factory=dict)
    size: int = 1
    _taken: set[tuple[str, str]] = field(default_factory=set)

    def inner(self, kind: ScopeKind) -> Scope:
        """A scope within this one, with index spaces of its own."""
        return Scope(kind, self, self.file, self.measures, self.depth + 1)

    def enclosing(self, count: int, cursor: Cursor) -> tuple[Scope, bool]:
        """The scope `count` levels out (0 is this one), and whether the way there leaves a component."""
        scope = self
        leaves_component = False
        for _ in range(count):
            leaves_component = leaves_component or scope.kind is ScopeKind.COMPONENT
            if scope.parent is None:
                cursor.fail(f"an outer alias to level {count}, which is outside of the outermost component")
            scope = scope.parent
        return scope, leaves_component

    def new_resource(self, name: str) -> ResourceType:
        """A resource type that belongs to this scope and equals no other."""
        resource = ResourceType(name)
        self.resources.append(resource)
        return resource

    def opened(self, item: InstanceType, offset: int) -> InstanceType:
        """The type of one actual instance: the resources that the instance type introduces become new ones here."""
        if not item.resources:
            return item
        self.measures.spend(len(item.resources), offset)
        fresh = {resource: self.new_resource(resource.name) for resource in item.resources}
        exports = Substitution(fresh, self.measures, offset).externs(item.exports)
        return self.measures.copied(InstanceType(exports), item, offset)

    def named(self, item: _DeclaredType, name: str, offset: int) -> TypeExtern:
        """A type under a name of its own: a value type becomes an object of its own, a resource keeps its identity."""
        if isinstance(item, ResourceType):
            item.name = item.name or name
            return TypeExtern(item)
        if isinstance(item, FuncType | InstanceType | ComponentType | PrimitiveType):
            return TypeExtern(item)
        copy = with_parts(item, item.parts)
        assert not isinstance(copy, FuncType)
        return TypeExtern(self.measures.copied(copy, item, offset), item)

    def define(self, item: ExternType) -> None:
        """Append an imported, exported or aliased item to the index space of its sort."""
        match item:
            case FuncType():
                self.funcs.append(item)
            case InstanceType():
                self.instances.append(item)
            case ComponentType():
                self.components.append(item)
            case CoreModuleType():
                self.core_modules.append(item)
            case TypeExtern(described):
                self.types.append(described)
            case ValueExtern(described):
                self.values.append(described)

    def declare(self, direction: str, name: str, item: ExternType, offset: int) -> None:
        """Add an import or an export ("import" or "export"); its name must be strongly unique among these."""
        key = (direction, uniqueness_key(name))
        if key in self._taken:
            Cursor(b"", offset).fail(f"{direction} name {name!r} conflicts with an earlier one")
        self._taken.add(key)
        self.size += self.measures.of(type_of(item)).size
        check_size(self.size, offset)
        (self.imports if direction == "import" else self.exports)[name] = item
        self.define(item)


def pick(cursor: Cursor, space: Sequence[_Item], what: str) -> _Item:
    """Read an index and return what it stands for in an index space."""
    start = cursor.offset
    index = cursor.unsigned()
    if index >= len(space):
        cursor.fail(f"{what} index {index} is out of range: there are {len(space)}", start)
    return space[index]
