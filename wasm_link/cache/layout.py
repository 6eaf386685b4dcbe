"""The cache directory: which file lies where. Paths out; `prepare` alone creates anything.

- `CACHEDIR.TAG`: so that backups leave the directory out (https://bford.info/cachedir/)
- `v1/ac/<ab>/<key>.json`: one record a key
- `v1/cas/<ab>/<sha256>`: the bytes, never written to once they are there
- `v1/tmp`, `v1/lock`, `v1/quarantine`: files being written, keys being made, damaged files
"""

from __future__ import annotations

import contextlib
import os

_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This directory is a cache of wasm-link: it can be deleted at any time.
"""


class Layout:
    """The paths under one cache directory. Every folder is made readable and writable by its user alone."""

    def __init__(self, root: str) -> None:
        self.root = os.path.abspath(root)
        self._version = os.path.join(self.root, "v1")
        self.temporary = os.path.join(self._version, "tmp")
        self._records = os.path.join(self._version, "ac")
        self._blobs = os.path.join(self._version, "cas")
        self.locks = os.path.join(self._version, "lock")
        self._quarantine = os.path.join(self._version, "quarantine")

    def record(self, key: str) -> str:
        """Where the record of a key lies."""
        return f"{self._records}{os.sep}{key[:2]}{os.sep}{key}.json"

    def blob(self, digest: str) -> str:
        """Where the bytes of a digest lie."""
        return f"{self._blobs}{os.sep}{digest[:2]}{os.sep}{digest}"

    def lock(self, key: str) -> str:
        """The file that is locked while a key's entry is made."""
        return f"{self.locks}{os.sep}{key}"

    def quarantined(self, path: str) -> str:
        """Where a damaged file is set aside. One place a name, so that the folder cannot grow for ever."""
        return f"{self._quarantine}{os.sep}{os.path.basename(path)}"

    def prepare(self, path: str) -> None:
        """Make the folder that a file goes to, and on the way the whole cache directory. Raises OSError."""
        folder = os.path.dirname(path)
        if os.path.isdir(folder):
            return
        if not os.path.isdir(self._version):
            _make_folders(self.root)
            self._tag()
        _make_folders(folder)

    def _tag(self) -> None:
        # Only in a folder that is ours alone: the tag would keep whatever else is there out of backups as well.
        if os.listdir(self.root):
            return
        with contextlib.suppress(FileExistsError), open(os.path.join(self.root, "CACHEDIR.TAG"), "x") as tag:
            tag.write(_TAG)


def _make_folders(path: str) -> None:
    """As `os.makedirs`, with mode 0700 for every folder that is made and not only for the last."""
    missing = []
    while not os.path.isdir(path):
        missing.append(path)
        parent = os.path.dirname(path)
        if parent == path:
            break
        path = parent
    for folder in reversed(missing):
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, 0o700)
