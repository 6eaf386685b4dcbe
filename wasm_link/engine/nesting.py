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
from wasm_link.errors import DispatchCase, DispatchError

# Python frames that must be left when guest code is entered: the callback's own, with room for its error handling.
FRAMES_NEEDED = 60
# What guest code may take of the native stack (wasmtime's default limit), and room for the host's own frames below it.
STACK_NEEDED = 512 * 1024 + 384 * 1024
# How many calls may be nested where the bounds of the native stack are not known.
DEPTH_WITHOUT_BOUNDS = 8


class ThreadState:
    """What this package knows of a thread.

    `depth` is the number of native calls under way, `failure` what a host function raised during the innermost one, and
    `stack_at` an address in the native stack, as of the innermost callback (0 outside of any).
    """

    __slots__ = ("arena", "depth", "failure", "ident", "stack_at", "stack_low")

    def __init__(self) -> None:
        self.arena = Arena()
        self.depth = 0
        self.failure: BaseException | None = None
        self.ident = threading.get_ident()
        self.stack_at = 0
        self.stack_low = _stack_low()


class _Local(threading.local):
    def __init__(self) -> None:
        self.state = ThreadState()


def thread_state() -> ThreadState:
    """The state of the thread that asks."""
    return _local.state


def check_room(state: ThreadState) -> None:
    """Raise `DispatchError` where one more call into guest code might not find the room it needs."""
    limit = sys.getrecursionlimit()
    # C functions between Python frames may count as well (Python 3.11), but never more than one for each frame and a
    # few for each native call: so a stack half as deep as the limit is safe, and above that the room is tried out.
    try:
        sys._getframe(max((limit - FRAMES_NEEDED) // 2 - 4 * state.depth, 0))
    except ValueError:
        pass
    else:
        try:
            _descend(FRAMES_NEEDED)
        except RecursionError:
            raise _too_deep(f"Python's recursion limit of {limit} is near") from None
    if state.stack_at and state.stack_low:
        if state.stack_at - state.stack_low < STACK_NEEDED:
            raise _too_deep("the native stack of this thread is nearly used up")
    elif state.depth >= DEPTH_WITHOUT_BOUNDS and not state.stack_low:
        raise _too_deep("the size of this thread's native stack is not known")


def _too_deep(why: str) -> DispatchError:
    depth = thread_state().depth
    return DispatchError(
        DispatchCase.RUNTIME_EXCEPTION, f"calls are nested too deeply: {why}, {depth} calls are under way"
    )


def _descend(frames: int) -> None:
    if frames:
        _descend(frames - 1)


def _stack_low() -> int:
    """The lowest address of this thread's native stack, or 0 where the platform does not tell."""
    libc = ctypes.CDLL(None)
    try:
        if sys.platform == "darwin":
            return _stack_low_of_darwin(libc)
        get_attributes, get_stack, destroy = (
            libc.pthread_getattr_np,
            libc.pthread_attr_getstack,
            libc.pthread_attr_destroy,
        )
        libc.pthread_self.restype = ctypes.c_void_p
    except AttributeError:
        return 0
    attributes = ctypes.create_string_buffer(256)  # pthread_attr_t is 56 bytes on 64-bit Linux
    low, size = ctypes.c_size_t(), ctypes.c_size_t()
    if get_attributes(ctypes.c_void_p(libc.pthread_self()), attributes) != 0:
        return 0
    found = get_stack(attributes, ctypes.byref(low), ctypes.byref(size)) == 0
    destroy(attributes)
    return low.value if found else 0


def _stack_low_of_darwin(libc: ctypes.CDLL) -> int:
    libc.pthread_self.restype = ctypes.c_void_p
    libc.pthread_get_stackaddr_np.restype = ctypes.c_size_t
    libc.pthread_get_stacksize_np.restype = ctypes.c_size_t
    thread = ctypes.c_void_p(libc.pthread_self())
    high: int = libc.pthread_get_stackaddr_np(thread)
    size: int = libc.pthread_get_stacksize_np(thread)
    return high - size


_local = _Local()
