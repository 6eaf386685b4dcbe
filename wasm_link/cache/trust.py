"""Trust in native entries: who may have written a record whose bytes we are going to run.

A `Trust` signs the statements of records that this process writes and judges those it reads. `LocalTrust` knows one
secret of this user on this machine, kept outside the cache directory: a directory that was restored from somewhere else
carries no trust.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
import stat
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from wasm_link.cache.miss import MissReason
from wasm_link.cache.opening import Unusable, open_regular, printable, read_at_most
from wasm_link.cache.publish import place_first
from wasm_link.errors import CacheError

_DOMAIN = b"wasm-link.cache.record\n"
_MIN_SECRET = 32
_MAX_SECRET = 4096


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a record's statement: the scheme, the id of the key that made it, and its value."""

    scheme: str
    key: str
    value: str


class Trust(Protocol):
    """Whose records count. Implementations are safe to use from several threads."""

    def sign(self, statement: bytes) -> Sequence[Signature]:
        """Signatures for a record that this process made. CacheError if it has nothing to sign with."""

    def refusal(self, statement: bytes, signatures: Sequence[Signature]) -> str | None:
        """Why these signatures do not make the statement trusted, in a sentence; None if one of them does."""


class LocalTrust:
    """HMAC-SHA-256 with a secret file that is created, readable by this user alone, when the first record is signed."""

    scheme = "local"

    def __init__(self, secret_file: str, cache_directory: str) -> None:
        self._path = secret_file
        self._cache_directory = cache_directory
        self._secret: bytes | None = None

    def sign(self, statement: bytes) -> Sequence[Signature]:
        """One signature by the local secret, which is created if there is none."""
        secret = self._read() or self._create()
        return (Signature(self.scheme, _key_id(secret), _authenticate(secret, statement)),)

    def refusal(self, statement: bytes, signatures: Sequence[Signature]) -> str | None:
        """Why none of the signatures is by the local secret; reading never creates one."""
        ours = [signature for signature in signatures if signature.scheme == self.scheme]
        if not ours:
            return "the record is not signed by this user"
        try:
            secret = self._read()
        except CacheError as error:
            return str(error)
        if secret is None:
            return f"there is no secret at {printable(self._path)} to check the record with"
        ours = [signature for signature in ours if signature.key == _key_id(secret)]
        if not ours:
            return "the record was signed with another secret: by another user, on another machine or before a change"
        expected = _authenticate(secret, statement).encode()
        if not any(hmac.compare_digest(expected, s.value.encode("utf-8", "surrogatepass")) for s in ours):
            return "the record does not match its signature"
        return None

    def _read(self) -> bytes | None:
        """The secret, None if there is none yet; CacheError if the file must not be used."""
        if self._secret is not None:
            return self._secret
        if _is_inside(self._path, self._cache_directory):
            raise CacheError(f"the secret {printable(self._path)} must not lie in the cache directory")
        try:
            secret_file = open_regular(self._path, missing=MissReason.ABSENT, unreadable=MissReason.IO_ERROR)
        except Unusable as fault:
            if fault.miss.reason is MissReason.ABSENT:
                return None
            raise CacheError(f"the cache's secret cannot be read: {fault.miss.detail}") from None
        with secret_file.file as file:
            try:
                secret_file.check_ours()
                secret = read_at_most(file.fileno(), _MAX_SECRET + 1)
            except Unusable as fault:
                raise CacheError(f"the cache's secret is not safe: {fault.miss.detail}") from None
            except OSError as error:
                raise CacheError(f"the cache's secret cannot be read: {error.strerror}") from error
        if os.name == "posix" and secret_file.status.st_mode & (stat.S_IRGRP | stat.S_IROTH):
            raise CacheError(f"the cache's secret is not safe: others may read {printable(self._path)} (chmod 600)")
        if not _MIN_SECRET <= len(secret) <= _MAX_SECRET:
            raise CacheError(f"{printable(self._path)} does not hold {_MIN_SECRET} to {_MAX_SECRET} bytes")
        self._secret = secret
        return secret

    def _create(self) -> bytes:
        """Write a new secret, or take the one that another process wrote first."""
        directory = os.path.dirname(self._path)
        try:
            os.makedirs(directory, mode=0o700, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=directory, prefix="cache-secret-")  # O_EXCL, 0600
            try:
                with open(descriptor, "wb") as file:
                    file.write(secrets.token_hex(32).encode())
                # Placed whole, so that the first one wins and nobody ever reads half a secret.
                with contextlib.suppress(FileExistsError):
                    place_first(temporary, self._path)
            finally:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
        except OSError as error:
            raise CacheError(f"no secret can be created at {printable(self._path)}: {error.strerror}") from error
        secret = self._read()
        if secret is None:
            raise CacheError(f"the secret {printable(self._path)} was removed while it was created")
        return secret


def _authenticate(secret: bytes, statement: bytes) -> str:
    return hmac.digest(secret, _DOMAIN + statement, "sha256").hex()


def _key_id(secret: bytes) -> str:
    """A name for a secret that says nothing about it, so that a change of secrets is not taken for forgery."""
    return sha256(b"wasm-link.cache.secret\n" + secret).hexdigest()[:16]


def _is_inside(path: str, directory: str) -> bool:
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(directory), ""))
