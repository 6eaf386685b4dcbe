"""Memory for values on their way into wasmtime: taken in order, given back all at once."""

from __future__ import annotations

import ctypes

from wasm_link.engine import capi

_SIZE = 64 * 1024


class Arena:
    """Native memory of one thread. What is placed stays valid until `release` of a mark taken before it.

    Calls on a thread nest, so marks are released in the opposite order. What does not fit the block that every arena
    has gets a block of its own.
    """

    __slots__ = ("_address", "_block", "_more", "_top", "_view")

    def __init__(self) -> None:
        self._block = capi.buffer(_SIZE)
        self._view = memoryview(self._block).cast("B")
        self._address = ctypes.addressof(self._block)
        self._top = 0
        self._more: list[ctypes.c_char] = []

    def mark(self) -> tuple[int, int]:
        """How much is in use now."""
        return self._top, len(self._more)

    def release(self, mark: tuple[int, int]) -> None:
        """Give back whatever was placed since `mark`."""
        self._top = mark[0]
        if len(self._more) != mark[1]:
            del self._more[mark[1] :]

    def place(self, data: bytes | bytearray) -> int:
        """Put `data` into the arena, which may take a bytearray as it is; its address is a multiple of 8."""
        start, size = self._top, len(data)
        end = start + size
        if end > _SIZE:
            # The block is the data itself where nobody else can change it; it is kept by the object that points to it.
            owner = ctypes.c_char.from_buffer(data if isinstance(data, bytearray) else bytearray(data))
            self._more.append(owner)
            return ctypes.addressof(owner)
        self._view[start:end] = data
        self._top = (end + 7) & ~7
        return self._address + start
