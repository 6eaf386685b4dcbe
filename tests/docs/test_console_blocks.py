"""The `console` blocks of the documentation: commands behind a `$`, and below each what it prints."""

from __future__ import annotations

import io
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, Block, blocks, matches
from wasm_link.cli import main

BLOCKS = [block for page in PAGES for block in blocks(page, "console")]


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """The commands of a block, each with the output below it."""
    before, *parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert before == "", f"{block} begins without a command"
    for part in parts:
        command, _, output = part.partition("\n")
        yield command, output


def wasm_link(arguments: list[str]) -> tuple[int, str]:
    """The exit code of a command in this process, and all that it prints, as on a terminal without colours."""
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed), pytest.raises(SystemExit) as end:
        main(arguments)
    assert isinstance(end.value.code, int)
    return end.value.code, printed.getvalue()


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_commands_print_what_is_shown(block: Block, checkout: Path) -> None:
    """They run in the top folder of a checkout, or where `cd` leads; `echo $?` shows the last exit code.

    A command whose exit code is not shown succeeds.
    """
    status: int | None = 0
    for command, shown in commands(block):
        program, *arguments = shlex.split(command)
        if command == "echo $?":
            assert status is not None
            assert matches(shown, str(status)), f"`echo $?` in {block} prints {status}"
            status = 0
            continue
        assert status == 0, f"before `{command}` in {block}: exit code {status}"
        if program == "cd":
            os.chdir(*arguments)
        else:
            assert program == "wasm-link", f"{block} shows `{command}`, which is not run"
            status, printed = wasm_link(arguments)
            assert matches(shown, printed), f"`{command}` in {block} prints\n{printed}"
    assert status == 0, f"at the end of {block}: exit code {status}"
