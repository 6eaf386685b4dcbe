"""Misses: why a look-up gave nothing, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class MissReason(Enum):
    """Why a look-up gave nothing; the value is the short name that output shows."""

    ABSENT = "absent"
    OFF = "cache-off"
    RECORD_UNREADABLE = "record-unreadable"
    RECORD_MALFORMED = "record-malformed"
    WRONG_KEY = "wrong-key"
    UNTRUSTED = "untrusted"
    OWNERSHIP = "ownership"
    BLOB_MISSING = "blob-missing"
    NOT_A_REGULAR_FILE = "not-a-regular-file"
    SIZE = "size"
    DIGEST = "digest"
    IO_ERROR = "io-error"
    REFUSED = "refused"  # the bytes were right, and whoever loads them refused them


@dataclass(frozen=True, slots=True)
class Miss:
    """Nothing usable is stored under a key: `reason` is the kind, `detail` a sentence, `hint` what a user can do."""

    reason: MissReason
    detail: str
    hint: str | None = None
