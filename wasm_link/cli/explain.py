"""`wasm-link explain`: the page about a diagnostic code, or the list of all codes."""

from __future__ import annotations

import click

from wasm_link.cli.options import EXAMPLE, no_color_option
from wasm_link.cli.output import write_result
from wasm_link.cli.terminal import Console
from wasm_link.diagnostics import Code, Severity
from wasm_link.diagnostics.explain import explanation, find_code, nearest_code


@click.command(epilog=EXAMPLE + "wasm-link explain WL206")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@no_color_option
@click.pass_context
def explain(ctx: click.Context, codes: tuple[str, ...]) -> None:
    """Say what a diagnostic code means.

    CODE is the code in brackets behind `error` or `warning`. Without one, all codes are listed.
    """
    console: Console = ctx.obj
    if not codes:
        write_result(console, all_codes())
        return
    pages = [explanation(_known(text)).strip() for text in codes]
    write_result(console, "\n\n".join(pages))


def all_codes() -> str:
    """Every code with its title, one a line."""
    return "\n".join(
        f"{code.value}  {code.title}{' (warning)' if code.severity is Severity.WARNING else ''}" for code in Code
    )


def _known(text: str) -> Code:
    code = find_code(text)
    if code is not None:
        return code
    near = nearest_code(text)
    hint = (
        f" Did you mean {near.value} ({near.title})?" if near is not None else " `wasm-link explain` lists all codes."
    )
    raise click.UsageError(f"No such code {text!r}.{hint}")
