"""Why a value does not fit a type: as data with a path to the spot, as a sentence, and as an exception."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

from wasm_link.component.show import show_type
from wasm_link.errors import WasmLinkError
from wasm_link.values.model import Err, Ok, Some, Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wasm_link.component.types import ValueType

# Wasmtime refuses types that nest deeper (MAX_TYPE_DEPTH); the recursion of this folder is bounded by the same number.
MAX_DEPTH = 100

_LONGEST_NAME = 100
_LONGEST_TYPE = 100
_MOST_NAMES = 8
_MOST_CANDIDATES = 1000


@dataclass(frozen=True, slots=True)
class ValueProblem:
    """One value that does not fit its type.

    `path` leads from the whole value to the part that is wrong, by steps like `field "age"` and `item 3` (counted from
    0); it is empty where the whole value is wrong. `expected` and `found` are fragments: "u8 (0 to 255)", "300 (int)".
    """

    path: tuple[str, ...]
    expected: str
    found: str

    def message(self) -> str:
        """The problem as one sentence without a final stop: `field "age": needs u8 (0 to 255), got 300 (int)`."""
        place = f"{', '.join(self.path)}: " if self.path else ""
        return f"{place}needs {self.expected}, got {self.found}"

    def __str__(self) -> str:
        return self.message()

    def under(self, step: str) -> ValueProblem:
        """The same problem, seen from the value that holds this one at `step`."""
        return replace(self, path=(step, *self.path))


class ValueMismatchError(WasmLinkError):
    """A value that was to be written as text or JSON and does not fit its type; `problem` says where and why."""

    def __init__(self, problem: ValueProblem) -> None:
        self.problem = problem
        super().__init__(problem.message())


def describe(value: object) -> str:
    """A value in a few words, for `found`. Short whatever the value is, and never raises."""
    try:
        return _describe(value)
    except Exception:  # the value's own methods may do anything
        return "an object that cannot be shown"


def _describe(value: object) -> str:
    kind = type(value).__name__[:_LONGEST_NAME]
    match value:
        case None:
            return "None"
        case bool():
            return f"{value} (bool)"
        case int():
            digits = int(value)
            bits = digits.bit_length()
            return f"{digits if bits <= 128 else f'a number of {bits} bits'} ({kind})"
        case float():
            return f"{float(value)!r} ({kind})"
        case str():
            return f"{quote(str.__str__(value))} ({kind})"
        case Variant():
            return f"the case {quote(value.case)}" if isinstance(value.case, str) else "a Variant whose case is no name"
        case Ok() | Err() | Some():
            inner = value.error if isinstance(value, Err) else value.value
            return f"{kind}({'…' if isinstance(inner, Ok | Err | Some | Variant) else describe(inner)})"
        case bytes() | bytearray() | memoryview():
            return f"{_count(memoryview(value).nbytes, 'byte')} ({kind})"
        case list() | tuple() | dict() | set() | frozenset():
            return f"{_count(len(value), 'item')} ({kind})"
    return f"an object of class {kind}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def quote(text: str) -> str:
    """Text in double quotes on one line: cut after 60 code points, with what cannot be printed escaped."""
    shown = text[:60].replace("\\", "\\\\").replace('"', '\\"')
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in shown)
    return f'"{shown}…"' if len(text) > 60 else f'"{shown}"'


def quote_all(names: Sequence[str]) -> str:
    """The first eight names, quoted, and how many more there are."""
    shown = ", ".join(quote(name) for name in names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def type_text(type: ValueType) -> str:
    """A type in WIT syntax, short enough for the middle of a sentence."""
    return show_type(type, _LONGEST_TYPE)


def near(name: str, names: Iterable[str]) -> str:
    """` (did you mean "…"?)` with the name most like `name`, or nothing where none is like it."""
    if len(name) > _LONGEST_NAME:
        return ""
    close = get_close_matches(name, islice(names, _MOST_CANDIDATES), n=1)
    return f" (did you mean {quote(close[0])}?)" if close else ""
