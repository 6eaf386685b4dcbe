"""Publishing and its failures: an entry is there whole or not at all, and a build never fails for it."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cache.building import (
    SANDBOXED,
    blob_path,
    bytes_of,
    expect_hit,
    expect_miss,
    key_of,
    left_behind,
    never,
    open_disk,
    record_path,
)
from wasm_link.cache import (
    Content,
    DiskCache,
    Hit,
    LocalTrust,
    Miss,
    MissReason,
    NoCache,
    NotPublished,
    Outcome,
    Published,
    StepKind,
    make_key,
    open_cache,
    publish,
)
from wasm_link.cache.lock import try_lock

DATA = b"artifact" * 100


def test_an_entry_is_made_once_and_found_afterwards(cache: DiskCache, root: Path) -> None:
    """The first call makes it and says why, the next ones find it."""
    with cache.get_or_make(key_of(), lambda: DATA) as entry:
        assert (entry.outcome, entry.blob.read(), entry.size) == (Outcome.MADE, DATA, len(DATA))
        assert isinstance(entry.miss, Miss)
        assert entry.miss.reason is MissReason.ABSENT
        assert entry.publication == Published(Content.of(DATA).sha256)
    with cache.get_or_make(key_of(), never) as entry:
        assert (entry.outcome, entry.blob.read(), entry.miss) == (Outcome.HIT, DATA, None)
    expect_hit(root, key_of(), DATA)


def test_a_look_up_creates_nothing(cache: DiskCache, root: Path) -> None:
    """Where there is no cache, looking does not make one."""
    expect_miss(cache, key_of(), MissReason.ABSENT)
    assert list(root.parent.iterdir()) == []


def test_the_directory_is_for_its_user_and_its_files_are_read_only(cache: DiskCache, root: Path) -> None:
    """Folders have mode 0700, published files 0444, and a tag keeps the directory out of backups."""
    cache.publish(key_of(), DATA)
    folders = [root, root / "v1", root / "v1" / "cas", blob_path(root, DATA).parent]
    assert {stat.S_IMODE(each.stat().st_mode) for each in folders} == {0o700}
    assert stat.S_IMODE(blob_path(root, DATA).stat().st_mode) == 0o444
    assert stat.S_IMODE(record_path(root, key_of()).stat().st_mode) == 0o444
    assert (root / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")


def test_a_folder_that_holds_other_things_gets_no_tag(cache: DiskCache, root: Path) -> None:
    """The tag would keep those things out of backups."""
    root.mkdir()
    (root / "thesis.txt").touch()
    cache.publish(key_of(), DATA)
    assert not (root / "CACHEDIR.TAG").exists()
    expect_hit(root, key_of(), DATA)


def test_empty_bytes_are_an_entry(cache: DiskCache, root: Path) -> None:
    """Nothing at all can be stored and found."""
    cache.publish(key_of(), b"")
    expect_hit(root, key_of(), b"")


def test_the_first_record_wins_and_the_loser_adopts_it(cache: DiskCache, root: Path) -> None:
    """Who publishes other bytes under a key that has an entry gets the digest of that entry."""
    cache.publish(key_of(), b"first")
    assert open_disk(root).publish(key_of(), b"second") == Published(Content.of(b"first").sha256, adopted=True)
    expect_hit(root, key_of(), b"first")


def test_whoever_made_it_second_gets_the_bytes_of_the_first(cache: DiskCache, root: Path) -> None:
    """A step that is not reproducible, raced: everything later keys on one digest."""

    def make() -> bytes:
        open_disk(root).publish(key_of(), b"first")  # as another process that has no lock
        return b"second"

    with cache.get_or_make(key_of(), make) as entry:
        assert (entry.outcome, entry.blob.read()) == (Outcome.MADE, b"first")
        assert entry.digest == Content.of(b"first").sha256


def test_a_poisoned_record_that_was_first_is_superseded(cache: DiskCache, root: Path, tmp_path: Path) -> None:
    """First wins only among those that we trust."""
    open_disk(root, secret=tmp_path / "mallory" / "secret").publish(key_of(), b"poison")
    assert cache.publish(key_of(), DATA) == Published(Content.of(DATA).sha256)
    expect_hit(root, key_of(), DATA)


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), OSError(errno.ENOSPC, "full")])
def test_what_making_raises_passes_through_and_leaves_nothing(
    cache: DiskCache, root: Path, error: BaseException
) -> None:
    """The error is not the cache's: no warning, no lock, no entry, and the next call makes it."""

    def make() -> bytes:
        raise error

    with pytest.raises(type(error)) as raised:
        cache.get_or_make(key_of(), make)
    assert raised.value is error
    assert (cache.warnings, left_behind(root)) == ((), [])
    assert bytes_of(cache.get_or_make(key_of(), lambda: DATA)) == DATA


STEPS_OF_PUBLISHING = ["os.open", "os.mkdir", "os.write", "os.chmod", "os.fsync", "os.link", "os.replace"]
ERRORS = ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EXDEV", "ENAMETOOLONG", "EIO"]


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("step", STEPS_OF_PUBLISHING)
@pytest.mark.parametrize("nth", [0, 1])
def test_a_failing_file_system_costs_one_warning(
    cache: DiskCache, root: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: str, nth: int
) -> None:
    """Each step that fails from its n-th call on leaves the build its bytes, one warning and nothing half done."""
    cache.publish(key_of("before", SANDBOXED), b"before")
    name = step.removeprefix("os.")
    original: Callable[..., object] = getattr(os, name)
    code: int = getattr(errno, error)
    calls = 0

    def failing(*args: object, **options: object) -> object:
        nonlocal calls
        if name == "open" and not int(args[1]) & os.O_CREAT:  # type: ignore[call-overload]
            return original(*args, **options)
        calls += 1
        if calls > nth:
            raise OSError(code, os.strerror(code))
        return original(*args, **options)

    monkeypatch.setattr(os, name, failing)
    names = ("one", "two", "three")
    assert [bytes_of(cache.get_or_make(key_of(each, SANDBOXED), each.encode)) for each in names] == [
        b"one",
        b"two",
        b"three",
    ]
    monkeypatch.undo()
    assert left_behind(root) == []
    # A missing link is made up for by a rename; whatever else fails is said, once.
    made_up = name == "link" and error == "EACCES"
    assert len(cache.warnings) == (0 if made_up else 1)
    assert made_up or os.strerror(code) in cache.warnings[0]
    for each in names:
        assert bytes_of(open_disk(root).get_or_make(key_of(each, SANDBOXED), each.encode)) == each.encode()
    expect_hit(root, key_of("before", SANDBOXED), b"before")


def test_bytes_that_read_back_differently_are_not_published(
    cache: DiskCache, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that keeps something else than it was given is found before anything has its name."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, bytes(len(data))))
    assert isinstance(cache.publish(key_of(step=SANDBOXED), DATA), NotPublished)
    assert not blob_path(root, DATA).exists()
    assert left_behind(root) == []
    assert "reads back differently" in cache.warnings[0]


def test_a_temporary_file_that_is_reaped_before_it_is_locked_is_made_again(
    cache: DiskCache, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process that clears up at that very moment costs a second attempt, not the entry."""
    reaped: list[int] = []

    def reap_first(descriptor: int) -> bool:
        if not reaped:
            reaped.append(descriptor)
            publish.reap(str(root / "v1" / "tmp"))
        return try_lock(descriptor)

    monkeypatch.setattr(publish, "try_lock", reap_first)
    assert cache.publish(key_of(), DATA) == Published(Content.of(DATA).sha256)
    assert (len(reaped), left_behind(root)) == (1, [])
    expect_hit(root, key_of(), DATA)


def test_a_temporary_file_that_is_being_written_is_not_reaped(cache: DiskCache, root: Path) -> None:
    """Only what nobody holds any more is taken away."""
    cache.publish(key_of(), DATA)
    folder = root / "v1" / "tmp"
    (folder / "of-a-killed-process").touch()
    with publish.written_file(str(folder), DATA) as path:
        publish.reap(str(folder))
        assert left_behind(root) == [Path(path).name]


def test_short_writes_are_completed(cache: DiskCache, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that takes only part of the bytes is gone on with."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, bytes(data[:7])))
    cache.publish(key_of(), DATA)
    monkeypatch.undo()
    expect_hit(root, key_of(), DATA)


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK])
def test_without_hard_links_the_first_record_still_wins(
    cache: DiskCache, root: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """File systems that have no links get a rename."""

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refuse)
    assert cache.publish(key_of(), b"first") == Published(Content.of(b"first").sha256)
    assert cache.publish(key_of(), b"second") == Published(Content.of(b"first").sha256, adopted=True)
    assert left_behind(root) == []
    assert cache.warnings == ()


def test_a_file_where_the_cache_should_be_is_only_a_warning(root: Path) -> None:
    """A path that can never be a directory costs nothing but the warning."""
    root.write_text("not a directory")
    cache = open_disk(root)
    assert bytes_of(cache.get_or_make(key_of(step=SANDBOXED), lambda: DATA)) == DATA
    assert len(cache.warnings) == 1
    assert root.read_text() == "not a directory"


def test_a_directory_that_is_removed_meanwhile_is_made_again(cache: DiskCache, root: Path) -> None:
    """Deleting the cache under a running build is allowed at any time."""
    for _ in range(2):
        assert bytes_of(cache.get_or_make(key_of(), lambda: DATA)) == DATA
        expect_hit(root, key_of(), DATA)
        shutil.rmtree(root)
    assert cache.warnings == ()


@pytest.mark.parametrize("seconds", [0, 4_000_000_000], ids=["1970", "future"])
def test_modification_times_do_not_matter(cache: DiskCache, root: Path, seconds: int) -> None:
    """Whatever the clock said when a file was written, the entry is found."""
    cache.publish(key_of(), DATA)
    for path in (record_path(root, key_of()), blob_path(root, DATA)):
        os.utime(path, (seconds, seconds))
    expect_hit(root, key_of(), DATA)
    assert cache.publish(key_of(), DATA) == Published(Content.of(DATA).sha256, adopted=True)


@pytest.mark.parametrize("name", [b"with spaces and 'quotes'", b"not utf-8 \xff\xfe", b"n" * 200])
def test_paths_of_any_bytes_work(tmp_path: Path, name: bytes) -> None:
    """Spaces, bytes that are not UTF-8 and long names in the cache's path make no difference."""
    root = tmp_path / os.fsdecode(name)
    open_disk(root).publish(key_of(), DATA)
    expect_hit(root, key_of(), DATA)


def test_a_path_that_is_not_utf_8_can_be_printed(tmp_path: Path) -> None:
    """What a user is told can be written to any stream."""
    root = tmp_path / os.fsdecode(b"\xff")
    root.touch()
    cache = open_disk(root)
    cache.publish(key_of(step=SANDBOXED), DATA)
    assert "\\xff" in cache.warnings[0]
    cache.warnings[0].encode("utf-8")
    found = open_disk(tmp_path / os.fsdecode(b"\xfe")).lookup(key_of())
    assert isinstance(found, Miss)
    assert "\\xfe" in found.detail


def test_a_record_that_would_be_too_large_is_not_published(cache: DiskCache, root: Path) -> None:
    """What could not be read again is not written; that is no trouble of the disk and no warning."""
    key = make_key(StepKind.TEXT, inputs={}, runtime={}, fingerprint="", profile={}, salt="x" * 70_000)
    assert isinstance(cache.publish(key, DATA), NotPublished)
    assert bytes_of(cache.get_or_make(key, lambda: DATA)) == DATA
    assert cache.warnings == ()
    assert left_behind(root) == []


def test_no_cache_makes_everything_and_stores_nothing() -> None:
    """The cache that is off has the same face."""
    cache = NoCache()
    assert bytes_of(cache.get_or_make(key_of(), lambda: DATA)) == DATA
    loaded = cache.load(key_of(), lambda: DATA, lambda blob: (blob.path_for_mapping, blob.read()))
    assert loaded.value == (None, DATA)
    assert (loaded.entry.outcome, loaded.entry.miss) == (Outcome.MADE, Miss(MissReason.OFF, "the cache is off"))
    assert (cache.warnings, cache.publish(key_of(), DATA)) == ((), NotPublished("the cache is off"))


def test_the_environment_says_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's directory is opened; without a home there is no cache."""
    cache = open_cache({"HOME": str(tmp_path)})
    assert isinstance(cache, DiskCache)
    assert Path(cache.directory).is_relative_to(tmp_path)
    cache.publish(key_of(), DATA)
    found = open_cache({"HOME": str(tmp_path)}).lookup(key_of())
    assert isinstance(found, Hit)
    found.blob.close()
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    assert isinstance(open_cache({}), NoCache)


def test_trust_is_the_callers_choice(root: Path, tmp_path: Path) -> None:
    """A cache asks the trust that it was given, and no other."""
    secret = tmp_path / "other" / "secret"
    DiskCache(root, LocalTrust(str(secret), str(root))).publish(key_of(), DATA)
    expect_miss(open_disk(root), key_of(), MissReason.UNTRUSTED)
    found = open_disk(root, secret=secret).lookup(key_of())
    assert isinstance(found, Hit)
    found.blob.close()
