"""`wasm-link schema`: the JSON schema of linkfiles, for editors."""

from __future__ import annotations

from pathlib import Path

import click

from wasm_link.cli.options import EXAMPLE, no_color_option
from wasm_link.cli.output import OutputError, write_message, write_result
from wasm_link.cli.terminal import Console
from wasm_link.diagnostics.display import escaped
from wasm_link.linkfile.schema import schema_text

_MODELINE = """\b
An editor then finds it by the first line of a linkfile:
  # yaml-language-server: $schema=linkfile.schema.json"""


@click.command(epilog=EXAMPLE + "wasm-link schema --output linkfile.schema.json\n\n" + _MODELINE)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to FILE instead; it is replaced."
)
@no_color_option
@click.pass_context
def schema(ctx: click.Context, output: Path | None) -> None:
    """Print the JSON schema of linkfiles, with which an editor checks them while they are typed."""
    console: Console = ctx.obj
    if output is None:
        write_result(console, schema_text().rstrip("\n"))
        return
    try:
        output.write_text(schema_text(), encoding="utf-8")
    except (OSError, ValueError) as error:
        raise OutputError(f"{escaped(str(output))}: {getattr(error, 'strerror', None) or error}") from error
    write_message(console, f"wrote {escaped(str(output))}")
