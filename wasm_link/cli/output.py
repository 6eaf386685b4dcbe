"""How commands write: results to standard output, everything else to standard error, diagnostics to either."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from typing import TextIO

import click

from wasm_link.cli.terminal import Console
from wasm_link.diagnostics import Diagnostic
from wasm_link.diagnostics.render import Format, render
from wasm_link.errors import WasmLinkError

_LARGEST_TEXT = 16 * 2**20
"""Bytes: a larger file is not read only to show one of its lines."""


class OutputError(WasmLinkError):
    """What a command has to say could not be written: `reason` is the system's."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the output cannot be written: {reason}")


def write_result(console: Console, text: str) -> None:
    """Write a result to standard output, with a line break at its end. Raises OutputError, or BrokenPipeError."""
    _write(text, to_err=False, color=console.out.color)


def write_message(console: Console, text: str) -> None:
    """Write what is not a result to standard error. Raises as `write_result` does."""
    _write(text, to_err=True, color=console.err.color)


def write_diagnostics(
    console: Console,
    diagnostics: Sequence[Diagnostic],
    texts: Mapping[str, str] | None = None,
    form: Format = Format.HUMAN,
    *,
    are_result: bool = False,
) -> None:
    """Write diagnostics to standard error, or to standard output where they are the command's result.

    `texts` are the files that were read, as they were read; others that are needed are read now.
    """
    stream = console.out if are_result else console.err
    known = source_texts(diagnostics, texts or {}) if form is Format.HUMAN else {}
    text = render(diagnostics, known, form, color=stream.color, width=stream.width)
    if text:
        _write(text, to_err=not are_result, color=stream.color)


def source_texts(diagnostics: Sequence[Diagnostic], known: Mapping[str, str]) -> Mapping[str, str]:
    """The texts of the files that diagnostics point into: those known, and those that can be read."""
    texts = dict(known)
    for diagnostic in diagnostics:
        for span in (diagnostic.span, *(note.span for note in diagnostic.notes)):
            if span is not None and span.file not in texts:
                texts[span.file] = _read(span.file)
    return texts


def abandon(*streams: TextIO | None) -> None:
    """Let what is still to be written to these streams go nowhere: Python would fail on it once more at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        try:
            if stream is not None:
                os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError):
            continue  # closed, or no file at all: nothing will be written there
    os.close(nowhere)


def _write(text: str, *, to_err: bool, color: bool) -> None:
    try:
        click.echo(text, err=to_err, color=color)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(error.strerror or str(error)) from error


def _read(file: str) -> str:
    """The text of a regular file of a sensible size, as far as it is text; "" for anything else."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as content:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST_TEXT:
                return ""
            return content.read(_LARGEST_TEXT).decode("utf-8-sig", "replace")
    except (OSError, ValueError):
        return ""
