"""Bytes to text: encodings, and characters that YAML does not allow."""

from __future__ import annotations

import codecs

import pytest

from wasm_link.diagnostics import Code, Span
from wasm_link.linkfile.text import decode


def test_utf8_is_decoded() -> None:
    """UTF-8 text comes back as it is."""
    assert decode("name: é😀\r\n".encode(), "f") == ("name: é😀\r\n", ())


def test_a_utf8_byte_order_mark_is_accepted() -> None:
    """A UTF-8 byte order mark is left out, so that the first column is that of the first character."""
    assert decode(codecs.BOM_UTF8 + b"a: 1", "f") == ("a: 1", ())


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-16", "UTF-16"), ("utf-16-be", "UTF-16"), ("utf-32", "UTF-32"), ("utf-32-be", "UTF-32")],
)
def test_other_unicode_encodings_are_named(encoding: str, name: str) -> None:
    """A byte order mark of another encoding is told by the encoding's name."""
    text, (problem,) = decode("\ufeffa: 1".encode(encoding) if "be" in encoding else "a: 1".encode(encoding), "f")
    assert text is None
    assert problem.code is Code.NOT_UTF8
    assert name in problem.message


def test_a_wrong_byte_has_its_place() -> None:
    """The byte that breaks UTF-8 is named with its line, and its column counted in characters."""
    text, (problem,) = decode("a: 1\nb: é😀".encode() + b"\xff\n", "f")
    assert text is None
    assert (problem.code, problem.span) == (Code.NOT_UTF8, Span("f", 2, 6, 2, 7))
    assert "0xff" in problem.message


def test_a_component_is_recognised() -> None:
    """A WebAssembly binary given for a linkfile is called that."""
    _, (problem,) = decode(b"\0asm\x0d\0\x01\0", "f")
    assert "WebAssembly binary" in problem.message


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\x9f", "\u2028", "\u2029", "\ufffe"])
def test_forbidden_characters_have_their_place(character: str) -> None:
    """A control character, or one that only YAML 1.1 takes for a line break, is refused where it stands."""
    text, (problem,) = decode(f"a: é\r\nb: x{character}".encode(), "f")
    assert text is None
    assert (problem.code, problem.span) == (Code.YAML_SYNTAX, Span("f", 2, 5, 2, 6))


def test_a_byte_order_mark_inside_is_refused() -> None:
    """A byte order mark stands at the start of a file only."""
    _, (problem,) = decode("a: \ufeffb".encode(), "f")
    assert "U+FEFF" in problem.message


def test_forbidden_characters_are_counted() -> None:
    """A file full of control characters gives one diagnostic, which says how many more there are."""
    _, problems = decode(b"a: \x01\x02\x03", "f")
    assert [note.message for note in problems[0].notes] == ["2 more such characters come after it"]
    assert len(problems) == 1
