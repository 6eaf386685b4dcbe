"""Problems as sentences: paths, quoting, descriptions and near names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasm_link.values import Err, Ok, Some, Variant
from wasm_link.values.problem import ValueProblem, describe, near, quote, quote_all


def test_message_without_a_path() -> None:
    """A problem of the whole value says no place."""
    assert ValueProblem((), "u8", "None").message() == "needs u8, got None"


def test_message_with_a_path() -> None:
    """Steps are added from the inside out and read from the outside in."""
    problem = ValueProblem((), "u8", "None").under("item 3").under('field "age"')
    assert problem.path == ('field "age"', "item 3")
    assert str(problem) == problem.message() == 'field "age", item 3: needs u8, got None'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True (bool)"),
        (300, "300 (int)"),
        (2**200, "a number of 201 bits (int)"),
        (1.5, "1.5 (float)"),
        ('a"b\\\n', '"a\\"b\\\\\\n" (str)'),
        ("x" * 61, f'"{"x" * 60}…" (str)'),
        (b"a", "1 byte (bytes)"),
        (memoryview(b"ab"), "2 bytes (memoryview)"),
        ([], "0 items (list)"),
        ({1: 2}, "1 item (dict)"),
        (Variant("point", 1), 'the case "point"'),
        (Variant(["point"]), "a Variant whose case is no name"),  # type: ignore[arg-type]
        (Ok(None), "Ok(None)"),
        (Err("no"), 'Err("no" (str))'),
        (Some(Some(1)), "Some(…)"),
        (1j, "an object of class complex"),
    ],
)
def test_describe(value: object, text: str) -> None:
    """A value is described by itself where it is small, and by its size where it is not."""
    assert describe(value) == text


def test_describe_of_a_deep_value() -> None:
    """A value nested deeper than Python's stack is described all the same."""
    value: object = 1
    for _ in range(100_000):
        value = Some(value)
    assert len(describe(value)) < 100


@given(st.text())
def test_quoted_text_is_printable_and_bounded(text: str) -> None:
    """Quoted text is one printable line."""
    assert quote(text).isprintable()
    assert len(quote(text)) <= 63 + 10 * 60


def test_quote_all_says_how_many_more() -> None:
    """Only eight names are listed."""
    assert quote_all(["a", "b"]) == '"a", "b"'
    assert quote_all([f"n{number}" for number in range(10)]).endswith('"n7" and 2 more')


def test_near() -> None:
    """A like name is offered, and no other."""
    assert near("agee", ["name", "age"]) == ' (did you mean "age"?)'
    assert near("zzz", ["name", "age"]) == ""
    assert near("a" * 1000, ["a" * 1000]) == ""
