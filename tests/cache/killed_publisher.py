"""Makes an entry again and again, each time in a fresh cache and killed one call into the system later than before.

Run as a program: the argument is a folder, which gets one cache `<n>/cache` for each n at which a process was killed.
Ends once a process gets through to its end, and prints how many were killed.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from tests.cache.building import key_of, open_disk

DATA = b"made by a process that was killed" * 1000
CALLS = ["open", "close", "mkdir", "stat", "fstat", "write", "chmod", "fsync", "link", "replace", "unlink"]


def kill_at(call: int) -> None:
    """Make the process kill itself in place of its `call`-th call into the system, from 0."""
    done = 0

    def counted(original: Callable[..., object]) -> Callable[..., object]:
        def instead(*args: object, **options: object) -> object:
            nonlocal done
            if done == call:
                os.kill(os.getpid(), signal.SIGKILL)
            done += 1
            return original(*args, **options)

        return instead

    for name in CALLS:
        setattr(os, name, counted(getattr(os, name)))
    fcntl.flock = counted(fcntl.flock)  # type: ignore[assignment]


def main(folder: Path) -> None:
    """Kill one process after another."""
    killed = 0
    while True:
        process = os.fork()
        if process == 0:
            kill_at(killed)
            open_disk(folder / str(killed) / "cache").get_or_make(key_of(), lambda: DATA).close()
            os._exit(0)
        if os.WIFEXITED(os.waitpid(process, 0)[1]):
            print(killed)
            return
        killed += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]))
