"""How deep the calls of a thread are nested, and whether there is room for one more.

A call that runs out of room inside wasmtime cannot be reported: where Python's recursion limit is hit in the first
frame of a callback nothing catches it, and where the native stack ends so does the process. So there is a check before
each call from which guest code may call back.
"""

from __future__ import annotations

import ctypes
import sys
import threading

from wasm_link.engine.arena import Arena
from wasm_link.engine.profile import ASYNC_STACK, MAX_WASM_STACK
from wasm_link.errors import DispatchCase, DispatchError

# Python calls that must still nest when guest code is entered: the callback's own, and its error handling.
CALLS_NEEDED = 60
# What guest code may take of the native stack, and room for the host's own frames, of which a level has about 5 KiB.
_HOST_SHARE = 384 * 1024
STACK_NEEDED = MAX_WASM_STACK + _HOST_SHARE
# How many calls may be nested where the bounds of the native stack are not known.
DEPTH_WITHOUT_BOUNDS = 8
# A stack of fewer frames than half of this is far from every limit that CPython has, where none was lowered.
_USUAL_LIMIT = 1000


class ThreadState:
    """What this package knows of a thread.

    `depth` is the number of native calls under way, `failure` what a host function raised during the innermost one, and
    `stack_at` an address in the native stack, as of the innermost callback, or its highest outside of any.
    """

    __slots__ = ("arena", "depth", "failure", "ident", "stack_at", "stack_low")

    def __init__(self) -> None:
        self.arena = Arena()
        self.depth = 0
        self.failure: BaseException | None = None
        self.ident = threading.get_ident()
        self.stack_low, size = _native_stack()
        self.stack_at = self.stack_low + size

    def enter_callback(self, address: int) -> tuple[int, int]:
        """Note an address in the stack that a callback runs on; gives what `leave_callback` must be given."""
        outer = self.stack_at, self.stack_low
        if self.stack_low and not self.stack_low <= address <= self.stack_at:
            # An async function runs on a stack of its own, of which guest code has used its share at most.
            self.stack_low = address - (ASYNC_STACK - MAX_WASM_STACK - _HOST_SHARE)
        self.stack_at = address
        return outer

    def leave_callback(self, outer: tuple[int, int]) -> None:
        """Go back to the stack as it was before a callback."""
        self.stack_at, self.stack_low = outer


class _Local(threading.local):
    def __init__(self) -> None:
        self.state = ThreadState()


def thread_state() -> ThreadState:
    """The state of the thread that asks."""
    return _local.state


def check_stack(state: ThreadState) -> None:
    """Raise `DispatchError` where guest code might not find the native stack that it may use."""
    if state.stack_low:
        if state.stack_at - state.stack_low < STACK_NEEDED:
            raise _too_deep(state, "the native stack of this thread is nearly used up")
    elif state.depth >= DEPTH_WITHOUT_BOUNDS:
        raise _too_deep(state, "the size of this thread's native stack is not known")


def check_calls(state: ThreadState) -> None:
    """Raise `DispatchError` where a callback might not find room below Python's limits for nested calls.

    They count more than frames: C functions between frames too (in 3.11 with the frames, from 3.12 on by themselves),
    but hardly more than one for each frame and a few for each native call. So a stack half as deep as the limit is
    safe, and in a deeper one the room is tried out.
    """
    limit = min(sys.getrecursionlimit(), _USUAL_LIMIT)
    try:
        sys._getframe(max((limit - CALLS_NEEDED) // 2 - 4 * state.depth, 0))
    except ValueError:
        return
    try:
        _descend(CALLS_NEEDED)
    except RecursionError:
        raise _too_deep(state, "Python's limit for nested calls is near") from None


def _too_deep(state: ThreadState, why: str) -> DispatchError:
    return DispatchError(
        DispatchCase.RUNTIME_EXCEPTION, f"calls are nested too deeply: {why}, {state.depth} calls are under way"
    )


def _descend(calls: int) -> None:
    """Nest this many calls, each through a C function."""
    if calls:
        next(map(_descend, (calls - 1,)))


def _native_stack() -> tuple[int, int]:
    """The lowest address and the size of this thread's native stack, or zeros where the platform does not tell."""
    try:
        libc = ctypes.CDLL(None)
        libc.pthread_self.restype = ctypes.c_void_p
        thread = ctypes.c_void_p(libc.pthread_self())
        return _stack_of_darwin(libc, thread) if sys.platform == "darwin" else _stack_of_glibc(libc, thread)
    except (AttributeError, OSError, TypeError):
        return 0, 0


def _stack_of_glibc(libc: ctypes.CDLL, thread: ctypes.c_void_p) -> tuple[int, int]:
    attributes = ctypes.create_string_buffer(256)  # pthread_attr_t has 56 bytes on 64-bit Linux
    low, size = ctypes.c_size_t(), ctypes.c_size_t()
    if libc.pthread_getattr_np(thread, attributes) != 0:
        return 0, 0
    found = libc.pthread_attr_getstack(attributes, ctypes.byref(low), ctypes.byref(size)) == 0
    libc.pthread_attr_destroy(attributes)
    return (low.value, size.value) if found else (0, 0)


def _stack_of_darwin(libc: ctypes.CDLL, thread: ctypes.c_void_p) -> tuple[int, int]:
    libc.pthread_get_stackaddr_np.restype = ctypes.c_size_t
    libc.pthread_get_stacksize_np.restype = ctypes.c_size_t
    high: int = libc.pthread_get_stackaddr_np(thread)
    size: int = libc.pthread_get_stacksize_np(thread)
    return high - size, size


_local = _Local()
