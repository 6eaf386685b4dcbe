"""The content-addressed store of artifacts: keys, publishing, verified loading."""

from wasm_link.cache.blob import Blob
from wasm_link.cache.key import Content, EntryClass, Key, StepKind, changed_parts, make_key
from wasm_link.cache.location import cache_directory, secret_file
from wasm_link.cache.miss import Miss, MissReason
from wasm_link.cache.outcome import Entry, Hit, Loaded, NotPublished, Outcome, Published
from wasm_link.cache.port import Cache, NoCache
from wasm_link.cache.store import DiskCache, open_cache
from wasm_link.cache.trust import LocalTrust, Signature, Trust

__all__ = [
    "Blob",
    "Cache",
    "Content",
    "DiskCache",
    "Entry",
    "EntryClass",
    "Hit",
    "Key",
    "Loaded",
    "LocalTrust",
    "Miss",
    "MissReason",
    "NoCache",
    "NotPublished",
    "Outcome",
    "Published",
    "Signature",
    "StepKind",
    "Trust",
    "cache_directory",
    "changed_parts",
    "make_key",
    "open_cache",
    "secret_file",
]
