"""A line on the terminal that says how far the compiling is. Written only where a line can be written over."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from wasm_link.build import PluginReport
from wasm_link.cli.terminal import Terminal
from wasm_link.diagnostics.display import escaped


class Progress:
    """An observer of a build that shows a counter and the plugin that was last ready. Use it in a `with` block."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._total = 0
        self._ready = 0

    def compiling(self, total: int) -> None:
        """Show that so many components are to come."""
        self._total = total
        self._show("")

    def ready(self, report: PluginReport) -> None:
        """Count one more, and name it."""
        self._ready += 1
        self._show(report.plugin)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._terminal.progress and self._total:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def _show(self, plugin: str) -> None:
        if self._terminal.progress:
            line = f"compiling {self._ready}/{self._total} {escaped(plugin)}"[: self._terminal.width - 1]
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
