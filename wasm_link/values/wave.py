r"""WAVE, the text form of component values: calls and values from text, and values to text.

| type | text |
|---|---|
| `bool` | `true`, `false` |
| integers, floats | `123`, `-9`, `6.02e23`, `nan`, `inf`, `-inf` |
| `char`, `string` | `'x'`, `"a\tb \u{2603}"`, and strings over several lines between three quotes |
| `list` (`list<u8>` too), `tuple` | `[1, 2, 3]`, `("abc", 123)` |
| `map` | `[("key", 1), ("other", 2)]` |
| `record` | `{name: "Ada", age: 36}`; a field that is `none` may be left out, `{:}` has none left |
| `variant`, `enum` | `circle(1.5)`, `point` |
| `flags` | `{read, write}`, `{}` |
| `option` | `some(1)`, `none`, or plain `1` where the payload is neither an option nor a result |
| `result` | `ok(1)`, `err("no")`, `ok`, `err`, or plain `1` for `ok(1)` under the same rule |

A case named like a keyword (true, false, inf, nan, some, none, ok, err) is written with a `%`. Comments begin with
`//`. Stricter than wasm-wave in two points: a number that is too large for its float is an error and not infinity, and
record fields and flags need commas between them, as the grammar says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wasm_link.component.types import FuncType, ValueType
from wasm_link.values.problem import quote
from wasm_link.values.wave_lexer import WaveError, WaveMismatchError, skip_space
from wasm_link.values.wave_parser import Parser
from wasm_link.values.wave_writer import format_value

__all__ = ["Invocation", "WaveError", "WaveMismatchError", "format_value", "parse_invocation", "parse_value"]


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call as it was written: the function's name, whatever form it has, and one argument for each parameter."""

    function: str
    arguments: tuple[object, ...]


def parse_invocation(text: str, resolve: Callable[[str], FuncType | None]) -> Invocation:
    """The call `name(arguments)`.

    All before the first parenthesis is the name; `resolve` gives the type of the function of that name, or None where
    there is none. Options at the end of the arguments may be left out. Raises WaveError, and whatever `resolve` raises.
    """
    start = skip_space(text, 0)
    open = text.find("(", start)
    name = text[start : open if open >= 0 else len(text)].rstrip(" \t\r\n")
    if open < 0:
        end = start + len(name)
        raise WaveError('a call needs a "(" after the name of the function', end, end)
    if not name:
        raise WaveError('a call needs the name of a function before the "("', open, open + 1)
    type = resolve(name)
    if type is None:
        raise WaveError(f"there is no function {quote(name)}", start, start + len(name))
    parser = Parser(text, open)
    arguments = parser.arguments(type.params)
    parser.finish()
    return Invocation(name, arguments)


def parse_value(text: str, type: ValueType) -> object:
    """The value that is all of `text`. Raises WaveError where it is not one of the type."""
    parser = Parser(text)
    value = parser.value(type)
    parser.finish()
    return value
