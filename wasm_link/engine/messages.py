"""wasmtime's error texts, which run over many lines with backtraces, as one line each."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"^\s*\d+: ")
_BACKTRACE = "wasm backtrace:"
MAX_LENGTH = 1000


def one_line(text: str) -> str:
    """What went wrong and why: the message and its causes, joined by colons, without backtraces.

    The text is a Rust error's debug form: a message, then "Caused by:" and one cause a line, numbered where there are
    several. A message that ends in "wasm backtrace:" is followed by frames, which are left out with it.
    """
    message, _, causes = text.partition("\n\nCaused by:\n")
    parts = [] if _BACKTRACE in message else [" ".join(message.split())]
    for line in causes.splitlines():
        cause = _NUMBER.sub("", line).strip()
        if cause.startswith("Stack backtrace"):
            break
        if not cause.endswith(_BACKTRACE):
            parts.append(cause)
    return shortened(": ".join(part for part in parts if part) or "no reason was given")


def shortened(text: str) -> str:
    """A message of at most `MAX_LENGTH` characters."""
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1] + "…"
