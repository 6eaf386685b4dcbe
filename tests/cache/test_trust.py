"""The local secret: created once, kept outside the cache, refused where others could know or change it."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cache.building import NATIVE, SANDBOXED, expect_hit, expect_miss, key_of, open_disk
from wasm_link.cache import LocalTrust, MissReason, NotPublished, Published, Signature
from wasm_link.errors import CacheError


def trust(folder: Path) -> LocalTrust:
    """The trust of a process that has its secret in this folder."""
    return LocalTrust(str(folder / "settings" / "secret"), str(folder / "cache"))


def test_what_was_signed_is_trusted_by_the_next_process(tmp_path: Path) -> None:
    """A signature holds for whoever reads the same secret."""
    signatures = trust(tmp_path).sign(b"statement")
    assert trust(tmp_path).refusal(b"statement", signatures) is None


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (lambda good: [], "not signed"),
        (lambda good: [Signature("other", good.key, good.value)], "not signed"),
        (lambda good: [Signature("local", "0" * 16, good.value)], "another secret"),
        (lambda good: [Signature("local", good.key, "")], "does not match"),
        (lambda good: [Signature("local", good.key, good.value[:-1])], "does not match"),
        (lambda good: [Signature("local", good.key, good.value.upper() + "ä\ud800")], "does not match"),
    ],
    ids=["none", "scheme", "key", "empty", "short", "not-ascii"],
)
def test_a_signature_that_is_not_ours_is_refused_in_words(tmp_path: Path, forge: object, reason: str) -> None:
    """Each way in which a signature can be wrong has its sentence."""
    (good,) = trust(tmp_path).sign(b"statement")
    assert callable(forge)
    assert reason in str(trust(tmp_path).refusal(b"statement", forge(good)))


def test_a_signature_covers_its_statement_only(tmp_path: Path) -> None:
    """A good signature under another statement is refused."""
    signatures = trust(tmp_path).sign(b"statement")
    assert "does not match" in str(trust(tmp_path).refusal(b"other", signatures))


def test_one_good_signature_among_others_is_enough(tmp_path: Path) -> None:
    """Records may carry signatures of several keys and schemes."""
    (good,) = trust(tmp_path).sign(b"statement")
    assert trust(tmp_path).refusal(b"statement", [Signature("other", "", ""), good]) is None


def test_the_secret_is_for_its_user_alone(tmp_path: Path) -> None:
    """The file has mode 0600 in a folder of mode 0700, and nothing else is left beside it."""
    trust(tmp_path).sign(b"")
    folder = tmp_path / "settings"
    assert [each.name for each in folder.iterdir()] == ["secret"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
    assert len((folder / "secret").read_bytes()) >= 32


def test_a_secret_created_by_many_at_once_is_one(tmp_path: Path) -> None:
    """Whoever is late takes the secret of whoever was first."""
    with ThreadPoolExecutor(8) as pool:
        signatures = list(pool.map(lambda _: trust(tmp_path).sign(b"x"), range(32)))
    assert len(set(signatures)) == 1


def _readable(path: Path) -> None:
    path.write_bytes(b"s" * 32)
    path.chmod(0o644)


def _writable(path: Path) -> None:
    path.write_bytes(b"s" * 32)
    path.chmod(0o620)


def _short(path: Path) -> None:
    path.write_bytes(b"s" * 31)
    path.chmod(0o600)


def _long(path: Path) -> None:
    path.write_bytes(b"s" * 5000)
    path.chmod(0o600)


def _link(path: Path) -> None:
    path.with_name("other").write_bytes(b"s" * 32)
    path.with_name("other").chmod(0o600)
    path.symlink_to("other")


UNUSABLE = pytest.mark.parametrize("put", [_readable, _writable, _short, _long, _link, Path.mkdir, os.mkfifo])


@UNUSABLE
def test_an_unsafe_secret_is_neither_used_nor_replaced(tmp_path: Path, put: object) -> None:
    """A secret that others know, that is too short, or that is no plain file ends the use of native entries."""
    (tmp_path / "settings").mkdir()
    path = tmp_path / "settings" / "secret"
    assert callable(put)
    put(path)
    before = os.lstat(path)
    with pytest.raises(CacheError, match="secret"):
        trust(tmp_path).sign(b"statement")
    assert "secret" in str(trust(tmp_path).refusal(b"statement", [Signature("local", "k", "v")]))
    assert os.lstat(path).st_ino == before.st_ino


def test_a_secret_inside_the_cache_directory_is_refused(tmp_path: Path) -> None:
    """It would travel with the directory; a symbolic link to it does not help."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "link").symlink_to("cache")
    with pytest.raises(CacheError, match="must not lie in the cache"):
        LocalTrust(str(tmp_path / "link" / "secret"), str(tmp_path / "cache")).sign(b"")


def test_without_a_secret_native_entries_are_not_written_and_the_others_are(tmp_path: Path) -> None:
    """One warning says so; a build goes on."""
    (tmp_path / "file").touch()
    root = tmp_path / "cache"
    cache = open_disk(root, secret=tmp_path / "file" / "secret")
    for name in ("one", "two"):
        assert isinstance(cache.publish(key_of(name, NATIVE), b"native"), NotPublished)
    assert isinstance(cache.publish(key_of(step=SANDBOXED), b"text"), Published)
    expect_miss(cache, key_of(), MissReason.ABSENT)
    expect_hit(root, key_of(step=SANDBOXED), b"text")
    assert len(cache.warnings) == 1
    assert "secret" in cache.warnings[0]


def test_a_changed_secret_ends_the_trust_in_what_was_written_before(tmp_path: Path) -> None:
    """After a new secret, old native entries are a miss that says why."""
    root = tmp_path / "cache"
    open_disk(root).publish(key_of(), b"native")
    (tmp_path / "settings" / "cache-secret").unlink()
    assert "no secret" in expect_miss(open_disk(root), key_of(), MissReason.UNTRUSTED).detail
    trust_file = tmp_path / "settings" / "cache-secret"
    trust_file.write_bytes(b"n" * 32)
    trust_file.chmod(0o600)
    assert "another secret" in expect_miss(open_disk(root), key_of(), MissReason.UNTRUSTED).detail
