"""Diagnostics for people, in the layout of rustc: message, place, the line with carets, what was expected, help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum

from wasm_link.diagnostics.display import escaped
from wasm_link.diagnostics.model import Diagnostic, Severity, Span
from wasm_link.diagnostics.snippet import SourceLines, underline

_CODES_IN_HINT = 6


class Paint(Enum):
    """The colours in use, as the parameters of an SGR escape sequence (ECMA-48, 8.3.117)."""

    ERROR = "1;31"
    WARNING = "1;33"
    GUTTER = "1;34"
    HELP = "1;36"
    STRONG = "1"
    FAINT = "2"


def paint(text: str, kind: Paint, *, color: bool) -> str:
    """The text, in a colour if there is colour at all."""
    return f"\x1b[{kind.value}m{text}\x1b[0m" if color else text


def human(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str], *, color: bool = False, width: int = 120) -> str:
    """All diagnostics with their source lines, and a closing line with their number; "" for none.

    `texts` holds the texts that the spans point into, by file; a place whose text is not there is named and not shown.
    """
    if not diagnostics:
        return ""
    lines = SourceLines(texts)
    blocks = ["\n".join(_block(d, lines, color, width)) for d in diagnostics]
    return "\n\n".join([*blocks, _closing(diagnostics, color)])


def counted(diagnostics: Iterable[Diagnostic]) -> str:
    """The number of errors and of warnings in words: `2 errors, 1 warning`."""
    severities = [d.severity for d in diagnostics]
    counts = ((severity.value, severities.count(severity)) for severity in Severity)
    return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts if count) or "no errors"


def _block(diagnostic: Diagnostic, lines: SourceLines, color: bool, width: int) -> Iterator[str]:
    """The lines of one diagnostic."""
    kind = Paint.ERROR if diagnostic.severity is Severity.ERROR else Paint.WARNING
    label = paint(f"{diagnostic.severity.value}[{diagnostic.code.value}]", kind, color=color)
    gutter = _gutter(diagnostic)
    yield from _hanging(label + paint(":", Paint.STRONG, color=color), diagnostic.message, 2, color, strong=True)
    if diagnostic.span is not None:
        yield from _place(diagnostic.span, lines, gutter, kind, color, width)
    for word, text in _facts(diagnostic):
        yield from _fact(word, text, gutter, color)
    for note in diagnostic.notes:
        if note.span is not None:
            yield from _hanging(paint("note:", Paint.HELP, color=color), note.message, 2, color)
            yield from _place(note.span, lines, gutter, Paint.HELP, color, width)


def _facts(diagnostic: Diagnostic) -> Iterator[tuple[str, str]]:
    """What is said about the diagnostic's own place, before any note leads to another one."""
    if diagnostic.expected is not None:
        yield "expected", diagnostic.expected
    yield from (("note", note.message) for note in diagnostic.notes if note.span is None)
    if diagnostic.hint is not None:
        yield "help", diagnostic.hint


def _place(span: Span, lines: SourceLines, gutter: int, kind: Paint, color: bool, width: int) -> Iterator[str]:
    """`--> file:line:column`, and the line with the span underlined where its text is at hand."""
    arrow = paint("-->", Paint.GUTTER, color=color)
    yield f"{' ' * gutter}{arrow} {escaped(span.file)}:{span.line}:{span.column}"
    line = lines.line(span)
    if line is None:
        return
    found = underline(line, span, width - gutter - 3)
    bar = paint(f"{' ' * gutter} |", Paint.GUTTER, color=color)
    mark = "-" if kind is Paint.HELP else "^"
    carets = paint(mark * found.length, kind, color=color)
    yield bar
    yield f"{paint(f'{span.line:>{gutter}} |', Paint.GUTTER, color=color)} {found.source}".rstrip()
    yield f"{bar} {' ' * found.indent}{carets}"
    if span.end_line > span.line and (span.end_line, span.end_column) > (span.line + 1, 1):
        yield paint("...", Paint.GUTTER, color=color)


def _fact(word: str, text: str, gutter: int, color: bool) -> Iterator[str]:
    """`= expected: …`, under the bar of the snippet."""
    sign = paint("=", Paint.GUTTER, color=color)
    label = f"{' ' * gutter} {sign} {paint(f'{word}:', Paint.STRONG, color=color)}"
    yield from _hanging(label, text, gutter + 5 + len(word), color)


def _hanging(label: str, text: str, indent: int, color: bool, *, strong: bool = False) -> Iterator[str]:
    """A label and a text; further lines of the text are indented, so that they are not taken for something else."""
    for number, line in enumerate(text.splitlines() or [""]):
        words = paint(escaped(line), Paint.STRONG, color=color and strong)
        yield (f"{label} {words}" if number == 0 else f"{' ' * indent}{words}").rstrip()


def _gutter(diagnostic: Diagnostic) -> int:
    """How many columns the line numbers of a diagnostic need."""
    spans = [diagnostic.span, *(note.span for note in diagnostic.notes)]
    return max((len(str(span.line)) for span in spans if span is not None), default=1)


def _closing(diagnostics: Sequence[Diagnostic], color: bool) -> str:
    """`2 errors, 1 warning`, and the command that says more about their codes."""
    codes = sorted({d.code.value for d in diagnostics})
    more = " …" if len(codes) > _CODES_IN_HINT else ""
    hint = (
        f"for more about {'this' if len(codes) == 1 else 'these'}: wasm-link explain {' '.join(codes[:_CODES_IN_HINT])}"
    )
    return f"{paint(counted(diagnostics), Paint.STRONG, color=color)}\n{paint(hint + more, Paint.FAINT, color=color)}"
