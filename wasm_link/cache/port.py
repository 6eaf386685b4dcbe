"""The cache as the rest of the program sees it, and the one way to use it: look, lock, look again, make, publish."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

from wasm_link.cache.blob import Blob
from wasm_link.cache.key import Key
from wasm_link.cache.lock import Turn
from wasm_link.cache.miss import Miss, MissReason
from wasm_link.cache.outcome import Entry, Hit, Loaded, NotPublished, Outcome, Published
from wasm_link.errors import CacheError, IncompatibleArtifactError

T = TypeVar("T")


class Cache(ABC):
    """Results of steps by their keys. None of its methods raises because of what is stored or cannot be stored.

    Safe to use from several threads.
    """

    @property
    @abstractmethod
    def warnings(self) -> tuple[str, ...]:
        """What a user should know about this cache: at most one sentence, the first trouble that storing met."""

    @abstractmethod
    def lookup(self, key: Key) -> Hit | Miss:
        """The verified entry of a key, which the caller closes, or why there is none. Damaged files are set aside."""

    @abstractmethod
    def publish(self, key: Key, data: bytes, *, refused: str | None = None) -> Published | NotPublished:
        """Store bytes under a key. A usable entry that is there already wins, unless its digest is `refused`."""

    @abstractmethod
    def lock(self, key: Key) -> AbstractContextManager[Turn]:
        """Be the only one who makes this key's entry while the block runs, as far as locks are to be had."""

    def get_or_make(self, key: Key, make: Callable[[], bytes]) -> Entry:
        """The entry of a key, made by `make` if there is none. The caller closes it.

        However many threads and processes ask for one key at once, one of them makes it and the others get its bytes.
        Whatever `make` raises passes through and leaves nothing behind; nothing else is raised.
        """
        found = self.lookup(key)
        if isinstance(found, Hit):
            return Entry(key, Outcome.HIT, found.blob)
        with self.lock(key) as turn:
            again = self.lookup(key)
            if isinstance(again, Hit):
                return Entry(key, Outcome.HIT, again.blob, found)
            if turn is Turn.AT_ONCE:
                return self._make(key, make, found)
        # Who held the lock before us left nothing: it failed, or cannot store. Making it one after the other would take
        # longer than having no cache at all.
        return self._make(key, make, found)

    def load(self, key: Key, make: Callable[[], bytes], loader: Callable[[Blob], T]) -> Loaded[T]:
        """What `loader` makes of the entry of a key; the entry is as `get_or_make` gives it.

        A stored entry that the loader refuses, by IncompatibleArtifactError or CacheError, is a miss: it is made anew,
        once, and takes the place of the refused one. Whatever else the loader raises passes through.
        """
        with self.get_or_make(key, make) as entry:
            try:
                return Loaded(loader(entry.blob), entry)
            except (IncompatibleArtifactError, CacheError) as error:
                if entry.outcome is Outcome.MADE and entry.publication != Published(entry.digest, adopted=True):
                    raise
                miss = Miss(MissReason.REFUSED, str(error))
        with self.lock(key), self._make(key, make, miss, refused=entry.digest) as entry:
            return Loaded(loader(entry.blob), entry)

    def _make(self, key: Key, make: Callable[[], bytes], miss: Miss, refused: str | None = None) -> Entry:
        data = make()
        publication = self.publish(key, data, refused=refused)
        if isinstance(publication, Published) and publication.adopted:
            winner = self.lookup(key)
            if isinstance(winner, Hit):
                return Entry(key, Outcome.MADE, winner.blob, miss, publication)
        return Entry(key, Outcome.MADE, Blob.of(data), miss, publication)


class NoCache(Cache):
    """The cache that is off: every look-up is a miss, and nothing is stored."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """None, ever."""
        return ()

    def lookup(self, key: Key) -> Hit | Miss:  # noqa: ARG002
        """Always a miss."""
        return Miss(MissReason.OFF, "the cache is off")

    def publish(self, key: Key, data: bytes, *, refused: str | None = None) -> Published | NotPublished:  # noqa: ARG002
        """Stores nothing."""
        return NotPublished("the cache is off")

    def lock(self, key: Key) -> AbstractContextManager[Turn]:  # noqa: ARG002
        """Excludes nobody: there is nothing to wait for."""
        return nullcontext(Turn.UNLOCKED)
