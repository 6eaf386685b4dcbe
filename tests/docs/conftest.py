"""A folder in which the examples of the documentation run, with a cache of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.docs.pages import ROOT


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the samples, which is the current directory; no cache, no colours and no width from outside."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "samples", folder / "samples", ignore=shutil.ignore_patterns("out"))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WASM_LINK_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("WASM_LINK_CACHE_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.chdir(folder)
    return folder
