"""The one callback through which guest code calls host functions, and the table that it finds them in.

Nothing may be raised out of a callback: ctypes would hand wasmtime whatever lies in its return slot. So every exception
is kept in the thread's state, wasmtime is told that the function failed, and `Instance` raises it again after the
native call has returned.
"""

from __future__ import annotations

import itertools
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass

from wasm_link.component.types import FuncType
from wasm_link.engine import capi
from wasm_link.engine.guard import guard_from_first_instruction
from wasm_link.engine.lift import lifting
from wasm_link.engine.lower import is_scalar, lowering
from wasm_link.engine.nesting import ThreadState, thread_state
from wasm_link.errors import WasmLinkError


@dataclass(frozen=True, slots=True)
class HostFunction:
    """A Python function that a component imports: `call` gets the arguments as one tuple and returns the result."""

    type: FuncType
    call: Callable[[tuple[object, ...]], object]


class HostEntry:
    """A host function with its converters. wasmtime knows it by `index`, and only while the entry is alive."""

    __slots__ = ("__weakref__", "_call", "_is_scalar", "_lifts", "_lower", "_size", "index")

    def __init__(self, function: HostFunction) -> None:
        self._call = function.call
        self._lifts = [(lifting(p.type), i * capi.VALUE_SIZE) for i, p in enumerate(function.type.params)]
        self._size = len(self._lifts) * capi.VALUE_SIZE
        self._lower = None if function.type.result is None else lowering(function.type.result)
        self._is_scalar = is_scalar(function.type.result)
        with _lock:
            self.index = next(_indices)
            _entries[self.index] = weakref.ref(self, _forget(self.index))

    def serve(self, state: ThreadState, arguments: int, count: int, results: int, result_count: int) -> None:
        """Call the function with the values at `arguments`, and write its result, if it has one, to `results`."""
        lower = self._lower
        if count != len(self._lifts) or result_count != (lower is not None):
            raise HostCallError("the function's type is not the one that the component imports")
        raw = capi.read(arguments, self._size) if count else b""
        value = self._call(tuple([lift(raw, at) for lift, at in self._lifts]))
        if lower is None:
            if value is not None:
                raise HostCallError("a host function without a result returned a value")
            return
        arena = state.arena
        mark = arena.mark()
        try:
            lowered = lower(value, arena)
            if self._is_scalar:
                capi.write(results, lowered, capi.VALUE_SIZE)
            else:
                capi.val_clone(arena.place(lowered), results)
        finally:
            arena.release(mark)


class HostCallError(WasmLinkError):
    """A host function whose type, or whose result, is not what it was declared to be."""


_lock = threading.Lock()
_indices = itertools.count(1)
_entries: dict[int, weakref.ref[HostEntry]] = {}


def _forget(index: int) -> Callable[[weakref.ref[HostEntry]], None]:
    def forget(_reference: weakref.ref[HostEntry]) -> None:
        _entries.pop(index, None)

    return forget


def _host_call(
    index: int, _context: int, type_: int, arguments: int, count: int, results: int, result_count: int
) -> int | None:
    try:
        state = thread_state()
        outer = state.enter_callback(type_)  # wasmtime keeps the type in its own stack frame
        try:
            entry = _entries[index]()
            assert entry is not None, "a call to a host function whose instance is gone"
            entry.serve(state, arguments, count, results, result_count)
        finally:
            state.leave_callback(outer)
    except BaseException as error:
        try:
            thread_state().failure = error
            return capi.new_error("a host function failed")
        except BaseException as interruption:  # a second signal, between the two lines above
            thread_state().failure = interruption
            return capi.new_error("a host function was interrupted")
    return None


guard_from_first_instruction(_host_call)
_host_callback = capi.HostCallback(_host_call)
HOST_CALL_ADDRESS = capi.address_of(_host_callback)
