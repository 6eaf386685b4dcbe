"""A cursor over one section of a component binary: bytes, LEB128 integers and names in, errors with file offsets out.

Formats: WebAssembly core specification, "Binary Format", "Values".
"""

from __future__ import annotations

from typing import NoReturn, TypeAlias

from wasm_link.errors import MalformedComponentError, UnsupportedComponentError

Buffer: TypeAlias = bytes | bytearray | memoryview

MAX_NAME_SIZE = 100_000  # bytes; wasmparser's MAX_WASM_STRING_SIZE


class Cursor:
    """A position in `data`, which begins `base` bytes into the file.

    Every reading method raises MalformedComponentError, with the offset in the file, where the bytes end too early or
    are not what the format allows.
    """

    __slots__ = ("base", "data", "end", "position")

    def __init__(self, data: Buffer, base: int = 0) -> None:
        self.data = data
        self.base = base
        self.position = 0
        self.end = len(data)

    @property
    def offset(self) -> int:
        """The position in the file, in bytes."""
        return self.base + self.position

    def fail(self, reason: str, offset: int | None = None) -> NoReturn:
        """Raise MalformedComponentError, at the current position unless told otherwise."""
        raise MalformedComponentError(reason, self.offset if offset is None else offset)

    def unknown(self, what: str, code: int) -> NoReturn:
        """Raise UnsupportedComponentError for the byte that was read last."""
        raise UnsupportedComponentError(f"unknown {what} 0x{code:02x}", self.offset - 1)

    def peek(self) -> int:
        """The next byte, which stays unread."""
        if self.position >= self.end:
            self.fail("unexpected end")
        return self.data[self.position]

    def byte(self) -> int:
        """The next byte."""
        try:
            value = self.data[self.position]
        except IndexError:
            self.fail("unexpected end")
        self.position += 1
        return value

    def unsigned(self, bits: int = 32) -> int:
        """An unsigned LEB128 integer below 2 ** bits, in at most ceil(bits / 7) bytes."""
        start = self.position
        value = self.byte()
        if value < 0x80:  # nearly always
            return value
        value &= 0x7F
        shift = 7
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift >= bits:
                self.fail("integer representation too long", self.base + start)
        if value >> bits:
            self.fail("integer too large", self.base + start)
        return value

    def signed33(self) -> int:
        """A signed LEB128 integer of 33 bits, in at most 5 bytes."""
        start = self.position
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift >= 33:
                self.fail("integer representation too long", self.base + start)
        if byte & 0x40:
            value -= 1 << shift
        if not -(1 << 32) <= value < 1 << 32:
            self.fail("integer too large", self.base + start)
        return value

    def count(self, what: str) -> int:
        """The length of a vector whose items take at least a byte each: never more than there are bytes left."""
        start = self.offset
        length = self.unsigned()
        if length > self.end - self.position:
            self.fail(f"{length} {what} do not fit in the {self.end - self.position} bytes that are left", start)
        return length

    def name(self) -> str:
        """A string with its length before it; UTF-8 is checked."""
        start = self.position
        length = self._name_length()
        try:
            return bytes(self.data[self.position - length : self.position]).decode("utf-8")
        except UnicodeDecodeError:
            self.fail("a name is not UTF-8", self.base + start)

    def skip_name(self) -> None:
        """Step over a string; it must fit, and is not looked at."""
        self._name_length()

    def _name_length(self) -> int:
        """Step over a string and return its length in bytes."""
        start = self.position
        length = self.unsigned()
        self.position += length
        if self.position > self.end:
            self.fail("a name runs past the end", self.base + start)
        if length > MAX_NAME_SIZE:
            reason = f"a name of {length} bytes, of at most {MAX_NAME_SIZE}"
            raise UnsupportedComponentError(reason, self.base + start)
        return length

    def flag(self, what: str) -> bool:
        """A byte that is 0 or 1."""
        value = self.byte()
        if value > 1:
            self.unknown(what, value)
        return value == 1

    def skip(self, length: int) -> None:
        """Step over `length` bytes."""
        if length > self.end - self.position:
            self.fail("unexpected end")
        self.position += length

    def finish(self, what: str) -> None:
        """Raise unless every byte was read."""
        if self.position != self.end:
            self.fail(f"{self.end - self.position} bytes too many in {what}")
