"""Commands that fail in every way that a command can, for the tests of the entry point."""

from __future__ import annotations

import sys

import click

from wasm_link.diagnostics import Code, Diagnostic, Span
from wasm_link.errors import CompileError, DiagnosedError


@click.command()
@click.argument("how")
@click.argument("file", default="")
def fail(how: str, file: str) -> None:
    """Fail in one way."""
    match how:
        case "crash":
            raise RuntimeError("a bug")
        case "interrupt":
            raise KeyboardInterrupt
        case "world":
            raise CompileError("no room\nfor \x1b[31mthis")
        case "diagnosed":
            raise DiagnosedError([Diagnostic(Code.BAD_ID, "wrong", Span(file, 2, 1, 2, 3))])
        case "usage":
            raise click.UsageError("not like this")
        case "wait":
            click.echo("ready")
            sys.stdin.read()
        case _:
            raise AssertionError(how)
