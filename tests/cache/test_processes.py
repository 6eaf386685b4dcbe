"""Several processes and threads on one cache, and processes that are killed in the middle."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.cache import killed_publisher, racing_makers
from tests.cache.building import expect_hit, expect_miss, key_of, left_behind, open_disk, record_path
from wasm_link.cache import Blob, Hit, MissReason
from wasm_link.cache.lock import Turn
from wasm_link.cache.opening import Damage


def run(module: str, *arguments: str) -> list[str]:
    """The lines that a module of this folder prints when it runs as a program."""
    result = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, timeout=120)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.splitlines()


def test_a_killed_process_leaves_an_entry_whole_or_absent(tmp_path: Path) -> None:
    """Wherever a maker is killed: no damage, no held lock, and the next one that stores anything clears up."""
    (killed,) = run("tests.cache.killed_publisher", str(tmp_path))
    assert int(killed) >= 40
    whole = 0
    for call in range(int(killed)):
        root = tmp_path / str(call) / "cache"
        cache = open_disk(root, patience=0)
        found = cache.lookup(key_of())
        if isinstance(found, Hit):
            assert found.blob.read() == killed_publisher.DATA
            found.blob.close()
            whole += 1
        else:
            assert found.reason is MissReason.ABSENT
        assert not (root / "v1" / "quarantine").exists()
        cache.get_or_make(key_of("another"), lambda: b"another").close()
        assert (left_behind(root), cache.warnings) == ([], ()), f"killed at call {call}"
        with cache.lock(key_of()) as turn:
            assert turn is Turn.AT_ONCE
        cache.get_or_make(key_of(), lambda: killed_publisher.DATA).close()
        expect_hit(root, key_of(), killed_publisher.DATA)
    assert 0 < whole < int(killed)


def test_of_many_processes_one_makes_the_entry(tmp_path: Path) -> None:
    """Sixteen at once, cold: one makes it, all get its bytes."""
    lines = run("tests.cache.racing_makers", str(tmp_path))
    outcomes, digests = zip(*(line.split() for line in lines), strict=True)
    assert sorted(outcomes) == ["hit"] * (racing_makers.PROCESSES - 1) + ["made"]
    assert len(set(digests)) == 1
    assert left_behind(tmp_path / "cache") == []


def test_without_locks_all_get_the_bytes_of_one(tmp_path: Path) -> None:
    """Sixteen at once with no lock to be had, each making other bytes: there is one record, and all adopt it."""
    lines = run("tests.cache.racing_makers", str(tmp_path), "no-locks")
    outcomes, digests = zip(*(line.split() for line in lines), strict=True)
    assert len(outcomes) == racing_makers.PROCESSES
    assert len(set(digests)) == 1
    assert os.listdir(tmp_path / "cache" / "v1" / "tmp") == []


@pytest.mark.parametrize("shared", [True, False], ids=["one-cache", "a-cache-each"])
def test_of_many_threads_one_makes_the_entry(root: Path, shared: bool) -> None:
    """Thirty-two threads at once: one makes it, all load the same bytes."""
    barrier = Barrier(32)
    made: list[int] = []
    one = open_disk(root)

    def make() -> bytes:
        made.append(1)
        return racing_makers.make()

    def ask(_: int) -> bytes:
        cache = one if shared else open_disk(root)
        barrier.wait()
        return cache.load(key_of(), make, Blob.read).value

    with ThreadPoolExecutor(32) as pool:
        values = list(pool.map(ask, range(32)))
    assert (len(set(values)), len(made)) == (1, 1)
    assert left_behind(root) == []


def test_readers_and_writers_survive_the_directory_being_deleted(root: Path) -> None:
    """Whoever deletes the cache while it is in use costs others nothing but the work."""
    barrier = Barrier(5)

    def build(_: int) -> bool:
        cache = open_disk(root)
        barrier.wait()
        return all(
            cache.load(key_of(str(n % 7)), str(n % 7).encode, Blob.read).value == str(n % 7).encode() for n in range(60)
        )

    def delete() -> None:
        barrier.wait()
        for _ in range(30):
            shutil.rmtree(root, ignore_errors=True)

    with ThreadPoolExecutor(5) as pool:
        deleting = pool.submit(delete)
        assert all(pool.map(build, range(4)))
        deleting.result()


def test_a_miss_found_while_another_heals_does_not_take_the_new_file_away(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the very file that was found damaged is set aside."""
    cache = open_disk(root)
    cache.publish(key_of(), b"good")
    path = record_path(root, key_of())
    good = path.read_bytes()
    path.unlink()
    path.write_bytes(b"damaged")
    path.chmod(0o444)
    set_aside = cache._set_aside

    def heal_first(damage: Damage) -> None:
        path.with_name("new").write_bytes(good)
        path.with_name("new").chmod(0o444)
        path.with_name("new").replace(path)
        set_aside(damage)

    monkeypatch.setattr(cache, "_set_aside", heal_first)
    expect_miss(cache, key_of(), MissReason.RECORD_MALFORMED)
    expect_hit(root, key_of(), b"good")
