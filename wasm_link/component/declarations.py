"""Imports, exports, aliases and instances of a scope, and the component and instance types that hold them.

Formats: component-model design/mvp/Binary.md, "Instance Definitions", "Alias Definitions", "Type Definitions" and
"Import and Export Definitions".
"""

from __future__ import annotations

from enum import Enum

from wasm_link.component.binary import Cursor
from wasm_link.component.core_types import core_module_type_at, module_type, read_core_type
from wasm_link.component.definitions import read_defined_type, read_value_type, type_at
from wasm_link.component.measure import type_of
from wasm_link.component.names import parse_extern_name
from wasm_link.component.scope import Scope, ScopeKind, pick
from wasm_link.component.substitution import Substitution
from wasm_link.component.types import (
    ComponentType,
    CoreModuleType,
    ExternType,
    FuncType,
    InstanceType,
    NameAttributes,
    ResourceType,
    TypeExtern,
    ValueExtern,
)
from wasm_link.errors import MalformedComponentError, UnsupportedComponentError

# With MAX_TYPE_DEPTH this bounds the stack: a reader uses some 600 of Python's 1,000 frames at the most.
MAX_SCOPE_DEPTH = 50


class Sort(Enum):
    """The sorts of a component, by their codes, and those of the core that matter here, by names."""

    FUNC = 0x01
    VALUE = 0x02
    TYPE = 0x03
    COMPONENT = 0x04
    INSTANCE = 0x05
    CORE_TYPE = "core type"
    CORE_MODULE = "core module"
    CORE_OTHER = "core function, table, memory, global, tag or instance"


_SORTS = {sort.value: sort for sort in (Sort.FUNC, Sort.VALUE, Sort.TYPE, Sort.COMPONENT, Sort.INSTANCE)}
_CORE_SORTS = {
    **dict.fromkeys((0x00, 0x01, 0x02, 0x03, 0x04, 0x12), Sort.CORE_OTHER),
    0x10: Sort.CORE_TYPE,
    0x11: Sort.CORE_MODULE,
}
_CLASSES: dict[Sort, type] = {
    Sort.FUNC: FuncType,
    Sort.VALUE: ValueExtern,
    Sort.TYPE: TypeExtern,
    Sort.COMPONENT: ComponentType,
    Sort.INSTANCE: InstanceType,
    Sort.CORE_MODULE: CoreModuleType,
}


def check_depth(scope: Scope, offset: int) -> None:
    """Raise UnsupportedComponentError where components and their types are nested too deep."""
    if scope.depth > MAX_SCOPE_DEPTH:
        raise UnsupportedComponentError(f"components and types nested more than {MAX_SCOPE_DEPTH} levels deep", offset)


def read_type(cursor: Cursor, scope: Scope) -> None:
    """Read one `type` and append it."""
    code = cursor.peek()
    if code in (0x41, 0x42):
        scope.types.append(_read_scope_type(cursor, scope))
    else:
        scope.types.append(read_defined_type(cursor, scope))


def _read_scope_type(cursor: Cursor, outer: Scope) -> ComponentType | InstanceType:
    start = cursor.offset
    kind = ScopeKind.COMPONENT_TYPE if cursor.byte() == 0x41 else ScopeKind.INSTANCE_TYPE
    scope = outer.inner(kind)
    check_depth(scope, start)
    for _ in range(cursor.count("declarations")):
        code = cursor.byte()
        if code == 0x00:
            read_core_type(cursor, scope)
        elif code == 0x01:
            read_type(cursor, scope)
        elif code == 0x02:
            read_alias(cursor, scope)
        elif code == 0x03 and kind is ScopeKind.COMPONENT_TYPE:
            read_import(cursor, scope)
        elif code == 0x04:
            name_offset = cursor.offset
            name = _read_name(cursor, scope, "export")
            scope.declare("export", name, _read_extern_type(cursor, scope, name), name_offset)
        else:
            cursor.unknown("declaration", code)
    return close_scope(scope, start)


def close_scope(scope: Scope, offset: int) -> ComponentType | InstanceType:
    """The type that a scope has come to, once everything in it was read."""
    closed: ComponentType | InstanceType
    if scope.kind is ScopeKind.INSTANCE_TYPE:
        closed = InstanceType(scope.exports, tuple(scope.resources))
    else:
        closed = ComponentType(scope.imports, scope.exports, tuple(scope.resources), scope.attributes)
    inside = [type_of(item) for items in (scope.imports, scope.exports) for item in items.values()]
    return scope.measures.made(closed, inside, offset)


def read_import(cursor: Cursor, scope: Scope) -> None:
    """Read one `import` and append what it defines."""
    start = cursor.offset
    name = _read_name(cursor, scope, "import")
    scope.declare("import", name, _read_extern_type(cursor, scope, name), start)


def read_export(cursor: Cursor, scope: Scope) -> None:
    """Read one `export` of a component and append what it defines: the exported item under its (ascribed) type."""
    start = cursor.offset
    name = _read_name(cursor, scope, "export")
    item = _read_item(cursor, scope, name)
    if cursor.flag("presence byte"):
        ascribed_at = cursor.offset
        ascribed = _read_extern_type(cursor, scope, name)
        if type(ascribed) is not type(item):
            cursor.fail(f"export {name!r} has a type of another sort", ascribed_at)
        item = ascribed
    scope.declare("export", name, item, start)


def read_alias(cursor: Cursor, scope: Scope) -> None:
    """Read one `alias` and append what it stands for. Aliases of core functions, tables and such are stepped over."""
    start = cursor.offset
    sort = _read_sort(cursor)
    target = cursor.byte()
    if target == 0x00:
        instance = pick(cursor, scope.instances, "instance")
        name = cursor.name()
        item = instance.exports.get(name)
        if item is None or type(item) is not _CLASSES.get(sort):
            cursor.fail(f"the instance has no such export {name[:200]!r}", start)
        scope.define(item)
    elif target == 0x01:
        if sort is not Sort.CORE_OTHER:
            cursor.fail("a core instance cannot export this", start)
        cursor.unsigned()
        cursor.skip_name()
    elif target == 0x02:
        _read_outer_alias(cursor, scope, sort)
    else:
        cursor.unknown("alias target", target)


def _read_outer_alias(cursor: Cursor, scope: Scope, sort: Sort) -> None:
    start = cursor.offset
    target, leaves_component = scope.enclosing(cursor.unsigned(), cursor)
    match sort:
        case Sort.CORE_TYPE:
            scope.core_types.append(pick(cursor, target.core_types, "core type"))
        case Sort.CORE_MODULE:
            scope.core_modules.append(pick(cursor, target.core_modules, "core module"))
        case Sort.COMPONENT:
            scope.components.append(pick(cursor, target.components, "component"))
        case Sort.TYPE:
            found = pick(cursor, target.types, "type")
            # An instance or component type may mention resources of its own; those of the outer component are seldom
            # told apart from them, and a valid component never mentions them here.
            closed = isinstance(found, InstanceType | ComponentType)
            if leaves_component and not closed and scope.measures.of(found).has_resource:
                cursor.fail("an outer alias takes a resource out of its component", start)
            scope.types.append(found)
        case _:
            cursor.fail("an outer alias of this sort does not exist", start)


def read_instance(cursor: Cursor, scope: Scope) -> None:
    """Read one `instance` and append its type: an instantiated component, or a bundle of definitions."""
    start = cursor.offset
    form = cursor.byte()
    if form == 0x00:
        component = pick(cursor, scope.components, "component")
        arguments: dict[str, ExternType] = {}
        for _ in range(cursor.count("arguments")):
            name_offset = cursor.offset
            name = cursor.name()
            if name in arguments:
                cursor.fail(f"argument {name!r} is given twice", name_offset)
            arguments[name] = _read_item(cursor, scope, None)
        scope.instances.append(_instantiate(component, arguments, scope, cursor, start))
    elif form == 0x01:
        exports: dict[str, ExternType] = {}
        for _ in range(cursor.count("exports")):
            name_offset = cursor.offset
            name = _read_name(cursor, None, "export")
            if name in exports:
                cursor.fail(f"export {name!r} is given twice", name_offset)
            exports[name] = _read_item(cursor, scope, name)
        instance = InstanceType(exports)
        scope.instances.append(scope.measures.made(instance, [type_of(item) for item in exports.values()], start))
    else:
        cursor.unknown("form of instance", form)


def _instantiate(
    component: ComponentType, arguments: dict[str, ExternType], scope: Scope, cursor: Cursor, offset: int
) -> InstanceType:
    """The exports of a component for these arguments: imported resources become those given, all others are new."""
    given: dict[ResourceType, ResourceType] = {}
    pairs: list[tuple[str, ExternType, ExternType | None]] = [
        (name, needed, arguments.get(name)) for name, needed in component.imports.items()
    ]
    while pairs:
        name, needed, provided = pairs.pop()
        scope.measures.spend(1, offset)
        if provided is None:
            cursor.fail(f"nothing is given for the import {name!r} of the component", offset)
        if type(needed) is not type(provided):
            cursor.fail(f"what is given for the import {name!r} is of another sort", offset)
        if isinstance(needed, InstanceType) and isinstance(provided, InstanceType):
            pairs.extend((inner, item, provided.exports.get(inner)) for inner, item in needed.exports.items())
        elif isinstance(needed, TypeExtern) and isinstance(needed.type, ResourceType):
            if not isinstance(provided, TypeExtern) or not isinstance(provided.type, ResourceType):
                cursor.fail(f"what is given for {name!r} is not a resource", offset)
            given.setdefault(needed.type, provided.type)
    scope.measures.spend(len(component.resources), offset)
    for resource in component.resources:
        if resource not in given:
            given[resource] = scope.new_resource(resource.name)
    exports = Substitution(given, scope.measures, offset).externs(component.exports)
    for name, item in exports.items():
        if isinstance(item, TypeExtern) and isinstance(item.type, ResourceType) and not item.type.name:
            item.type.name = name
    return scope.measures.made(InstanceType(exports), [type_of(item) for item in exports.values()], offset)


def _read_name(cursor: Cursor, scope: Scope | None, direction: str) -> str:
    """Read the name of an import or an export; what else is said of it goes to the scope."""
    start = cursor.offset
    form = cursor.byte()
    if form > 0x02:
        cursor.unknown("form of name", form)
    name = cursor.name()
    if parse_extern_name(name) is None:
        raise UnsupportedComponentError(f"{direction} name {name[:200]!r} has no known form", start)
    if form == 0x02:
        attributes = _read_attributes(cursor)
        if scope is not None:
            scope.attributes[direction, name] = attributes
    return name


def _read_attributes(cursor: Cursor) -> NameAttributes:
    found: dict[int, str] = {}
    for _ in range(cursor.count("attributes")):
        code = cursor.byte()
        if code > 0x02:
            cursor.unknown("attribute of a name", code)
        if code in found:
            cursor.fail("an attribute of a name is given twice", cursor.offset - 1)
        found[code] = cursor.name()
    return NameAttributes(found.get(0x00), found.get(0x01), found.get(0x02))


def _read_extern_type(cursor: Cursor, scope: Scope, name: str) -> ExternType:
    """Read an `externtype`: the declared type of an import or an export."""
    start = cursor.offset
    match _read_sort(cursor):
        case Sort.CORE_MODULE:
            return core_module_type_at(cursor, scope)
        case Sort.FUNC:
            return type_at(cursor, scope, FuncType, "a function type")
        case Sort.VALUE:
            # The type alone, as tools write it; the specification's bound before it is not written by any.
            return ValueExtern(read_value_type(cursor, scope))
        case Sort.TYPE:
            if cursor.flag("type bound"):
                return TypeExtern(scope.new_resource(name))
            return scope.named(pick(cursor, scope.types, "type"), name, start)
        case Sort.COMPONENT:
            return type_at(cursor, scope, ComponentType, "a component type")
        case Sort.INSTANCE:
            return scope.opened(type_at(cursor, scope, InstanceType, "an instance type"), start)
    raise MalformedComponentError("this sort cannot be imported or exported", start)


def _read_item(cursor: Cursor, scope: Scope, name: str | None) -> ExternType:
    """Read a `sortidx`: a definition of the scope that is exported under a name, or (None) given as an argument."""
    start = cursor.offset
    match _read_sort(cursor):
        case Sort.CORE_MODULE:
            return module_type(scope, pick(cursor, scope.core_modules, "core module"), start)
        case Sort.FUNC:
            return pick(cursor, scope.funcs, "function")
        case Sort.VALUE:
            return ValueExtern(pick(cursor, scope.values, "value"))
        case Sort.TYPE:
            found = pick(cursor, scope.types, "type")
            return TypeExtern(found) if name is None else scope.named(found, name, start)
        case Sort.COMPONENT:
            return pick(cursor, scope.components, "component")
        case Sort.INSTANCE:
            return pick(cursor, scope.instances, "instance")
    raise MalformedComponentError("this sort cannot be exported or given", start)


def _read_sort(cursor: Cursor) -> Sort:
    code = cursor.byte()
    if code == 0x00:
        core = cursor.byte()
        found = _CORE_SORTS.get(core)
        return cursor.unknown("core sort", core) if found is None else found
    found = _SORTS.get(code)
    return cursor.unknown("sort", code) if found is None else found
