"""Entries that are damaged, swapped, forged or copied: a miss with its reason, set aside, made again, found again."""

from __future__ import annotations

import os
import random
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cache.building import (
    NATIVE,
    SANDBOXED,
    blob_path,
    expect_healed,
    expect_hit,
    expect_miss,
    key_of,
    left_behind,
    never,
    open_disk,
    open_files,
    overwrite,
    record_path,
)
from wasm_link.cache import Blob, Content, DiskCache, Hit, MissReason, StepKind
from wasm_link.cache.record import Record, parse
from wasm_link.errors import IncompatibleArtifactError

DATA = random.Random(1).randbytes(5_000)
LARGE = random.Random(2).randbytes(300_000)  # hashed by its descriptor, not in memory
STEPS = pytest.mark.parametrize("step", [NATIVE, SANDBOXED], ids=["native", "sandboxed"])


def publish(cache: DiskCache, data: bytes = DATA, step: StepKind = NATIVE) -> None:
    """An entry under `key_of(step=step)`."""
    cache.get_or_make(key_of(step=step), lambda: data).close()
    assert cache.warnings == ()


@STEPS
@pytest.mark.parametrize("length", [0, 1, 63, len(DATA) // 2, len(DATA) - 1])
def test_a_truncated_blob_heals(cache: DiskCache, root: Path, step: StepKind, length: int) -> None:
    """A blob cut short is a miss by its size, is set aside and made again; the next look hits."""
    publish(cache, step=step)
    overwrite(blob_path(root, DATA), DATA[:length])
    expect_miss(cache, key_of(step=step), MissReason.SIZE)
    assert [each.name for each in (root / "v1" / "quarantine").iterdir()] == [Content.of(DATA).sha256]
    expect_healed(root, key_of(step=step), DATA)


@pytest.mark.parametrize("data", [DATA, LARGE], ids=["in-memory", "by-descriptor"])
def test_every_flipped_bit_is_found_before_anything_is_loaded(cache: DiskCache, root: Path, data: bytes) -> None:
    """Of 250 seeded one-bit flips in each of two blobs, none comes near the loader."""
    publish(cache, data)
    seed = random.Random(3)
    for _ in range(250):
        flipped = bytearray(data)
        flipped[seed.randrange(len(data))] ^= 1 << seed.randrange(8)
        path = blob_path(root, data)
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(flipped)
        path.chmod(0o444)
        expect_miss(cache, key_of(), MissReason.DIGEST)
    seen: list[bytes] = []
    cache.load(key_of(), lambda: data, lambda blob: seen.append(blob.read()))
    assert seen == [data]


def test_appended_bytes_are_found(cache: DiskCache, root: Path) -> None:
    """A blob with more bytes than were stored is a miss by its size."""
    publish(cache)
    overwrite(blob_path(root, DATA), DATA + b"\0")
    expect_miss(cache, key_of(), MissReason.SIZE)
    expect_healed(root, key_of(), DATA)


def test_another_valid_blob_in_its_place_is_found(cache: DiskCache, root: Path) -> None:
    """A good blob under another's name is a miss by its digest."""
    publish(cache)
    other = bytes(reversed(DATA))
    overwrite(blob_path(root, DATA), other)
    expect_miss(cache, key_of(), MissReason.DIGEST)
    expect_healed(root, key_of(), DATA)


@pytest.mark.parametrize("resign", [False, True], ids=["old-signature", "no-signature"])
def test_a_record_edited_to_match_another_blob_is_refused(cache: DiskCache, root: Path, resign: bool) -> None:
    """Digests can be made to match; the signature cannot. The refusal heals, but nothing is taken for damage."""
    publish(cache)
    other = bytes(reversed(DATA))
    cache.get_or_make(key_of("other"), lambda: other).close()
    record = parse(record_path(root, key_of()).read_bytes())
    record = replace(record, content=Content.of(other), signatures=() if resign else record.signatures)
    overwrite(record_path(root, key_of()), record.encode())
    expect_miss(cache, key_of(), MissReason.UNTRUSTED)
    assert record_path(root, key_of()).exists()
    expect_healed(root, key_of(), DATA)


def test_a_record_that_calls_native_code_sandboxed_is_refused(cache: DiskCache, root: Path) -> None:
    """The class follows from the key that was asked for: no record talks its way out of being signed."""
    publish(cache)
    text = record_path(root, key_of()).read_bytes()
    overwrite(record_path(root, key_of()), text.replace(b'"class":"native"', b'"class":"sandboxed"'))
    expect_miss(cache, key_of(), MissReason.WRONG_KEY)
    expect_healed(root, key_of(), DATA)


RECORDS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda record: b"",
    "nul": lambda record: b"\0" * len(record),
    "half": lambda record: record[: len(record) // 2],
    "not-json": lambda record: b"record",
    "deep": lambda record: b"[" * 60_000,
    "huge": lambda record: record + b" " * 100_000,
    "unknown-schema": lambda record: record.replace(b'"schema":1', b'"schema":2'),
    "path-as-digest": lambda record: record.replace(b'"sha256":"', b'"sha256":"../'),
    "path-as-name": lambda record: record.replace(b'"salt":', b'"../salt":'),
    "negative-size": lambda record: record.replace(b'"size":', b'"size":-'),
    "nan": lambda record: record.replace(b'"size":5000', b'"size":NaN'),
    "duplicate-key": lambda record: record.replace(b'{"key"', b'{"key":"","key"'),
}


@STEPS
@pytest.mark.parametrize("spoil", RECORDS.values(), ids=RECORDS.keys())
def test_a_malformed_record_heals(
    cache: DiskCache, root: Path, step: StepKind, spoil: Callable[[bytes], bytes]
) -> None:
    """A record that is not one is a miss, never an exception; it is set aside and written again."""
    key = key_of(step=step)
    publish(cache, step=step)
    path = record_path(root, key)
    spoiled = spoil(path.read_bytes())
    assert spoiled != path.read_bytes()
    overwrite(path, spoiled)
    expect_miss(cache, key, MissReason.RECORD_MALFORMED)
    assert (root / "v1" / "quarantine" / path.name).read_bytes() == spoiled
    expect_healed(root, key, DATA)


def test_a_record_of_100_megabytes_is_not_read(cache: DiskCache, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a record that is too large, no more is read than it takes to know that."""
    publish(cache)
    path = record_path(root, key_of())
    path.chmod(0o600)
    os.truncate(path, 100_000_000)
    asked: list[int] = []
    pread = os.pread

    def counted(descriptor: int, size: int, offset: int) -> bytes:
        asked.append(size)
        return pread(descriptor, size, offset)

    monkeypatch.setattr(os, "pread", counted)
    expect_miss(cache, key_of(), MissReason.RECORD_MALFORMED)
    assert sum(asked) < 200_000
    monkeypatch.undo()
    expect_healed(root, key_of(), DATA)


@STEPS
def test_another_key_inside_the_record_is_found(cache: DiskCache, root: Path, step: StepKind) -> None:
    """A good record under another key's name is a miss, also where no signature is asked for."""
    publish(cache, step=step)
    other = key_of("other", step)
    path = record_path(root, other)
    path.parent.mkdir(exist_ok=True)
    shutil.copy(record_path(root, key_of(step=step)), path)
    expect_miss(cache, other, MissReason.WRONG_KEY)
    expect_healed(root, other, b"other")


@pytest.mark.parametrize(
    "edit",
    [lambda record: replace(record, key=key_of("other").digest), lambda record: replace(record, parts={"salt": "x"})],
    ids=["key", "parts"],
)
def test_a_record_must_say_both_the_key_and_its_parts(
    cache: DiskCache, root: Path, edit: Callable[[Record], Record]
) -> None:
    """A record whose parts do not belong to its key is a miss, whichever of the two is wrong."""
    key = key_of(step=SANDBOXED)
    publish(cache, step=SANDBOXED)
    path = record_path(root, key)
    overwrite(path, edit(parse(path.read_bytes())).encode())
    expect_miss(cache, key, MissReason.WRONG_KEY)
    expect_healed(root, key, DATA)


def test_a_record_without_its_blob_heals(cache: DiskCache, root: Path) -> None:
    """The same bytes made again complete the record; other bytes take its place."""
    publish(cache)
    blob_path(root, DATA).unlink()
    expect_miss(cache, key_of(), MissReason.BLOB_MISSING)
    expect_healed(root, key_of(), DATA)
    blob_path(root, DATA).unlink()
    expect_healed(root, key_of(), b"made differently this time")


def test_a_blob_without_a_record_is_no_entry(cache: DiskCache, root: Path) -> None:
    """Bytes that no record names are not found, and are simply used again."""
    publish(cache)
    record_path(root, key_of()).unlink()
    expect_miss(cache, key_of(), MissReason.ABSENT)
    expect_healed(root, key_of(), DATA)


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _link(path: Path) -> None:
    copy = path.with_name("copy")
    copy.write_bytes(DATA)
    path.symlink_to(copy)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        folder = os.open(path.parent, os.O_RDONLY)
        try:  # paths of sockets are short: reach the folder by its descriptor
            server.bind(f"/proc/self/fd/{folder}/s")
        finally:
            os.close(folder)
    os.rename(path.with_name("s"), path)


STRANGE: dict[str, Callable[[Path], None]] = {
    "fifo": _fifo,
    "symlink": _link,
    "dangling": lambda path: path.symlink_to("nowhere"),
    "loop": lambda path: path.symlink_to(path.name),
    "device": lambda path: path.symlink_to("/dev/zero"),
    "directory": Path.mkdir,
    "socket": _socket,
}


@STEPS
@pytest.mark.parametrize("of", ["record", "blob"])
@pytest.mark.parametrize("put", STRANGE.values(), ids=STRANGE.keys())
def test_what_is_no_regular_file_is_refused(
    cache: DiskCache, root: Path, step: StepKind, of: str, put: Callable[[Path], None]
) -> None:
    """FIFOs, links, devices, folders and sockets are a miss without waiting; they are set aside and replaced."""
    key = key_of(step=step)
    publish(cache, step=step)
    path = record_path(root, key) if of == "record" else blob_path(root, DATA)
    path.unlink()
    put(path)
    expect_miss(cache, key, MissReason.NOT_A_REGULAR_FILE)
    assert not os.path.lexists(path)
    expect_healed(root, key, DATA)


def _unlink(path: Path) -> None:
    path.unlink()


def _replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"x" * len(LARGE))
    other.replace(path)


def _symlink(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("change", [_unlink, _replace, _symlink])
def test_the_file_that_was_hashed_is_the_one_that_is_loaded(
    cache: DiskCache, root: Path, change: Callable[[Path], None]
) -> None:
    """Whatever the name leads to after the hash, the mapping path and the bytes are those of the hashed file."""
    publish(cache, LARGE)
    found = cache.lookup(key_of())
    assert isinstance(found, Hit)
    with found:
        change(blob_path(root, LARGE))
        path = found.blob.path_for_mapping
        assert path is not None
        assert Path(path).read_bytes() == LARGE
        assert found.blob.read() == LARGE


def test_bytes_changed_in_place_after_the_hash_are_not_handed_out(cache: DiskCache, root: Path) -> None:
    """Reading hashes again what it hands over; `load` then makes the entry anew."""
    publish(cache, LARGE)
    loads = 0

    def loader(blob: Blob) -> bytes:
        nonlocal loads
        loads += 1
        if loads == 1:
            overwrite(blob_path(root, LARGE), b"x" * len(LARGE))
        return blob.read()

    loaded = cache.load(key_of(), lambda: LARGE, loader)
    assert loaded.value == LARGE
    assert loaded.entry.miss is not None
    assert loaded.entry.miss.reason is MissReason.REFUSED
    expect_hit(root, key_of(), LARGE)


def test_a_directory_from_another_machine_carries_no_native_code(cache: DiskCache, root: Path, tmp_path: Path) -> None:
    """With another secret, or none, native entries are refused and made again, the others hit."""
    publish(cache)
    publish(cache, step=SANDBOXED)
    copy = tmp_path / "elsewhere" / "cache"
    shutil.copytree(root, copy)
    expect_miss(open_disk(copy), key_of(), MissReason.UNTRUSTED)
    assert not (tmp_path / "elsewhere" / "settings").exists()  # looking creates no secret
    expect_hit(copy, key_of(step=SANDBOXED), DATA)
    expect_healed(copy, key_of(), DATA)
    shutil.rmtree(root)
    shutil.copytree(copy, root)
    assert "another secret" in expect_miss(open_disk(root), key_of(), MissReason.UNTRUSTED).detail


def test_a_moved_directory_still_hits(cache: DiskCache, root: Path, tmp_path: Path) -> None:
    """Nothing in an entry depends on where the cache lies."""
    publish(cache)
    moved = tmp_path / "moved here"
    shutil.copytree(root, moved)
    expect_hit(moved, key_of(), DATA)


@pytest.mark.parametrize("of", ["record", "blob"])
def test_native_files_that_others_may_write_to_are_refused(cache: DiskCache, root: Path, of: str) -> None:
    """A group-writable file is a miss with a hint where it is native code, and is replaced."""
    for step in (NATIVE, SANDBOXED):
        publish(cache, step=step)
        (record_path(root, key_of(step=step)) if of == "record" else blob_path(root, DATA)).chmod(0o664)
    assert "chmod" in str(expect_miss(cache, key_of(), MissReason.OWNERSHIP).hint)
    expect_hit(root, key_of(step=SANDBOXED), DATA)
    expect_healed(root, key_of(), DATA)


def test_native_files_of_another_user_are_refused(
    cache: DiskCache, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To another user our native entries are a miss with a hint; entries of the other class hit."""
    for step in (NATIVE, SANDBOXED):
        publish(cache, step=step)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert expect_miss(cache, key_of(), MissReason.OWNERSHIP).hint is not None
    expect_hit(root, key_of(step=SANDBOXED), DATA)


def test_an_entry_that_its_loader_refuses_is_made_once_more(cache: DiskCache, root: Path) -> None:
    """Right bytes that the engine calls incompatible are a miss, not damage: made once, and stored instead."""
    publish(cache, b"of another version")
    made = []

    def make() -> bytes:
        made.append(1)
        return DATA

    def loader(blob: Blob) -> bytes:
        if blob.read() != DATA:
            raise IncompatibleArtifactError("another version")
        return blob.read()

    loaded = cache.load(key_of(), make, loader)
    assert (loaded.value, made) == (DATA, [1])
    assert loaded.entry.miss is not None
    assert (loaded.entry.miss.reason, loaded.entry.miss.detail) == (MissReason.REFUSED, "another version")
    assert not (root / "v1" / "quarantine").exists()
    assert cache.load(key_of(), never, loader).value == DATA


def test_an_entry_that_is_refused_again_ends_with_that_refusal(cache: DiskCache, root: Path) -> None:
    """Where making anew does not help either, the loader's own error comes out and nothing loops."""
    publish(cache)

    def loader(blob: Blob) -> bytes:
        raise IncompatibleArtifactError("never right")

    for _ in range(2):
        with pytest.raises(IncompatibleArtifactError, match="never right"):
            cache.load(key_of(), lambda: DATA, loader)
    assert left_behind(root) == []


def test_no_descriptor_outlives_its_use(cache: DiskCache, root: Path) -> None:
    """Hits, misses of many kinds, publishing and loading leave no file open."""
    publish(cache, LARGE)
    before = open_files()
    for length in (0, len(LARGE) - 1, len(LARGE)):
        overwrite(blob_path(root, LARGE), b"x" * length)
        found = cache.lookup(key_of())
        assert not isinstance(found, Hit)
        cache.load(key_of(), lambda: LARGE, lambda blob: blob.path_for_mapping)
    overwrite(record_path(root, key_of()), b"{}")
    cache.get_or_make(key_of(), lambda: LARGE).close()
    with cache.get_or_make(key_of(), never):
        assert len(open_files()) == len(before) + 1
    assert open_files() == before
