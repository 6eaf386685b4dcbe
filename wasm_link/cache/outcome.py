"""What the cache answers: a hit, published or why not, an entry and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from wasm_link.cache.blob import Blob
from wasm_link.cache.key import EntryClass, Key
from wasm_link.cache.miss import Miss

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit:
    """A verified entry. It owns its blob: close it, or use it in a `with` statement."""

    key: Key
    entry_class: EntryClass
    blob: Blob

    @property
    def digest(self) -> str:
        """The SHA-256 of the entry's bytes, in lower-case hex."""
        return self.blob.digest

    @property
    def size(self) -> int:
        """The size of the entry in bytes."""
        return self.blob.size

    def __enter__(self) -> Hit:
        return self

    def __exit__(self, *_: object) -> None:
        self.blob.close()


@dataclass(frozen=True, slots=True)
class Published:
    """The key now has an entry, whose bytes have this digest.

    `adopted`: another writer's record was first, and `digest` is that one's; it may differ from what was offered.
    """

    digest: str
    adopted: bool = False


@dataclass(frozen=True, slots=True)
class NotPublished:
    """The bytes were not stored; `reason` says why. The build goes on without."""

    reason: str


class Outcome(Enum):
    """How an entry came about."""

    HIT = "hit"
    MADE = "made"


@dataclass(frozen=True, slots=True)
class Entry:
    """The bytes of a step's result and how they came about. It owns its blob: close it, or use a `with` statement.

    `miss` is why the first look found nothing. With it and the outcome HIT, another thread or process made the entry
    while this one waited. `publication` is set where the outcome is MADE.
    """

    key: Key
    outcome: Outcome
    blob: Blob
    miss: Miss | None = None
    publication: Published | NotPublished | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the entry's bytes: what later steps key on."""
        return self.blob.digest

    @property
    def size(self) -> int:
        """The size of the entry in bytes."""
        return self.blob.size

    def close(self) -> None:
        """Let the blob go; what was loaded from it stays."""
        self.blob.close()

    def __enter__(self) -> Entry:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """What a loader made of an entry, beside the entry itself (whose blob is closed)."""

    value: T
    entry: Entry
