"""Spans and diagnostics: a user's mistake as data, before anybody prints it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wasm_link.diagnostics.codes import Code


class Severity(Enum):
    """How much a diagnostic weighs: an error stops the work, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of a text file: 1-based lines and columns, columns counted in code points, the end exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Note:
    """A second place, or a second fact, that helps to understand a diagnostic."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: what it is, where, what was expected there, and what to do about it.

    `message` is one sentence without a final stop; `expected` and `hint` are fragments of the same kind. `span` is None
    only where the problem has no place in a text file.
    """

    code: Code
    message: str
    span: Span | None = None
    expected: str | None = None
    hint: str | None = None
    notes: tuple[Note, ...] = ()

    @property
    def severity(self) -> Severity:
        """The severity, which is a property of the code."""
        return self.code.severity


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether at least one of the diagnostics is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics sorted by position, then code and text; those without a place come last."""
    nowhere = Span("\U0010ffff", 0, 0, 0, 0)
    return tuple(sorted(diagnostics, key=lambda d: (d.span or nowhere, d.code.value, d.message)))
