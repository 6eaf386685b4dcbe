"""Who may be inside an instance: one chain of calls at a time; others wait, unless that could never end."""

from __future__ import annotations

import threading

from wasm_link.errors import DispatchCase, DispatchError

_graph = threading.Lock()
_waiting: dict[int, Turn] = {}  # by thread: what it waits for


class Turn:
    """The right to call into one instance, held by a thread."""

    __slots__ = ("_lock", "owner")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.owner: int | None = None

    def take(self, thread: int) -> None:
        """Wait for the turn; raises `DispatchError` where the thread holds it, or its holder waits for the thread."""
        if self.owner == thread:
            raise DispatchError(DispatchCase.LOCK_REJECTED, "the instance is busy with the call that led here")
        if not self._lock.acquire(blocking=False):
            self._wait(thread)
        self.owner = thread

    def give(self) -> None:
        """Give the turn back."""
        self.owner = None
        self._lock.release()

    def _wait(self, thread: int) -> None:
        with _graph:
            turn: Turn | None = self
            while turn is not None and turn.owner is not None:
                if turn.owner == thread:
                    raise DispatchError(
                        DispatchCase.LOCK_REJECTED,
                        "the instance is busy with a call that waits for the one that led here",
                    )
                turn = _waiting.get(turn.owner)
            # Whoever is entered here last sees all the others, so no circle closes unseen.
            _waiting[thread] = self
        try:
            self._lock.acquire()
        finally:
            with _graph:
                del _waiting[thread]
