"""The page about the command line, held against the commands."""

from __future__ import annotations

import click
import pytest

from tests.docs.pages import DOCS, anchors, read, rows
from wasm_link.cache.location import CACHE_DIRECTORY_VARIABLE, SECRET_FILE_VARIABLE
from wasm_link.cli.app import COMMANDS, app
from wasm_link.cli.entry import ExitCode

PAGE = DOCS / "cli.md"
COMMON = {"--help", "-h", "--no-color"}


def section(command: str) -> str:
    """What the page says of one command."""
    return read(PAGE).split(f"\n## {command}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described_with_its_options(name: str) -> None:
    """All options but those that every command has, and all choices that they take."""
    assert name in anchors(PAGE)
    command = app.get_command(click.Context(app), name)
    assert command is not None
    text = section(name)
    for option in command.params:
        if isinstance(option, click.Option):
            assert [word for word in {*option.opts} - COMMON if f"`{word}" not in text] == []
            choices = option.type.choices if isinstance(option.type, click.Choice) else ()
            assert [choice for choice in choices if f"`{choice}`" not in text] == []


def test_exit_codes_are_those_of_the_program() -> None:
    """Each has a line."""
    assert [int(row[0]) for row in rows(PAGE, "For all commands")] == [int(code) for code in ExitCode]


def test_the_variables_that_are_read_are_listed() -> None:
    """Those of the cache by the names in the code."""
    listed = {row[0] for row in rows(PAGE, "For all commands", 2)}
    assert {CACHE_DIRECTORY_VARIABLE, SECRET_FILE_VARIABLE, "NO_COLOR", "FORCE_COLOR", "CI", "TERM"} <= listed
