"""`wasm-link init`: a starter project that builds and runs. Nothing that is there is ever overwritten."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import click

from wasm_link.cli.options import EXAMPLE, LINKFILE, no_color_option
from wasm_link.cli.output import write_message, write_result
from wasm_link.cli.terminal import Console
from wasm_link.diagnostics.display import escaped
from wasm_link.errors import WasmLinkError
from wasm_link.linkfile.schema import SCHEMA_NAME, schema_text

_STARTER_FILES = (LINKFILE, "greeter.wat", "shout.wat")


class InTheWayError(WasmLinkError):
    """A starter project cannot be written: `paths` are there already."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self.paths = paths
        names = ", ".join(str(path) for path in paths)
        verb = "is" if len(paths) == 1 else "are"
        super().__init__(f"nothing was written, because {names} {verb} there already; name another directory")


class NotWrittenError(WasmLinkError):
    """The starter project could not be written to `path`; `reason` is the system's."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path} cannot be written: {reason}")


@click.command(epilog=EXAMPLE + "wasm-link init hello")
@click.argument("directory", required=False, default=".", metavar="[DIR]", type=click.Path(path_type=Path))
@no_color_option
@click.pass_context
def init(ctx: click.Context, directory: Path) -> None:
    """Write a starter project.

    It is a linkfile with comments, and two small components in text format that call each other. DIR is made if it is
    not there; by default, this directory. Files that are there already are never overwritten.
    """
    console: Console = ctx.obj
    write_starter(directory, starter_files())
    write_message(console, f"wrote {escaped(str(directory))}: {', '.join(starter_files())}")
    where = escaped(shlex.quote(str(directory)))
    write_result(console, f"Next:\n  wasm-link build {where}\n  wasm-link run {where} 'greet(\"world\")'")


def starter_files() -> Mapping[str, str]:
    """The files of the starter project: text by name."""
    folder = files("wasm_link.cli") / "starter"
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in _STARTER_FILES}
    return {**texts, SCHEMA_NAME: schema_text()}


def write_starter(directory: Path, texts: Mapping[str, str]) -> None:
    """Write all files, or none. Raises InTheWayError, and NotWrittenError where the system refuses."""
    in_the_way = tuple(directory / name for name in texts if os.path.lexists(directory / name))
    if in_the_way:
        raise InTheWayError(in_the_way)
    written: list[Path] = []
    path = directory
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            path = directory / name
            # "x" refuses what came there since the look above, symbolic links included.
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
    except (OSError, ValueError) as error:
        for made in written:
            made.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise InTheWayError((path,)) from error
        raise NotWrittenError(path, getattr(error, "strerror", None) or str(error)) from error
