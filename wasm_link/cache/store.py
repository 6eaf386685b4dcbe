"""The cache in a directory that may be stale, torn, shared or hostile: results of steps, verified before use."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock

from wasm_link.cache.blob import MAX_BLOB_SIZE, verified_blob
from wasm_link.cache.key import Content, EntryClass, Key
from wasm_link.cache.layout import Layout
from wasm_link.cache.location import cache_directory, secret_file
from wasm_link.cache.lock import Turn, locked
from wasm_link.cache.miss import Miss, MissReason
from wasm_link.cache.opening import Damage, Unusable, open_regular, printable, read_at_most
from wasm_link.cache.outcome import Hit, NotPublished, Published
from wasm_link.cache.port import Cache, NoCache
from wasm_link.cache.publish import place_first, reap, written_file
from wasm_link.cache.record import MAX_RECORD_SIZE, Record, parse
from wasm_link.cache.trust import LocalTrust, Trust
from wasm_link.errors import CacheError

PATIENCE = 120.0  # seconds to wait for another process that is making the same entry


class DiskCache(Cache):
    """A cache directory. `trust` decides which records of native code count."""

    def __init__(self, directory: str | os.PathLike[str], trust: Trust, *, patience: float = PATIENCE) -> None:
        self._layout = Layout(os.fspath(directory))
        self._trust = trust
        self._patience = patience
        self._state = Lock()
        self._warning: str | None = None
        self._reaped = False

    @property
    def directory(self) -> str:
        """The cache directory, as an absolute path."""
        return self._layout.root

    @property
    def warnings(self) -> tuple[str, ...]:
        """The first trouble with locking or storing, if any: a full disk would give one at every entry."""
        return () if self._warning is None else (self._warning,)

    def lookup(self, key: Key) -> Hit | Miss:
        """The verified entry of a key, which the caller closes, or why there is none."""
        try:
            return self._open(key)
        except Unusable as fault:
            for damage in fault.damaged:
                self._set_aside(damage)
            return fault.miss

    def publish(self, key: Key, data: bytes, *, refused: str | None = None) -> Published | NotPublished:
        """Store bytes under a key; first the bytes, then the record, so that no record is ever without its bytes."""
        try:
            return self._publish(key, data, refused)
        except (OSError, CacheError) as error:
            reason = _reason(error)
            self._warn(f"the cache in {printable(self.directory)} cannot store anything: {reason}")
            return NotPublished(reason)

    @contextmanager
    def lock(self, key: Key) -> Iterator[Turn]:
        """Be the only one who makes this key's entry while the block runs, as far as locks are to be had."""
        path = self._layout.lock(key.digest)
        with contextlib.ExitStack() as stack:
            turn = Turn.UNLOCKED
            try:
                self._layout.prepare(path)
                turn = stack.enter_context(locked(path, self._patience))
            except OSError as error:
                self._warn(f"the cache in {printable(self.directory)} cannot be locked: {_reason(error)}")
            yield turn

    def _open(self, key: Key) -> Hit:
        native = key.step.entry_class is EntryClass.NATIVE
        record = self._read_record(key, native)
        stored = open_regular(
            self._layout.blob(record.content.sha256),
            missing=MissReason.BLOB_MISSING,
            unreadable=MissReason.IO_ERROR,
        )
        try:
            if native:
                stored.check_ours()
            return Hit(key, record.entry_class, verified_blob(stored, record.content, mappable=native))
        except BaseException:
            stored.file.close()
            raise

    def _read_record(self, key: Key, native: bool) -> Record:
        """The record of a key, which says what it must and is trusted as far as its class needs. Raises `Unusable`."""
        path = self._layout.record(key.digest)
        stored = open_regular(path, missing=MissReason.ABSENT, unreadable=MissReason.RECORD_UNREADABLE)
        with stored.file as file:
            if native:
                stored.check_ours()
            try:
                record = parse(read_at_most(file.fileno(), MAX_RECORD_SIZE + 1))
            except OSError as error:
                raise Unusable(Miss(MissReason.RECORD_UNREADABLE, f"{printable(path)}: {error.strerror}")) from None
            except ValueError as error:
                miss = Miss(MissReason.RECORD_MALFORMED, f"{printable(path)} is not a record: {error}")
                raise Unusable(miss, (stored.damage,)) from None
        if record.key != key.digest or record.parts != key.parts or record.entry_class is not key.step.entry_class:
            raise Unusable(Miss(MissReason.WRONG_KEY, f"{printable(path)} belongs to another key"), (stored.damage,))
        # A record that we do not trust is not damage: somebody else may. Publishing takes its place.
        if native and (refusal := self._trust.refusal(record.statement, record.signatures)) is not None:
            raise Unusable(Miss(MissReason.UNTRUSTED, refusal))
        return record

    def _publish(self, key: Key, data: bytes, refused: str | None) -> Published | NotPublished:
        content = Content.of(data)
        record = Record(key.digest, key.parts, key.step.entry_class, content)
        if record.entry_class is EntryClass.NATIVE:
            record = replace(record, signatures=tuple(self._trust.sign(record.statement)))
        encoded = record.encode()
        if content.size > MAX_BLOB_SIZE or len(encoded) > MAX_RECORD_SIZE:
            return NotPublished("larger than the cache takes")
        self._write_blob(content, data)
        path = self._layout.record(key.digest)
        self._layout.prepare(path)
        with written_file(self._layout.temporary, encoded) as temporary:
            try:
                place_first(temporary, path)
            except FileExistsError:
                if (winner := self._winner(key)) is not None and winner != refused:
                    return Published(winner, adopted=True)
                os.replace(temporary, path)
        return Published(content.sha256)

    def _write_blob(self, content: Content, data: bytes) -> None:
        """Put bytes where their digest says. They replace what is there, which may be damaged: that is how it heals."""
        path = self._layout.blob(content.sha256)
        self._layout.prepare(path)
        self._layout.prepare(os.path.join(self._layout.temporary, ""))
        if not self._reaped:
            self._reaped = True
            reap(self._layout.temporary)
            reap(self._layout.locks)
        with written_file(self._layout.temporary, data) as temporary:
            os.replace(temporary, path)

    def _winner(self, key: Key) -> str | None:
        """The digest of the usable entry of a key, if there is one."""
        try:
            with self._open(key) as hit:
                return hit.digest
        except Unusable:
            return None

    def _set_aside(self, damage: Damage) -> None:
        """Move a damaged file out of the way, unless another process has put a new one in its place. Best effort."""
        target = self._layout.quarantined(damage.path)
        with contextlib.suppress(OSError):
            now = os.stat(damage.path, follow_symlinks=False)
            if damage.identity in (None, (now.st_dev, now.st_ino)):
                self._layout.prepare(target)
                os.replace(damage.path, target)

    def _warn(self, warning: str) -> None:
        with self._state:
            if self._warning is None:
                self._warning = warning


def open_cache(environ: Mapping[str, str] = os.environ) -> Cache:
    """The cache of this user: where the environment says, or no cache for a user without a home."""
    directory, secret = cache_directory(environ), secret_file(environ)
    if directory is None or secret is None:
        return NoCache()
    return DiskCache(directory, LocalTrust(secret, directory))


def _reason(error: OSError | CacheError) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
