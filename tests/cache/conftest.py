"""Fixtures of the cache's tests: a cache in a fresh directory, with its secret outside of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cache.building import open_disk
from wasm_link.cache import DiskCache


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the cache lies; nothing is there yet."""
    return tmp_path / "cache"


@pytest.fixture
def cache(root: Path) -> DiskCache:
    """A cache in `root`."""
    return open_disk(root)
