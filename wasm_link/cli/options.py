"""Options and arguments that several commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from wasm_link.cli.terminal import detect_console
from wasm_link.diagnostics import Code, Diagnostic
from wasm_link.diagnostics.nearest import did_you_mean
from wasm_link.diagnostics.render import Format

LINKFILE = "linkfile.yaml"
"""The linkfile that is meant where a directory, or nothing, is named."""

EXAMPLE = "\b\nExample:\n  "
"""How an example in a command's help begins, so that click keeps its lines."""

_F = TypeVar("_F", bound=Callable[..., Any])


def no_color_option(command: _F) -> _F:
    """`--no-color`, before or behind a command's name. It changes the console that the command gets."""
    return click.option(
        "--no-color",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_switch_color_off,
        help="Write without colour. So does NO_COLOR in the environment.",
    )(command)


def root_option(command: _F) -> _F:
    """`--root ID`, as the parameter `root`."""
    return click.option(
        "--root", metavar="ID", default=None, help="Enter the tree by this interface instead of the linkfile's root."
    )(command)


def format_option(command: _F) -> _F:
    """`--format human|concise|json`, as the parameter `form`."""
    return click.option(
        "--format",
        "form",
        type=click.Choice([form.value for form in Format]),
        default=Format.HUMAN.value,
        show_default=True,
        callback=lambda _ctx, _param, value: Format(value),
        help="How to write diagnostics.",
    )(command)


def linkfile_argument(command: _F) -> _F:
    """`[LINKFILE]`, as the parameter `linkfile`: a path that `find_linkfile` looks up."""
    return click.argument("linkfile", required=False, default=".", type=click.Path(path_type=Path))(command)


def linkfiles_argument(command: _F) -> _F:
    """`[LINKFILE]...`, as the parameter `linkfiles`; none is `linkfile.yaml` here."""
    return click.argument(
        "linkfiles",
        nargs=-1,
        metavar="[LINKFILE]...",
        type=click.Path(path_type=Path),
        callback=lambda _ctx, _param, value: value or (Path("."),),
    )(command)


def find_linkfile(path: Path) -> Path | Diagnostic:
    """The linkfile that is meant by a path, or why there is none. A directory means the `linkfile.yaml` inside."""
    is_directory = os.path.isdir(path)  # `Path.is_dir` raises for a name that is too long, or that may not be seen
    found = path / LINKFILE if is_directory else path
    if os.path.lexists(found):
        return found
    where = f"no {LINKFILE} in {_absolute(path)}" if is_directory else f"no file {found}"
    return Diagnostic(
        Code.UNREADABLE_FILE,
        where,
        expected="the path of a linkfile, or of a directory that holds one",
        hint=did_you_mean(found.name, _linkfiles_beside(found)) or "`wasm-link init` writes a starter project",
    )


def _linkfiles_beside(path: Path) -> list[str]:
    """The names of YAML files in the directory of a path, sorted; none where that cannot be read."""
    try:
        names = sorted(os.listdir(path.parent))
    except (OSError, ValueError):
        return []
    return [name for name in names if name.endswith((".yaml", ".yml"))]


def _absolute(path: Path) -> Path:
    """The path from the top, or as it is where this directory was removed."""
    try:
        return path.absolute()
    except OSError:
        return path


def _switch_color_off(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().obj = ctx.obj = detect_console(os.environ, sys.stdout, sys.stderr, no_color=True)
