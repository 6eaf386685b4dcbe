"""Locks: held by one, free when its holder is gone, never waited for without end."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from pathlib import Path

import pytest

from tests.cache.building import bytes_of, key_of, left_behind, open_disk, open_files
from wasm_link.cache.lock import Turn, locked


def test_a_free_lock_is_had_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    """The lock file is there no longer than the lock."""
    with locked(str(tmp_path / "lock"), 0) as turn:
        assert turn is Turn.AT_ONCE
        assert os.listdir(tmp_path) == ["lock"]
    assert os.listdir(tmp_path) == []


def test_a_held_lock_is_not_had_within_no_time(tmp_path: Path) -> None:
    """The block runs without the lock, and does not take it from its holder."""
    path = str(tmp_path / "lock")
    with locked(path, 0):
        for _ in range(2):
            with locked(path, 0) as turn:
                assert turn is Turn.UNLOCKED


def test_a_lock_is_had_after_its_holder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits gets the lock when it is let go, on a file that has the name."""
    path = str(tmp_path / "lock")
    holder = contextlib.ExitStack()
    holder.enter_context(locked(path, 0))
    monkeypatch.setattr(time, "sleep", lambda _: holder.close())
    with locked(path, 60) as turn:
        assert turn is Turn.AFTER_ANOTHER
        assert os.listdir(tmp_path) == ["lock"]
        with locked(path, 0) as other:
            assert other is Turn.UNLOCKED


def test_a_lock_on_a_file_that_lost_its_name_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between opening the file and locking it, its holder may have removed it: then the new file is locked."""
    path = str(tmp_path / "lock")
    flock = fcntl.flock
    removed: list[int] = []

    def remove_first(descriptor: int, operation: int) -> None:
        if not removed:
            removed.append(descriptor)
            os.unlink(path)
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", remove_first)
    with locked(path, 60) as turn:
        assert turn is Turn.AFTER_ANOTHER
        assert os.path.exists(path)


def test_a_descriptor_that_a_child_inherited_does_not_keep_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process forked while the lock was held shares it; letting go lets go for both."""
    path = str(tmp_path / "lock")
    original = os.open
    inherited: list[int] = []

    def opened(*args: object) -> int:
        descriptor = original(*args)  # type: ignore[arg-type]
        inherited.append(os.dup(descriptor))  # what fork does to every descriptor
        return descriptor

    monkeypatch.setattr(os, "open", opened)
    with locked(path, 0):
        monkeypatch.undo()
    with locked(path, 0) as turn:
        assert turn is Turn.AT_ONCE
    for descriptor in inherited:
        os.close(descriptor)


def test_an_interrupt_while_waiting_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends the wait; no file stays open."""
    path = str(tmp_path / "lock")

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with locked(path, 0):
        before = open_files()
        monkeypatch.setattr(time, "sleep", interrupt)
        with pytest.raises(KeyboardInterrupt), locked(path, 60):
            raise AssertionError("the lock is held")
        assert open_files() == before


def test_a_holder_that_never_ends_does_not_stop_others(root: Path) -> None:
    """After its patience a process makes the entry itself."""
    with open_disk(root).lock(key_of()):
        cache = open_disk(root, patience=0)
        assert bytes_of(cache.get_or_make(key_of(), lambda: b"made")) == b"made"
    assert bytes_of(open_disk(root).get_or_make(key_of(), bytes)) == b"made"
    assert left_behind(root) == []


def test_who_waited_in_vain_makes_the_entry_without_the_lock(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the holder left nothing, those who waited do not queue up behind each other."""
    holder = contextlib.ExitStack()
    holder.enter_context(open_disk(root).lock(key_of()))
    monkeypatch.setattr(time, "sleep", lambda _: holder.close())

    def make() -> bytes:
        with open_disk(root, patience=0).lock(key_of()) as turn:
            assert turn is Turn.AT_ONCE
        return b"made"

    assert bytes_of(open_disk(root).get_or_make(key_of(), make)) == b"made"


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_where_there_are_no_locks_entries_are_made_and_stored(
    root: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """A missing lock facility costs one warning, nothing else."""

    def no_locks(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    cache = open_disk(root)
    for name in ("one", "two"):
        assert bytes_of(cache.get_or_make(key_of(name), name.encode)) == name.encode()
        assert bytes_of(cache.get_or_make(key_of(name), bytes)) == name.encode()
    assert len(cache.warnings) == 1
    assert os.strerror(code) in cache.warnings[0]
