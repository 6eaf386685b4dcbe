"""Canonical definitions: each lifted function gets its type; all others define core functions and are stepped over.

Format: component-model design/mvp/Binary.md, "Canonical Definitions", with the options of wasmparser's `gc` proposal.
"""

from __future__ import annotations

from wasm_link.component.binary import Cursor
from wasm_link.component.core_types import read_core_value_type
from wasm_link.component.definitions import read_result, type_at
from wasm_link.component.scope import Scope, pick
from wasm_link.component.types import FuncType

_LIFT = 0x00
_LOWER = 0x01

# What follows the code of each built-in, a letter an immediate: t type index, i other index or number, o options,
# b a byte that is 0 or 1, v core value type, r results.
_BUILT_INS = {
    0x02: "t",  # resource.new
    0x03: "t",  # resource.drop
    0x04: "t",  # resource.rep
    0x05: "",  # task.cancel
    0x06: "b",  # subtask.cancel
    0x09: "ro",  # task.return
    0x0A: "vi",  # context.get
    0x0B: "vi",  # context.set
    0x0C: "b",  # thread.yield
    0x0D: "",  # subtask.drop
    0x0E: "t",  # stream.new
    0x0F: "to",  # stream.read
    0x10: "to",  # stream.write
    0x11: "tb",  # stream.cancel-read
    0x12: "tb",  # stream.cancel-write
    0x13: "t",  # stream.drop-readable
    0x14: "t",  # stream.drop-writable
    0x15: "t",  # future.new
    0x16: "to",  # future.read
    0x17: "to",  # future.write
    0x18: "tb",  # future.cancel-read
    0x19: "tb",  # future.cancel-write
    0x1A: "t",  # future.drop-readable
    0x1B: "t",  # future.drop-writable
    0x1C: "o",  # error-context.new
    0x1D: "o",  # error-context.debug-message
    0x1E: "",  # error-context.drop
    0x1F: "",  # waitable-set.new
    0x20: "bi",  # waitable-set.wait
    0x21: "bi",  # waitable-set.poll
    0x22: "",  # waitable-set.drop
    0x23: "",  # waitable.join
    0x24: "",  # backpressure.inc
    0x25: "",  # backpressure.dec
    0x26: "",  # thread.index
    0x27: "ii",  # thread.new-indirect
    0x28: "",  # thread.resume-later
    0x29: "b",  # thread.suspend
    0x2A: "b",  # thread.suspend-then-resume
    0x2B: "b",  # thread.yield-then-resume
    0x2C: "b",  # thread.suspend-then-promote
    0x2D: "b",  # thread.yield-then-promote
    0x2E: "t",  # stream.forward
    0x2F: "t",  # future.forward
    0x40: "i",  # thread.spawn-ref, without the `shared` byte, as tools write it
    0x41: "ii",  # thread.spawn-indirect
    0x42: "",  # thread.available-parallelism
}
# String encodings, async and gc have no immediate; memory, realloc, post-return, callback and core type have one.
_PLAIN_OPTIONS = frozenset((0x00, 0x01, 0x02, 0x06, 0x09))
_INDEXED_OPTIONS = frozenset((0x03, 0x04, 0x05, 0x07, 0x08))
# What engines have without the asynchronous part of the component model: resources, error contexts, threads that spawn.
_SYNCHRONOUS = frozenset((0x02, 0x03, 0x04, 0x1C, 0x1D, 0x1E, 0x40, 0x41, 0x42))
_ASYNC_OPTIONS = frozenset((0x06, 0x07))  # async, callback


def read_canonical(cursor: Cursor, scope: Scope) -> None:
    """Read one `canon` and append the function that a lift defines."""
    code = cursor.byte()
    if code in (_LIFT, _LOWER):
        sort = cursor.byte()
        if sort != 0x00:
            cursor.unknown("sort of canonical function", sort)
    if code == _LIFT:
        cursor.unsigned()
        _skip_options(cursor, scope)
        scope.funcs.append(type_at(cursor, scope, FuncType, "a function type"))
    elif code == _LOWER:
        pick(cursor, scope.funcs, "function")
        _skip_options(cursor, scope)
    elif code in _BUILT_INS:
        scope.measures.is_concurrent |= code not in _SYNCHRONOUS
        for immediate in _BUILT_INS[code]:
            _skip_immediate(cursor, scope, immediate)
    else:
        cursor.unknown("canonical built-in", code)


def _skip_immediate(cursor: Cursor, scope: Scope, immediate: str) -> None:
    match immediate:
        case "t":
            pick(cursor, scope.types, "type")
        case "i":
            cursor.unsigned()
        case "o":
            _skip_options(cursor, scope)
        case "b":
            cursor.flag("immediate")
        case "v":
            read_core_value_type(cursor)
        case "r":
            read_result(cursor, scope)


def _skip_options(cursor: Cursor, scope: Scope) -> None:
    for _ in range(cursor.count("canonical options")):
        code = cursor.byte()
        scope.measures.is_concurrent |= code in _ASYNC_OPTIONS
        if code in _INDEXED_OPTIONS:
            cursor.unsigned()
        elif code not in _PLAIN_OPTIONS:
            cursor.unknown("canonical option", code)
