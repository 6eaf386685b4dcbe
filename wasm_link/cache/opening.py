"""Opening files that anybody may have put there: a path in, an open regular file out, or `Unusable` with the reason."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from io import FileIO

from wasm_link.cache.miss import Miss, MissReason

# Without O_NONBLOCK, opening a FIFO waits for a writer. Windows has none of the three.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_NOT_REGULAR = frozenset({errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.ENODEV, errno.EISDIR, errno.EOPNOTSUPP})


class Damage:
    """A file that is wrong in itself, as it was found: `identity` is its device and inode, None if it did not open."""

    __slots__ = ("identity", "path")

    def __init__(self, path: str, identity: tuple[int, int] | None) -> None:
        self.path = path
        self.identity = identity


class Unusable(Exception):
    """Inside this package: an entry cannot be used. `damaged` are the files to set aside."""

    def __init__(self, miss: Miss, damaged: tuple[Damage, ...] = ()) -> None:
        self.miss = miss
        self.damaged = damaged
        super().__init__(miss.detail)


class RegularFile:
    """An open regular file that was not reached through a symbolic link in its last step."""

    __slots__ = ("file", "path", "status")

    def __init__(self, path: str, file: FileIO, status: os.stat_result) -> None:
        self.path = path
        self.file = file
        self.status = status

    @property
    def damage(self) -> Damage:
        """The file as it was found, for `Unusable`."""
        return Damage(self.path, (self.status.st_dev, self.status.st_ino))

    def check_ours(self) -> None:
        """Raise `Unusable` unless only this user can have written the file, or can write to it while it is in use."""
        user = _effective_user()
        if user is not None and self.status.st_uid != user:
            raise Unusable(
                Miss(
                    MissReason.OWNERSHIP,
                    f"{printable(self.path)} belongs to user {self.status.st_uid}, not to user {user}",
                    "native code is only loaded from files of your own; use a cache directory of your own",
                )
            )
        if user is not None and self.status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise Unusable(
                Miss(
                    MissReason.OWNERSHIP,
                    f"other users may write to {printable(self.path)}",
                    "native code is only loaded from files that nobody else can write to: chmod go-w",
                )
            )


def open_regular(path: str, *, missing: MissReason, unreadable: MissReason) -> RegularFile:
    """Open a file for reading. The caller closes `.file`.

    Never waits, follows no symbolic link in the last step of the path. Raises `Unusable`: with `missing` where nothing
    is there, NOT_A_REGULAR_FILE for whatever is no plain file, and `unreadable` for any other failure.
    """
    try:
        # A file object from the start, so that the descriptor has an owner whatever happens next.
        file = FileIO(path, "rb", opener=_open)
    except FileNotFoundError:
        raise Unusable(Miss(missing, f"{printable(path)} does not exist")) from None
    except OSError as error:
        if error.errno in _NOT_REGULAR:
            raise _not_regular(path, None) from None
        raise Unusable(Miss(unreadable, f"{printable(path)}: {error.strerror}")) from None
    try:
        status = os.fstat(file.fileno())
    except OSError as error:
        file.close()
        raise Unusable(Miss(unreadable, f"{printable(path)}: {error.strerror}")) from None
    if not stat.S_ISREG(status.st_mode):
        file.close()
        raise _not_regular(path, (status.st_dev, status.st_ino))
    return RegularFile(path, file, status)


def read_at_most(descriptor: int, limit: int) -> bytes:
    """The first bytes of an open file, as many as there are, but no more than `limit`. Raises OSError."""
    chunks: list[bytes] = []
    position = 0
    while position < limit and (chunk := os.pread(descriptor, limit - position, position)):
        chunks.append(chunk)
        position += len(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def printable(path: str) -> str:
    """A path as text that every stream can take: bytes that are not UTF-8 are shown as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _open(path: str, _flags: int) -> int:
    return os.open(path, _FLAGS)


def _not_regular(path: str, identity: tuple[int, int] | None) -> Unusable:
    miss = Miss(MissReason.NOT_A_REGULAR_FILE, f"{printable(path)} is not a regular file")
    return Unusable(miss, (Damage(path, identity),))


def _effective_user() -> int | None:
    geteuid: Callable[[], int] | None = getattr(os, "geteuid", None)  # Windows has none
    return geteuid() if geteuid is not None else None
