"""Plain scalars by the core schema of YAML 1.2."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasm_link.linkfile.scalars import ScalarValue, resolve_plain

# YAML 1.2.2 section 10.3.2, and its example 10.9.
CORE_SCHEMA = [
    ("", None),
    ("~", None),
    ("null", None),
    ("Null", None),
    ("NULL", None),
    ("true", True),
    ("True", True),
    ("TRUE", True),
    ("false", False),
    ("False", False),
    ("FALSE", False),
    ("0", 0),
    ("-19", -19),
    ("+12", 12),
    ("014", 14),
    ("0o7", 7),
    ("0o14", 12),
    ("0x3A", 0x3A),
    ("0.", 0.0),
    ("-0.0", -0.0),
    (".5", 0.5),
    ("+12e03", 12000.0),
    ("-2E+05", -200000.0),
    ("1.10", 1.1),
    (".inf", math.inf),
    ("-.Inf", -math.inf),
    ("+.INF", math.inf),
]

TEXTS = [
    *("no", "No", "NO", "yes", "on", "off", "y", "n", "nULL", "tRUE", "1:30", "190:20:30", "1_000", "0b1010", "0o8"),
    *("0xG", "-0x1", "+0o7", "2001-12-15", "=", "<<", ".", "-", "+", "-.nan", "1.2.3", "e3", ".e3", "inf", "nan", "١"),
]


@pytest.mark.parametrize(("text", "value"), CORE_SCHEMA)
def test_core_schema_values(text: str, value: ScalarValue) -> None:
    """What the core schema's table matches has the value and the type that the table says."""
    resolved = resolve_plain(text)
    assert (resolved, type(resolved)) == (value, type(value))


@pytest.mark.parametrize("text", TEXTS)
def test_everything_else_is_a_text(text: str) -> None:
    """What the table does not match is a text, also where YAML 1.1 saw a boolean, a time or a number."""
    assert resolve_plain(text) == text


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_nan(text: str) -> None:
    """The three spellings of not-a-number are a float."""
    value = resolve_plain(text)
    assert isinstance(value, float)
    assert math.isnan(value)


def test_an_integer_too_long_to_convert_is_infinite() -> None:
    """A decimal of a million digits neither raises nor takes quadratic time."""
    assert resolve_plain("9" * 1_000_000) == math.inf


@given(st.integers())
def test_integers_round_trip(number: int) -> None:
    """The decimal text of an integer is that integer."""
    assert resolve_plain(str(number)) == number


@given(st.text())
def test_no_text_raises(text: str) -> None:
    """Any text resolves to something, and to itself where it resolves to a text."""
    value = resolve_plain(text)
    assert not isinstance(value, str) or value == text
