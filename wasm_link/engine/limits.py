"""What a component may use, and the clock that ends a call when its time is up."""

from __future__ import annotations

import math
import os
import threading
import time
from dataclasses import dataclass

from wasm_link.engine import capi
from wasm_link.engine.engine import Engine

TICK = 0.005  # seconds between two looks at the clock while a call with a time limit is under way


@dataclass(frozen=True, slots=True)
class StoreLimits:
    """The limits of one instance, None where there is none.

    `fuel` is a number of wasmtime's fuel units, at least 0, new for each call and for the instantiation; `memory` is in
    bytes, for each linear memory; `timeout` is in seconds, for each call. Fuel needs an engine whose profile has
    `fuel`, a timeout one whose profile has `epochs`.
    """

    fuel: int | None = None
    memory: int | None = None
    timeout: float | None = None


NO_LIMITS = StoreLimits()


class Clock:
    """Advances the epoch of engines, by the time that has passed, while at least one call has a deadline there.

    One thread serves the process. It sleeps without waking as long as there is nothing to watch.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: dict[Engine, int] = {}
        self._thread: threading.Thread | None = None
        self._begun = 0.0  # when the first of the calls under way began
        self._done = 0  # ticks since then that the engines have seen

    def watch(self, engine: Engine, timeout: float) -> int:
        """Begin a call; gives the epochs, from the engine's present one, after which its time is up.

        That is the time in ticks, rounded up, and those that are due but not yet counted, as when the thread is late.
        """
        with self._changed:
            now = time.monotonic()
            if not self._watched:
                self._begun, self._done = now, 0
            self._watched[engine] = self._watched.get(engine, 0) + 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="wasm-link clock", daemon=True)
                self._thread.start()
            self._changed.notify()
            return min(math.ceil(timeout / TICK), 2**60) + 1 + self._due(now)

    def leave(self, engine: Engine) -> None:
        """End a call that was begun with `watch`."""
        with self._changed:
            count = self._watched[engine] - 1
            if count:
                self._watched[engine] = count
            else:
                del self._watched[engine]

    def _due(self, now: float) -> int:
        return int((now - self._begun) / TICK) - self._done

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._watched)
            time.sleep(TICK)
            with self._changed:
                due = max(self._due(time.monotonic()), 0)
                self._done += due
                for engine in self._watched:
                    for _ in range(due):
                        capi.engine_increment_epoch(engine.pointer)


clock = Clock()

if hasattr(os, "register_at_fork"):
    # A child process has the lock and the counts of its parent, but not the thread.
    os.register_at_fork(after_in_child=clock.__init__)  # type: ignore[misc]
