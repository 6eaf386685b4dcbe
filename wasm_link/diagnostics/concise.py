"""Diagnostics one a line, `file:line:column: severity[code]: message`, for editors, grep and logs."""

from __future__ import annotations

from collections.abc import Sequence

from wasm_link.diagnostics.display import escaped
from wasm_link.diagnostics.model import Diagnostic


def concise(diagnostics: Sequence[Diagnostic]) -> str:
    """One line a diagnostic, without a closing line; "" for none."""
    return "\n".join(map(_line, diagnostics))


def _line(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    place = "" if span is None else f"{escaped(span.file)}:{span.line}:{span.column}: "
    message = escaped(" ".join(diagnostic.message.split()))
    return f"{place}{diagnostic.severity.value}[{diagnostic.code.value}]: {message}"
