"""Diagnostics as JSON values: the stable interface for programs, with every field always there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wasm_link.diagnostics.model import Diagnostic, Note, Severity, Span

VERSION = 1
"""Raised when a field changes its meaning or goes; new fields may come without."""


def json_text(diagnostics: Sequence[Diagnostic]) -> str:
    """The JSON text of `json_form`: indented, and in ASCII so that any text at all can be written anywhere."""
    import json  # not at every start

    return json.dumps(json_form(diagnostics), indent=2)


def json_form(diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    """`{version, diagnostics, counts}`; lines and columns are 1-based, columns in code points, ends exclusive."""
    severities = [d.severity for d in diagnostics]
    return {
        "version": VERSION,
        "diagnostics": [_diagnostic(d) for d in diagnostics],
        "counts": {f"{severity.value}s": severities.count(severity) for severity in Severity},
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code.value,
        "title": diagnostic.code.title,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        **_place(diagnostic.span),
        "expected": diagnostic.expected,
        "hint": diagnostic.hint,
        "notes": [_note(note) for note in diagnostic.notes],
    }


def _note(note: Note) -> dict[str, Any]:
    return {"message": note.message, **_place(note.span)}


def _place(span: Span | None) -> dict[str, Any]:
    """`file` and `range`, both null where there is no place."""
    if span is None:
        return {"file": None, "range": None}
    return {
        "file": span.file,
        "range": {
            "start": {"line": span.line, "column": span.column},
            "end": {"line": span.end_line, "column": span.end_column},
        },
    }
