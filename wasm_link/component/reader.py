"""Read what a component imports and exports, with all types, straight from the binary: nothing is compiled.

Format: component-model design/mvp/Binary.md, "Component Definitions". Core modules, their instances and custom sections
are stepped over; whatever defines or changes the type of an import or an export is read.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass

from wasm_link.component.binary import Cursor
from wasm_link.component.canonical import read_canonical
from wasm_link.component.core_types import read_core_type
from wasm_link.component.declarations import (
    check_depth,
    close_scope,
    read_alias,
    read_export,
    read_import,
    read_instance,
    read_type,
)
from wasm_link.component.definitions import read_value_type
from wasm_link.component.measure import Measures
from wasm_link.component.preamble import PREAMBLE_SIZE, check_preamble
from wasm_link.component.scope import CoreModule, Scope, ScopeKind, pick
from wasm_link.component.types import ComponentType

_CUSTOM, _CORE_MODULE, _CORE_INSTANCES, _COMPONENT, _START = 0, 1, 2, 4, 9


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a component from its bytes: its type, and what an engine needs for it.

    `is_concurrent`: some part of it uses the asynchronous part of the component model (design/mvp/Concurrency.md), be
    it only a built-in function that nobody calls.
    """

    type: ComponentType
    is_concurrent: bool


def read_component(data: bytes | memoryview | mmap.mmap) -> ComponentType:
    """The type of a component: everything that it imports and exports. Raises as `describe_component` does."""
    return describe_component(data).type


def describe_component(data: bytes | memoryview | mmap.mmap) -> Description:
    """Describe a component from its bytes.

    Raises NotAComponentError for bytes of another kind, UnsupportedComponentError for a version or a construct of the
    format that is not known here or for types beyond wasmparser's limits, and MalformedComponentError for a binary that
    breaks off or breaks the format. It does not validate more than it has to: a component that reads well may still be
    refused by an engine. Time and memory are linear in the sections that hold types.
    """
    with memoryview(data) as file:
        check_preamble(file)
        scope = Scope(ScopeKind.COMPONENT, None, file, Measures())
        _read_sections(scope, PREAMBLE_SIZE, len(file))
        closed = close_scope(scope, 0)
    assert isinstance(closed, ComponentType)
    return Description(closed, scope.measures.is_concurrent)


def _read_sections(scope: Scope, start: int, end: int) -> None:
    """Read the sections of one component, from `start` to `end` (bytes from the start of the file)."""
    while start < end:
        # A section begins with its code and its size: at most 1 + 5 bytes.
        header = Cursor(bytes(scope.file[start : min(start + 6, end)]), start)
        code = header.byte()
        size = header.unsigned()
        body = header.offset
        if size > end - body:
            header.fail(f"section {code} of {size} bytes runs past the end", start)
        if code == _CORE_MODULE:
            scope.core_modules.append(CoreModule(body, body + size))
        elif code == _COMPONENT:
            _read_nested_component(scope, body, body + size)
        elif code == _CORE_INSTANCES:
            pass  # nothing that a component imports or exports depends on them
        elif code in _VECTORS or code in (_CUSTOM, _START):
            _read_section(scope, code, body, body + size)
        else:
            header.position = 1
            header.unknown("section", code)
        start = body + size


def _read_nested_component(outer: Scope, start: int, end: int) -> None:
    scope = outer.inner(ScopeKind.COMPONENT)
    check_depth(scope, start)
    with outer.file[start:end] as file:
        check_preamble(file)
    _read_sections(scope, start + PREAMBLE_SIZE, end)
    closed = close_scope(scope, start)
    assert isinstance(closed, ComponentType)
    outer.components.append(closed)


def _read_section(scope: Scope, code: int, start: int, end: int) -> None:
    if code == _CUSTOM:
        # Only the name is looked at, and that it fits.
        with scope.file[start:end] as body:
            Cursor(body, start).name()
        return
    # A copy: indexing bytes is faster than indexing a view, and no view may outlive an error.
    cursor = Cursor(bytes(scope.file[start:end]), start)
    scope.measures.allow(cursor.end)
    if code == _START:
        _read_start(cursor, scope)
    else:
        read, what = _VECTORS[code]
        for _ in range(cursor.count(what)):
            read(cursor, scope)
    cursor.finish(f"section {code}")


def _read_start(cursor: Cursor, scope: Scope) -> None:
    """A start definition calls a function, and its result becomes a value."""
    function = pick(cursor, scope.funcs, "function")
    for _ in range(cursor.count("arguments")):
        pick(cursor, scope.values, "value")
    start = cursor.offset
    results = cursor.unsigned()
    if results != (0 if function.result is None else 1):
        cursor.fail("the start function has another number of results", start)
    if function.result is not None:
        scope.values.append(function.result)


def _read_value(cursor: Cursor, scope: Scope) -> None:
    """A value definition: its type is kept, its bytes are stepped over."""
    scope.values.append(read_value_type(cursor, scope))
    cursor.skip(cursor.unsigned())


_VECTORS: dict[int, tuple[Callable[[Cursor, Scope], None], str]] = {
    3: (read_core_type, "core types"),
    5: (read_instance, "instances"),
    6: (read_alias, "aliases"),
    7: (read_type, "types"),
    8: (read_canonical, "canonical definitions"),
    10: (read_import, "imports"),
    11: (read_export, "exports"),
    12: (_read_value, "values"),
}
