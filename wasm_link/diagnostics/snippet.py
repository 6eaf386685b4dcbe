"""A place in a text file, as rustc shows it: the line with its number, and carets under the span.

A text and a span in, lines for a terminal out. The work is bounded by the width that is shown, not by the line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wasm_link.diagnostics.display import columns, shown
from wasm_link.diagnostics.model import Span

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_CUT = "…"
_SMALLEST_WINDOW = 20


class SourceLines:
    """The lines of the texts that spans point into; each text is split once, when it is first asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._lines: dict[str, list[str]] = {}

    def line(self, span: Span) -> str | None:
        """The line where a span begins, without its line break; None where the text is not at hand or too short."""
        if span.file not in self._lines:
            text = self._texts.get(span.file)
            self._lines[span.file] = [] if text is None else _LINE_BREAK.split(text)
        lines = self._lines[span.file]
        return lines[span.line - 1] if 1 <= span.line <= len(lines) else None


@dataclass(frozen=True, slots=True)
class Underlined:
    """One line of source, and below it, both ready to print: blanks up to the span, and the span's own columns."""

    source: str
    indent: int
    length: int


def underline(line: str, span: Span, width: int) -> Underlined:
    """Show the part of a line round the span's beginning in at most `width` columns.

    A span that ends on a later line is underlined to the end of this one; an empty span, or one behind the end of the
    line, gets one caret.
    """
    width = max(width, _SMALLEST_WINDOW)
    begin = min(max(span.column - 1, 0), len(line))
    end = len(line.rstrip()) if span.end_line > span.line else span.end_column - 1
    end = max(min(end, len(line)), begin)
    first = _first_shown(line, begin, end, width)
    last = _last_shown(line, first, width)
    before = _CUT if first > 0 else ""
    after = _CUT if last < len(line) else ""
    indent = len(before) + columns(_shown(line[first:begin]))
    length = columns(_shown(line[begin : min(end, last)]))
    return Underlined(f"{before}{_shown(line[first:last])}{after}".rstrip(), indent, max(length, 1))


def _shown(text: str) -> str:
    return text if text.isprintable() else "".join(map(shown, text))


def _first_shown(line: str, begin: int, end: int, width: int) -> int:
    """The first code point to show: that of the line if the span then fits, else some before the span's beginning."""
    if end <= width and columns(_shown(line[: end + 1])) < width:
        return 0
    room = width // 4
    first = begin
    while first > 0:
        room -= columns(shown(line[first - 1]))
        if room < 0:
            break
        first -= 1
    return first


def _last_shown(line: str, first: int, width: int) -> int:
    """One past the last code point that fits into `width` columns, with a column kept for each mark of a cut."""
    rest = line[first : first + width + 1]
    kept = 1 if first > 0 else 0
    if len(rest) <= width and columns(_shown(rest)) + kept <= width and first + len(rest) == len(line):
        return len(line)
    room = width - kept - 1
    last = first
    while last < len(line):
        room -= columns(shown(line[last]))
        if room < 0:
            break
        last += 1
    return last
