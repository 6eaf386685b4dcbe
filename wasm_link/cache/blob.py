"""The verified bytes of one entry: hashed in memory, or as the open file that is then mapped."""

from __future__ import annotations

import os
from hashlib import file_digest, sha256
from io import FileIO

from wasm_link.cache.key import Content
from wasm_link.cache.miss import Miss, MissReason
from wasm_link.cache.opening import RegularFile, Unusable, printable, read_at_most
from wasm_link.errors import CacheError

MAX_BLOB_SIZE = 1 << 30
_IN_MEMORY = 256 * 1024  # up to here one read and one hash are cheaper than hashing by chunks and reading later


class Blob:
    """Bytes whose SHA-256 is `digest`. Close it, or use it in a `with` statement."""

    __slots__ = ("_data", "_file", "digest", "size")

    def __init__(self, digest: str, size: int, data: bytes | None, file: FileIO | None) -> None:
        self.digest = digest
        self.size = size
        self._data = data
        self._file = file

    @classmethod
    def of(cls, data: bytes) -> Blob:
        """The blob of bytes at hand, without any file."""
        return cls(sha256(data).hexdigest(), len(data), data, None)

    @property
    def path_for_mapping(self) -> str | None:
        """A path to the very file that was hashed, whatever its name in the cache leads to by now.

        It holds until the blob is closed. None where there is no such file or the platform has no such path: `read`.
        """
        if self._file is None or self._file.closed:
            return None
        path = f"/proc/self/fd/{self._file.fileno()}"
        return path if os.path.exists(path) else None

    def read(self) -> bytes:
        """The bytes. CacheError if they had to be read once more and have changed or cannot be read."""
        if self._data is not None:
            return self._data
        if self._file is None or self._file.closed:
            raise CacheError("the blob is closed")
        try:
            data = read_at_most(self._file.fileno(), self.size + 1)
        except OSError as error:
            raise CacheError(f"the blob {self.digest} cannot be read: {error.strerror}") from error
        if sha256(data).hexdigest() != self.digest:
            raise CacheError(f"the blob {self.digest} changed while it was open")
        return data

    def close(self) -> None:
        """Let the file go. Bytes in memory stay readable."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Blob:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def verified_blob(stored: RegularFile, content: Content, *, mappable: bool) -> Blob:
    """The blob of an open file whose bytes are the expected ones; `mappable` keeps the file open beside them.

    Takes the file over: it is the blob's, or closed. Raises `Unusable` where size, bytes or reading are wrong.
    """
    if stored.status.st_size != content.size:
        detail = f"{printable(stored.path)} has {stored.status.st_size} bytes instead of {content.size}"
        raise Unusable(Miss(MissReason.SIZE, detail), (stored.damage,))
    if content.size > MAX_BLOB_SIZE:
        raise Unusable(Miss(MissReason.SIZE, f"{printable(stored.path)} is larger than {MAX_BLOB_SIZE} bytes"))
    data: bytes | None = None
    try:
        if not mappable or content.size <= _IN_MEMORY:
            data = read_at_most(stored.file.fileno(), content.size + 1)
            digest = sha256(data).hexdigest()
        else:
            digest = file_digest(stored.file, "sha256").hexdigest()
    except OSError as error:
        raise Unusable(Miss(MissReason.IO_ERROR, f"{printable(stored.path)}: {error.strerror}")) from None
    if digest != content.sha256:
        detail = f"the bytes of {printable(stored.path)} are not those that were stored"
        raise Unusable(Miss(MissReason.DIGEST, detail), (stored.damage,))
    if not mappable:
        stored.file.close()
    return Blob(digest, content.size, data, stored.file if mappable else None)
