"""The command line: click commands, one module a command."""

from wasm_link.cli.entry import main

__all__ = ["main"]
