"""Plain scalars → values, by the core schema of YAML 1.2 (section 10.3.2), which is what editors show."""

from __future__ import annotations

import math
import re
from typing import TypeAlias

ScalarValue: TypeAlias = str | int | float | bool | None

_CONSTANTS: dict[str, ScalarValue] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INT = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]+", re.ASCII)
_HEX = re.compile(r"0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_NUMBER_START = frozenset("+-.0123456789")
# Python refuses to convert decimal texts of more than 4,300 digits, in either direction, because that takes quadratic
# time. As many hexadecimal digits as these are 4,215 decimal ones.
_INT_DIGITS = 3500


def resolve_plain(text: str) -> ScalarValue:
    """The value of a plain (unquoted) scalar.

    An integer of more than 3,500 digits becomes a float, which is infinite: no key takes such a number.
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_START:
        return text
    if _INT.fullmatch(text):
        return int(text) if len(text) <= _INT_DIGITS else float(text)
    if _OCTAL.fullmatch(text):
        return int(text[2:], 8) if len(text) <= _INT_DIGITS else math.inf
    if _HEX.fullmatch(text):
        return int(text[2:], 16) if len(text) <= _INT_DIGITS else math.inf
    return float(text) if _FLOAT.fullmatch(text) else text
