"""The command group. A command's module is imported when the command is used, and not for `--help` or `--version`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import click

from wasm_link import __version__
from wasm_link.cli.options import EXAMPLE, no_color_option
from wasm_link.cli.terminal import detect_console
from wasm_link.diagnostics.nearest import nearest


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is, as `module:name`, and the line about it in the help."""

    target: str
    summary: str


COMMANDS: Mapping[str, Entry] = {
    "init": Entry("wasm_link.cli.init:init", "Write a starter project."),
    "validate": Entry("wasm_link.cli.validate:validate", "Check linkfiles and the components that they name."),
    "plan": Entry("wasm_link.cli.plan:plan", "Show what is linked to what, in which order, and why."),
    "build": Entry("wasm_link.cli.build:build", "Compile and link everything."),
    "run": Entry("wasm_link.cli.run:run", "Call a function of the root."),
    "explain": Entry("wasm_link.cli.explain:explain", "Say what a diagnostic code means."),
    "schema": Entry("wasm_link.cli.schema:schema", "Print the JSON schema of linkfiles."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports them one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 click's signature
        """The command of a name, or None."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, _, name = entry.target.partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with; an unknown one is refused with the nearest name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = nearest(args[0], COMMANDS)
            hint = f" Did you mean {near!r}?" if near is not None else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 click's signature
        """The list of commands in the help, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLE
    + "wasm-link init hello && wasm-link build hello\n\nExit codes: 0 all is well, 1 the work found a problem, "
    "2 wrong usage or a bug of wasm-link, 130 interrupted.",
)
@click.version_option(__version__, "-V", "--version", message="wasm-link %(version)s")
@no_color_option
@click.pass_context
def app(ctx: click.Context) -> None:
    """Link WebAssembly components into a tree of plugins, from one linkfile."""
    if ctx.obj is None:
        ctx.obj = detect_console(os.environ, sys.stdout, sys.stderr)
