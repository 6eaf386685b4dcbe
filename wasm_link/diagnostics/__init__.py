"""A user's mistakes as data, and their renderings."""

from wasm_link.diagnostics.codes import Code
from wasm_link.diagnostics.model import Diagnostic, Note, Severity, Span, has_errors, in_order

__all__ = ["Code", "Diagnostic", "Note", "Severity", "Span", "has_errors", "in_order"]
