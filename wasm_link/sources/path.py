"""Path sources: from a file's name to bytes that are safe to read, or to the reason why they are not."""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wasm_link.diagnostics import Code

MAX_SIZE = 1 << 30
"""Bytes: a larger component is refused before it is read (1 GiB)."""


class SourceProblem(Exception):
    """A source that gives no component: the diagnostic's code, and its parts without a place."""

    def __init__(self, code: Code, message: str, *, expected: str | None = None, hint: str | None = None) -> None:
        self.code = code
        self.message = message
        self.expected = expected
        self.hint = hint
        super().__init__(message)


@contextmanager
def open_file(path: Path, shown: str) -> Iterator[bytes | mmap.mmap]:
    """Map a regular file for reading, and close it at the end of the `with` block; `shown` is its name in messages.

    Raises SourceProblem. Never blocks: a FIFO or a device is refused before anything is read from it.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise _problem(path, shown, error) from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            kind = "a directory" if stat.S_ISDIR(found.st_mode) else "not a regular file"
            raise SourceProblem(
                Code.SOURCE_NOT_A_FILE,
                f"the source `{shown}` is {kind}",
                expected="a component file, binary (.wasm) or text (.wat)",
            )
        if found.st_size > MAX_SIZE:
            raise SourceProblem(
                Code.SOURCE_TOO_LARGE,
                f"the source `{shown}` has {found.st_size} bytes",
                expected=f"at most {MAX_SIZE} bytes",
            )
        if found.st_size == 0:
            yield b""
            return
        with mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ) as content:
            yield content
    finally:
        os.close(descriptor)


def _problem(path: Path, shown: str, error: OSError | ValueError) -> SourceProblem:
    if isinstance(error, FileNotFoundError):
        return SourceProblem(
            Code.SOURCE_MISSING,
            f"the source `{shown}` does not exist",
            expected=f"a file at {path}",
            hint=_nearest_file(path),
        )
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return SourceProblem(Code.SOURCE_UNREADABLE, f"the source `{shown}` cannot be read: {reason}")


def _nearest_file(path: Path) -> str:
    """What may be meant by a path that does not exist."""
    from difflib import get_close_matches

    try:
        names = sorted(entry.name for entry in os.scandir(path.parent))
    except OSError:
        return f"the directory {path.parent} does not exist either"
    near = get_close_matches(path.name, names, n=1)
    return f"did you mean `{near[0]}`?" if near else "paths are relative to the linkfile's directory"
