"""Writing into a directory that others read and write at the same time: whole and verified files, or none.

A file is written under a temporary name, hashed again as it was written, made read-only and only then moved or linked
to its own name. Its writer holds a lock on it meanwhile, so that what a killed process left can be told from what
another is still writing, without looking at any clock.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest, sha256

from wasm_link.cache.lock import try_lock

_NO_HARD_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES})


@contextmanager
def written_file(folder: str, data: bytes) -> Iterator[str]:
    """The path of a new file in `folder` that holds exactly `data`, read-only and on the disk; gone afterwards.

    Raises OSError, also where what can be read back is not what was written.
    """
    descriptor, path = _new_file(folder)
    try:
        _write_all(descriptor, data)
        with open(descriptor, "rb", buffering=0, closefd=False) as file:
            file.seek(0)
            written = file_digest(file, "sha256").digest()
        if written != sha256(data).digest():
            raise OSError(errno.EIO, "what was written reads back differently")
        os.chmod(descriptor, 0o444)
        os.fsync(descriptor)
        yield path
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)
        os.close(descriptor)


def place_first(temporary: str, path: str) -> None:
    """Give a file its name unless there is one already: then FileExistsError. Raises OSError."""
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # Without hard links there is no "first wins" that a crash could not leave half done. Under a key's lock, the
        # usual case, this look is just as good; without it, the last writer wins a race.
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path) from None
        os.replace(temporary, path)


def reap(folder: str) -> None:
    """Remove the files of a folder that nobody holds a lock on: their owners are gone. Whatever is in doubt stays.

    Made for the folders of temporary files and of lock files.
    """
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                _reap_file(entry.path)


def _new_file(folder: str) -> tuple[int, str]:
    """An open, empty, locked file of a name that nobody else has."""
    while True:
        descriptor, path = tempfile.mkstemp(dir=folder)  # O_EXCL, 0600
        try:
            # Before it was locked, another process may have taken it for a file whose writer is gone.
            if try_lock(descriptor) and os.fstat(descriptor).st_nlink > 0:
                return descriptor, path
        except OSError:
            return descriptor, path  # no locks here: then nobody reaps either
        os.close(descriptor)
        with contextlib.suppress(OSError):
            os.unlink(path)


def _reap_file(path: str) -> None:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags)
    try:
        if try_lock(descriptor):
            os.unlink(path)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
