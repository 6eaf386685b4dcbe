"""The entry point: arguments in, an exit code out, and no failure without a sentence about it."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from enum import IntEnum
from typing import NoReturn

import click

from wasm_link import __version__
from wasm_link.cli.app import app
from wasm_link.cli.output import OutputError, abandon, write_diagnostics
from wasm_link.cli.terminal import detect_console
from wasm_link.diagnostics.display import escaped
from wasm_link.errors import DiagnosedError, WasmLinkError

PROGRAM = "wasm-link"
_COMPLETION = "_WASM_LINK_COMPLETE"
_WRITE_FAILURES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})


class ExitCode(IntEnum):
    """What the process ends with."""

    OK = 0
    PROBLEM = 1
    """The work found a problem: a diagnostic, or a build, load or plugin failure."""
    USAGE = 2
    """Wrong usage, or a bug of ours."""
    INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line, `sys.argv` where no arguments are given, and end the process."""
    try:
        status = _run(arguments)
        _flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough, as `head` does. Nothing is left to say, and nobody to say it to.
        abandon(sys.stdout, sys.stderr)
        status = ExitCode.PROBLEM
    except (OSError, OutputError) as error:
        abandon(sys.stdout)
        status = ExitCode.PROBLEM
        _last_words(error if isinstance(error, OutputError) else OutputError(error.strerror or str(error)))
    sys.exit(int(status))


def _run(arguments: Sequence[str] | None) -> int:
    _take_any_text()
    if _COMPLETION in os.environ:
        app.main(prog_name=PROGRAM)
    try:
        return _invoke(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return ExitCode.INTERRUPTED
    except (BrokenPipeError, OutputError):
        raise
    except WasmLinkError as error:
        click.echo("error: " + "\n  ".join(map(escaped, str(error).splitlines())), err=True)
        return error.exit_code
    except OSError as error:
        if error.errno in _WRITE_FAILURES and error.filename is None:
            raise  # click writes help and version by itself
        return _crashed()
    except Exception:
        return _crashed()


def _invoke(arguments: list[str]) -> int:
    """What click's own `main` does, but for what it does with exceptions."""
    context: click.Context | None = None
    try:
        with app.make_context(PROGRAM, arguments) as context:
            app.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort as abort:
        raise KeyboardInterrupt from abort
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except DiagnosedError as error:
        console = context.obj if context is not None else None
        write_diagnostics(console or detect_console(os.environ, sys.stdout, sys.stderr), error.diagnostics)
        return error.exit_code
    return ExitCode.OK


def _crashed() -> int:
    """Whatever we did not foresee is our bug: everything about it, and whom to tell."""
    traceback.print_exc()
    click.echo(
        f"\nThis is a bug in wasm-link {__version__}, whatever the linkfile says. Please report it, with the lines "
        "above and, if you can, the linkfile.",
        err=True,
    )
    return ExitCode.USAGE


def _take_any_text() -> None:
    """Let both streams take any text: what their encoding lacks is written as an escape, not raised as an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _last_words(error: OutputError) -> None:
    """Say on standard error, if that can still be written, why standard output could not."""
    try:
        click.echo(f"error: {error}", err=True)
    except OSError:
        abandon(sys.stderr)
