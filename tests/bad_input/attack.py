"""Run the command line as a process whose memory and time are bounded, and say what every refusal has in common."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cli.command_line import environment

PATIENCE = 60
"""Seconds before a process counts as hung: far more than it takes, so that a busy machine fails no test."""

MEMORY = 384
"""MiB of writable memory that a process may map, of which 64 are the stack of the thread that works."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended, and what it wrote; bytes that are not UTF-8 come as surrogates."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that it wrote."""
        return self.out + self.err


def attack(
    *arguments: str | bytes,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    memory: int = MEMORY,
    redirect: str = "",
) -> Ended:
    """`wasm-link` with these arguments, under a limit of `memory` MiB; `redirect` is shell syntax, as `>&-`.

    The limit counts what is mapped for writing and not what is only reserved, as the engine does by the gigabyte. A
    process that needs more gets a MemoryError, whose traceback `refused` finds.
    """
    limited = f'ulimit -c 0; ulimit -d {memory * 1024}; exec "$@" {redirect}'
    command = ["/bin/sh", "-c", limited, "sh", sys.executable, "-m", "wasm_link", *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment(env), capture_output=True, timeout=PATIENCE)
    return Ended(
        done.returncode, done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode("utf-8", "surrogateescape")
    )


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
