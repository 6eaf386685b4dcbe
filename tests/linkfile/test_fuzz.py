"""Whatever the bytes: reading ends with a linkfile, or with an error that says why there is none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.linkfile.test_reader import GOOD
from tests.linkfile.test_schema import SCHEMA, instances
from wasm_link.diagnostics import has_errors, in_order
from wasm_link.linkfile.document import read_document
from wasm_link.linkfile.nodes import plain_value
from wasm_link.linkfile.reader import ReadResult, parse_linkfile

FRAGMENTS = st.sampled_from(
    [
        *(
            "[",
            "]",
            "{",
            "}",
            ": ",
            ", ",
            "- ",
            "\n",
            "\n  ",
            "\t",
            "#",
            "'",
            '"',
            "&a ",
            "*a",
            "!x ",
            "? ",
            "<<: *a",
            "~",
        ),
        *("|\n", ">\n", "---\n", "...\n", "%YAML 1.2\n", "\0", "\u2028", "😀", "1.10", "true", "x-a: ", "\\", "@", "`"),
    ]
)


def holds_together(result: ReadResult) -> None:
    """What is true of every result, whatever was read."""
    assert (result.linkfile is not None) or has_errors(result.diagnostics)
    assert in_order(result.diagnostics) == result.diagnostics
    lines = re.split("\r\n|\r|\n", result.text)
    for diagnostic in result.diagnostics:
        assert diagnostic.message
        if diagnostic.span is not None and result.text:
            assert 1 <= diagnostic.span.column <= len(lines[diagnostic.span.line - 1]) + 1


@given(st.binary(max_size=200))
def test_random_bytes(data: bytes) -> None:
    """No bytes raise."""
    holds_together(parse_linkfile(data, Path("f")))


@given(st.lists(FRAGMENTS, max_size=30).map("".join))
def test_random_yaml(text: str) -> None:
    """No mixture of the characters that mean something in YAML raises."""
    holds_together(parse_linkfile(text.encode("utf-8"), Path("f")))


@given(
    st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 8), FRAGMENTS | st.just("")), min_size=1, max_size=4)
)
@settings(max_examples=200, deadline=None)
def test_a_damaged_linkfile(changes: list[tuple[int, int, str]]) -> None:
    """A good linkfile with pieces taken out and put in never raises."""
    text = GOOD
    for start, length, fragment in changes:
        text = text[:start] + fragment + text[start + length :]
    holds_together(parse_linkfile(text.encode("utf-8"), Path("f")))


@given(instances(SCHEMA))
@settings(max_examples=200, deadline=None)
def test_what_the_schema_accepts_is_built(data: Any) -> None:
    """Data of about the right shape never raises: whatever passes the schema can be built or has its own error."""
    holds_together(parse_linkfile(json.dumps(data).encode("utf-8"), Path("f")))


ASCII = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]), max_size=8)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | ASCII,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ASCII, inner, max_size=4),
        max_leaves=20,
    )
)
def test_json_is_read_as_json(data: Any) -> None:
    """JSON text, of which YAML 1.2 is a superset, gives the data that it was made from."""
    node, problems = read_document(json.dumps(data), "f")
    assert problems == ()
    assert node is not None
    assert plain_value(node) == data
