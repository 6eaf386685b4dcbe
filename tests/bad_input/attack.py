"""Run the command line in processes whose memory and time are bounded, and say what every refusal has in common."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.cli.command_line import environment

PATIENCE = 60
"""Seconds before a process counts as hung: far more than it takes, so that a busy machine fails no test."""

MEMORY = 384
"""MiB of writable memory that a process may map, of which 64 are the stack of the thread that works."""

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended, negative for a signal, and what it wrote; bytes that are not UTF-8 come as surrogates."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that it wrote."""
        return self.out + self.err


class Forker:
    """A process of `tests.bad_input.forking`, in a process group of its own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="wasm-link-attack-")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bad_input.forking"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment(),
            start_new_session=True,
        )

    def run(self, arguments: list[str], folder: Path, changes: Mapping[str, str | None]) -> Ended:
        """One command line in a process of its own."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        out, err = (Path(self._folder.name, name) for name in ("out", "err"))
        request = {
            "arguments": arguments,
            "folder": os.fspath(folder),
            "environment": dict(changes),
            "memory": MEMORY << 20,
            "out": os.fspath(out),
            "err": os.fspath(err),
        }
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], PATIENCE)[0]:
            self.close()
            _forker.cache_clear()
            raise AssertionError(f"{arguments} did not end in {PATIENCE} s")
        code = int(self._process.stdout.readline())
        return Ended(code, *(file.read_bytes().decode("utf-8", "surrogateescape") for file in (out, err)))

    def close(self) -> None:
        """End the process and whatever it forked."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        with self._process:
            self._folder.cleanup()


@cache
def _forker() -> Forker:
    forker = Forker()
    atexit.register(forker.close)
    return forker


def attack(
    *arguments: str | bytes, cwd: Path, env: Mapping[str, str | None] | None = None, memory: int = MEMORY
) -> Ended:
    """`wasm-link` with these arguments, in a folder, under a limit of `MEMORY`.

    `env` is what differs in the environment; None removes a variable.

    The limit counts what is mapped for writing and not what is only reserved, as the engine does by the gigabyte. A
    process that needs more gets a MemoryError, whose traceback `refused` finds.
    """
    return _forker().run(list(map(os.fsdecode, arguments)), cwd, env or {})


def refused(ended: Ended, *words: str, code: int = 1) -> None:
    """The process ended by itself, with this exit code, and said so in words that a terminal can take."""
    orderly(ended)
    assert ended.code == code, ended.text[-2000:]
    assert ended.text.strip(), "silence"
    for word in words:
        assert word in ended.text, ended.text[-2000:]


def orderly(ended: Ended) -> None:
    """The process ended by itself, without a traceback, and wrote nothing that a terminal would act on."""
    assert ended.code in (0, 1, 2, 130), f"ended with {ended.code}: {ended.text[-2000:]}"
    assert "Traceback" not in ended.text, ended.text[-2000:]
    assert "bug in wasm-link" not in ended.text, ended.text[-2000:]
    acts = {char for char in ended.text if not char.isprintable() and char != "\n"}
    assert acts == set(), ended.text[-2000:]
