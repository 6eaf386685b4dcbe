"""Run what is spent in native code beside the main thread, so that an interrupt ends the command at once."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

STACK_SIZE = 64 << 20
"""Bytes of stack for the thread that works: calls between plugins nest on it."""

_POLL = 0.1


def run_interruptibly(work: Callable[[], T]) -> T:
    """The result of `work`, or whatever it raises.

    Python handles an interrupt in the main thread, and only between two of its own steps: a guest that never returns,
    or a compilation of 20 seconds, would hold it up. The main thread waits here instead, and ends the process when it
    is interrupted: a thread that is in native code cannot be stopped in any other way.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def target() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=target, name="wasm-link work", daemon=True)
    previous = threading.stack_size(STACK_SIZE)
    try:
        # Starting is part of it: once the thread runs, nobody but it can let go of what it holds.
        thread.start()
        while thread.is_alive():
            thread.join(_POLL)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr, flush=True)
        os._exit(130)
    finally:
        threading.stack_size(previous)
    if errors:
        raise errors[0]
    return results[0]
