"""Core WebAssembly types in a component: stepped over, except for module types, whose imports and exports are kept.

Formats: Binary.md, "Type Definitions" (core:type, core:moduletype); core specification 3.0, "Binary Format", "Types"
and "Modules".
"""

from __future__ import annotations

from wasm_link.component.binary import Cursor
from wasm_link.component.preamble import PREAMBLE_SIZE
from wasm_link.component.scope import CoreModule, Scope, pick
from wasm_link.component.types import CoreModuleType

_NUMBER_TYPES = frozenset(range(0x7B, 0x80))
_HEAP_TYPES = frozenset((*range(0x68, 0x76),))
_PACKED_TYPES = frozenset((0x77, 0x78))
_EXTERN_KINDS = {0: "func", 1: "table", 2: "memory", 3: "global", 4: "tag", 0x20: "func"}
_IMPORT_SECTION = 2
_EXPORT_SECTION = 7
_MODULE_TYPE = 0x50


def read_core_type(cursor: Cursor, scope: Scope) -> None:
    """Read one `core:type` and append what it defines: a module type, or any number of types that nobody looks at."""
    code = cursor.peek()
    if code == _MODULE_TYPE:
        start = cursor.offset
        cursor.byte()
        imports, exports = _read_module_declarations(cursor)
        module = CoreModuleType(tuple(imports), tuple(exports))
        scope.core_types.append(scope.measures.made(module, (), start))
        return
    if code == 0x00:  # a non-final `sub` type, so prefixed because 0x50 means a module type here
        cursor.byte()
        if cursor.peek() != _MODULE_TYPE:
            cursor.unknown("core type", cursor.byte())
    scope.core_types.extend([None] * _skip_recursive_types(cursor))


def read_core_value_type(cursor: Cursor) -> None:
    """Step over a `core:valtype`."""
    code = cursor.byte()
    if code in _NUMBER_TYPES or code in _HEAP_TYPES:
        return
    if code in (0x63, 0x64):  # (ref null? heaptype)
        _skip_heap_type(cursor)
    elif code == 0x65:  # shared
        if cursor.byte() not in _HEAP_TYPES:
            cursor.fail("unknown shared heap type", cursor.offset - 1)
    else:
        cursor.unknown("core value type", code)


def module_type(scope: Scope, module: CoreModule | CoreModuleType, offset: int) -> CoreModuleType:
    """The type of a core module in the index space; one that lies in the file is read here, its code excepted."""
    if isinstance(module, CoreModuleType):
        return module
    data = scope.file[module.start : module.end]
    try:
        read = _read_module(Cursor(data, module.start))
    finally:
        data.release()
    return scope.measures.made(read, (), offset)


def _read_module(cursor: Cursor) -> CoreModuleType:
    imports: list[tuple[str, str, str]] = []
    exports: list[tuple[str, str]] = []
    cursor.skip(PREAMBLE_SIZE)
    while cursor.position < cursor.end:
        section = cursor.byte()
        size = cursor.unsigned()
        start = cursor.position
        cursor.skip(size)
        if section in (_IMPORT_SECTION, _EXPORT_SECTION):
            body = Cursor(bytes(cursor.data[start : cursor.position]), cursor.base + start)
            for _ in range(body.count("items")):
                if section == _IMPORT_SECTION:
                    imports.extend(_read_imports(body))
                else:
                    exports.append((body.name(), _kind(body)))
                    body.unsigned()
            body.finish("a section of a core module")
    return CoreModuleType(tuple(imports), tuple(exports))


def _read_module_declarations(cursor: Cursor) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    imports: list[tuple[str, str, str]] = []
    exports: list[tuple[str, str]] = []
    for _ in range(cursor.count("module declarations")):
        code = cursor.byte()
        if code == 0x00:
            imports.append((cursor.name(), cursor.name(), _read_extern_type(cursor)))
        elif code == 0x01:
            _skip_recursive_types(cursor)
        elif code == 0x02:
            if (cursor.byte(), cursor.byte()) != (0x10, 0x01):
                cursor.fail("a module type can only hold outer aliases of core types", cursor.offset - 2)
            cursor.unsigned()
            cursor.unsigned()
        elif code == 0x03:
            exports.append((cursor.name(), _read_extern_type(cursor)))
        else:
            cursor.unknown("module declaration", code)
    return imports, exports


def _read_imports(cursor: Cursor) -> list[tuple[str, str, str]]:
    """One entry of a core import section: an import, or several from one module (compact-import proposal)."""
    module, name = cursor.name(), cursor.name()
    marker = cursor.peek()
    if name or marker not in (0x7E, 0x7F):
        return [(module, name, _read_extern_type(cursor))]
    cursor.byte()
    if marker == 0x7F:
        return [(module, cursor.name(), _read_extern_type(cursor)) for _ in range(cursor.count("imports"))]
    kind = _read_extern_type(cursor)
    return [(module, cursor.name(), kind) for _ in range(cursor.count("imports"))]


def _kind(cursor: Cursor) -> str:
    code = cursor.byte()
    if code not in _EXTERN_KINDS:
        cursor.unknown("kind of core import or export", code)
    return _EXTERN_KINDS[code]


def _read_extern_type(cursor: Cursor) -> str:
    """Step over a `core:externtype` and return its kind."""
    kind = _kind(cursor)
    if kind == "func":
        cursor.unsigned()
    elif kind == "table":
        read_core_value_type(cursor)
        _skip_limits(cursor)
    elif kind == "memory":
        _skip_limits(cursor)
    elif kind == "global":
        read_core_value_type(cursor)
        cursor.byte()
    else:
        cursor.byte()
        cursor.unsigned()
    return kind


def _skip_limits(cursor: Cursor) -> None:
    flags = cursor.byte()
    if flags > 0b1111:
        cursor.unknown("limits flags", flags)
    bits = 64 if flags & 0b100 else 32
    cursor.unsigned(bits)
    if flags & 0b001:
        cursor.unsigned(bits)
    if flags & 0b1000:  # custom page size
        cursor.unsigned()


def _skip_recursive_types(cursor: Cursor) -> int:
    """Step over a `core:rectype` and return how many types it defines."""
    if cursor.peek() != 0x4E:
        _skip_sub_type(cursor)
        return 1
    cursor.byte()
    types = cursor.count("core types")
    for _ in range(types):
        _skip_sub_type(cursor)
    return types


def _skip_sub_type(cursor: Cursor) -> None:
    if cursor.peek() in (0x4F, 0x50):
        cursor.byte()
        for _ in range(cursor.count("supertypes")):
            cursor.unsigned()
    if cursor.peek() == 0x65:  # shared
        cursor.byte()
    for prefix in (0x4C, 0x4D):  # describes, descriptor
        if cursor.peek() == prefix:
            cursor.byte()
            cursor.unsigned()
    code = cursor.byte()
    if code == 0x60:
        for what in ("parameters", "results"):
            for _ in range(cursor.count(what)):
                read_core_value_type(cursor)
    elif code == 0x5E:
        _skip_field(cursor)
    elif code == 0x5F:
        for _ in range(cursor.count("fields")):
            _skip_field(cursor)
    elif code == 0x5D:
        cursor.signed33()
    else:
        cursor.unknown("core type", code)


def _skip_field(cursor: Cursor) -> None:
    if cursor.peek() in _PACKED_TYPES:
        cursor.byte()
    else:
        read_core_value_type(cursor)
    cursor.flag("mutability")


def _skip_heap_type(cursor: Cursor) -> None:
    code = cursor.peek()
    if code in _HEAP_TYPES:
        cursor.byte()
    elif code == 0x65:
        cursor.skip(2)
    elif code == 0x62:  # exact
        cursor.byte()
        cursor.unsigned()
    elif cursor.signed33() < 0:
        cursor.fail("unknown heap type")


def core_module_type_at(cursor: Cursor, scope: Scope) -> CoreModuleType:
    """Read the index of a core type that must be a module type."""
    start = cursor.offset
    found = pick(cursor, scope.core_types, "core type")
    if found is None:
        cursor.fail("not a core module type", start)
    return found
