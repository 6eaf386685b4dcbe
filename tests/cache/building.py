"""What the cache's tests are made of: keys, caches, and looks at what lies on the disk."""

from __future__ import annotations

import os
from pathlib import Path

from wasm_link.cache import (
    Content,
    DiskCache,
    Entry,
    Hit,
    Key,
    LocalTrust,
    Miss,
    MissReason,
    Outcome,
    StepKind,
    make_key,
)

NATIVE, SANDBOXED = StepKind.COMPILE, StepKind.TEXT


def key_of(name: str = "one", step: StepKind = NATIVE) -> Key:
    """A key for an input of this name."""
    return make_key(
        step,
        inputs={"component": Content.of(name.encode())},
        runtime={"wasmtime": "50.0.1"},
        fingerprint="f" * 64,
        profile={"fuel": "off"},
    )


def open_disk(root: Path, *, secret: Path | None = None, patience: float = 60.0) -> DiskCache:
    """A cache as another process would open it: nothing is shared with the caches opened before but the disk."""
    secret = secret or root.parent / "settings" / "cache-secret"
    return DiskCache(root, LocalTrust(str(secret), str(root)), patience=patience)


def record_path(root: Path, key: Key) -> Path:
    """The record of a key."""
    return root / "v1" / "ac" / key.digest[:2] / f"{key.digest}.json"


def blob_path(root: Path, data: bytes) -> Path:
    """The file that holds these bytes."""
    digest = Content.of(data).sha256
    return root / "v1" / "cas" / digest[:2] / digest


def overwrite(path: Path, data: bytes) -> None:
    """Put other bytes into a published file, as a broken disk or a careless copy would: the mode stays."""
    path.chmod(0o644)
    path.write_bytes(data)
    path.chmod(0o444)


def left_behind(root: Path) -> list[str]:
    """Temporary files and lock files that are still there."""
    folders = [root / "v1" / "tmp", root / "v1" / "lock"]
    return sorted(name for folder in folders if folder.is_dir() for name in os.listdir(folder))


def open_files() -> set[str]:
    """What this process has open, by descriptor."""
    links = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            links.add(f"{name} -> {os.readlink(f'/proc/self/fd/{name}')}")
        except FileNotFoundError:
            continue  # the descriptor that lists the folder
    return links


def expect_miss(cache: DiskCache, key: Key, reason: MissReason) -> Miss:
    """Look a key up, which must be a miss for this reason."""
    found = cache.lookup(key)
    if isinstance(found, Hit):
        found.blob.close()
    assert isinstance(found, Miss)
    assert found.reason is reason
    return found


def expect_healed(root: Path, key: Key, data: bytes) -> None:
    """Make an entry where the last look was a miss, and find it again as another process would."""
    cache = open_disk(root)
    with cache.get_or_make(key, lambda: data) as entry:
        assert (entry.outcome, entry.blob.read()) == (Outcome.MADE, data)
    assert cache.warnings == ()
    expect_hit(root, key, data)
    assert left_behind(root) == []


def expect_hit(root: Path, key: Key, data: bytes) -> None:
    """Find an entry as another process would."""
    with open_disk(root).get_or_make(key, never) as entry:
        assert (entry.outcome, entry.blob.read()) == (Outcome.HIT, data)


def never() -> bytes:
    """The maker of an entry that must be there already."""
    raise AssertionError("made although the entry is there")


def bytes_of(entry: Entry) -> bytes:
    """The bytes of an entry, which is closed."""
    with entry:
        return entry.blob.read()
