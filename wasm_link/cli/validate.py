"""`wasm-link validate`: all that is wrong with linkfiles and their components, without compiling anything."""

from __future__ import annotations

from pathlib import Path

import click

from wasm_link.cli.options import (
    EXAMPLE,
    find_linkfile,
    format_option,
    linkfiles_argument,
    no_color_option,
    root_option,
)
from wasm_link.cli.output import write_diagnostics, write_result
from wasm_link.cli.terminal import Console
from wasm_link.diagnostics import Diagnostic, has_errors
from wasm_link.diagnostics.display import escaped
from wasm_link.diagnostics.render import Format
from wasm_link.pipeline import Checked, check


@click.command(epilog=EXAMPLE + "wasm-link validate plugins/*.yaml --format concise")
@linkfiles_argument
@root_option
@format_option
@no_color_option
@click.pass_context
def validate(ctx: click.Context, linkfiles: tuple[Path, ...], root: str | None, form: Format) -> None:
    """Check linkfiles and the components that they name.

    LINKFILE is a linkfile, or a directory with a linkfile.yaml; without any, linkfile.yaml in this directory. Nothing
    is compiled. The diagnostics are the result, and go to standard output; with an error among them the exit code is 1.
    """
    console: Console = ctx.obj
    diagnostics: list[Diagnostic] = []
    texts: dict[str, str] = {}
    sound: list[str] = []
    for path in dict.fromkeys(linkfiles):
        found = find_linkfile(path)
        if isinstance(found, Diagnostic):
            diagnostics.append(found)
            continue
        checked = check(found, root=root)
        texts[found.as_posix()] = checked.text
        diagnostics.extend(checked.diagnostics)
        if not has_errors(checked.diagnostics):
            sound.append(_in_short(checked))
    write_diagnostics(console, diagnostics, texts, form, are_result=True)
    if form is Format.HUMAN:
        for line in sound:
            write_result(console, line)
    if has_errors(diagnostics):
        ctx.exit(1)


def _in_short(checked: Checked) -> str:
    """One line about a linkfile that holds no error."""
    assert checked.linkfile is not None
    plugins = len(checked.linkfile.plugins)
    return f"{escaped(str(checked.path))}: ok, {plugins} plugin{'' if plugins == 1 else 's'}"
