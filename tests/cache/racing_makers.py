"""Sixteen processes that ask one cache for one key at the same moment.

Run as a program: the first argument is the folder of the cache; a second one, `no-locks`, takes file locks away, as
some file systems do. Every made entry holds other bytes.
Prints a line a process: whether it made the entry, and its digest.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import sys
from pathlib import Path

from tests.cache.building import key_of, open_disk

PROCESSES = 16


def make() -> bytes:
    """Bytes that no other process makes, slowly enough for every other process to come and ask."""
    return hashlib.pbkdf2_hmac("sha256", str(os.getpid()).encode(), b"", 100_000, dklen=32)


def no_locks(*_: object) -> None:
    """As `flock` on a file system without locks."""
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


def main(folder: Path, locks: bool) -> None:
    """Start the processes, let them go at once, wait for all."""
    if not locks:
        fcntl.flock = no_locks
    start, go = os.pipe()
    processes = []
    for _ in range(PROCESSES):
        process = os.fork()
        if process == 0:
            os.close(go)
            os.read(start, 1)
            with open_disk(folder / "cache").get_or_make(key_of(), make) as entry:
                line = f"{entry.outcome.value} {hashlib.sha256(entry.blob.read()).hexdigest()}\n"
            os.write(1, line.encode())
            os._exit(0)
        processes.append(process)
    os.close(go)
    sys.exit(any(os.waitpid(process, 0)[1] for process in processes))


if __name__ == "__main__":
    main(Path(sys.argv[1]), "no-locks" not in sys.argv[2:])
