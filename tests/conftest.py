"""What holds for all tests: a cache of their own, and property tests that are the same in every run of CI."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Neither read nor fill the user's cache, unless a directory is named on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        if "WASM_LINK_CACHE_DIR" not in os.environ:
            patch.setenv("WASM_LINK_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield
