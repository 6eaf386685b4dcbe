"""Run the command line as a process of its own, as a shell does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import wasm_link

PACKAGE_PARENT = Path(wasm_link.__file__).parent.parent

_OURS = ("NO_COLOR", "FORCE_COLOR", "CI", "TERM", "COLUMNS", "PYTHONIOENCODING")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a process: without what changes colours and widths, unless it is given here."""
    kept = {name: value for name, value in os.environ.items() if name not in _OURS}
    return {**kept, "PYTHONPATH": str(PACKAGE_PARENT), "PYTHONUTF8": "1", **(extra or {})}


def run(
    *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`wasm-link` with these arguments; its output as text."""
    return subprocess.run(
        [sys.executable, "-m", "wasm_link", *arguments],
        cwd=cwd,
        env=environment(env),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def run_python(script: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A Python script in a process that can import `wasm_link` and nothing else that is ours."""
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=cwd, env=environment(), capture_output=True, text=True
    )
