"""Single flight: one maker a key among all processes and threads that share a cache directory.

A lock only avoids double work; nothing relies on it. Where it cannot be had, the caller goes on without.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

_BUSY = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES})
_FIRST_PAUSE = 0.001
_LONGEST_PAUSE = 0.05


class Turn(Enum):
    """How a lock was had."""

    AT_ONCE = "at-once"
    AFTER_ANOTHER = "after-another"
    UNLOCKED = "unlocked"


def try_lock(descriptor: int) -> bool:
    """Lock an open file, until it is closed, against every other open file description; False where it is locked.

    Raises OSError where the platform or the file system has no such locks.
    """
    try:
        import fcntl
    except ImportError:
        raise OSError(errno.ENOSYS, "this platform has no flock") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        raise
    return True


@contextmanager
def locked(path: str, patience: float) -> Iterator[Turn]:
    """Hold the lock file `path` while the block runs; the file is there no longer than somebody holds it.

    Waits for at most `patience` seconds: a holder that was stopped must not stop everybody else. After that the block
    runs without the lock. Raises OSError where there are no locks.
    """
    descriptor, turn = _acquire(path, patience)
    try:
        yield turn
    finally:
        if descriptor is not None:
            # Without its name the file excludes nobody any more, also where a child process that was forked meanwhile
            # still holds the lock. Whoever waits looks for the name again, see `_acquire_now`.
            with contextlib.suppress(OSError):
                os.unlink(path)
            os.close(descriptor)


def _acquire(path: str, patience: float) -> tuple[int | None, Turn]:
    descriptor = _acquire_now(path)
    if descriptor is not None:
        return descriptor, Turn.AT_ONCE
    deadline = time.monotonic() + patience
    pause = _FIRST_PAUSE
    while (left := deadline - time.monotonic()) > 0:
        time.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)
        descriptor = _acquire_now(path)
        if descriptor is not None:
            return descriptor, Turn.AFTER_ANOTHER
    return None, Turn.UNLOCKED


def _acquire_now(path: str) -> int | None:
    """An open, locked lock file, or None where somebody else holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    held = False
    try:
        # A lock on a file that was unlinked meanwhile excludes nobody who comes later.
        held = try_lock(descriptor) and _is_at(descriptor, path)
    finally:
        if not held:
            os.close(descriptor)
    return descriptor if held else None


def _is_at(descriptor: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return False
