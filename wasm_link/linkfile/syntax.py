"""Errors of the YAML parser → diagnostics, in words that say what to do."""

from __future__ import annotations

import re

import yaml

from wasm_link.diagnostics import Code, Diagnostic, Note, Span
from wasm_link.linkfile.text import place_after

# What the parsers say (libyaml and PyYAML's own differ a little) → what we say, and a hint. The first that fits counts.
_WORDS: tuple[tuple[str, str, str | None], ...] = (
    (
        "mapping values are not allowed",
        "a `:` is not allowed here",
        "quote a text that contains `: `; check the indentation of the line before",
    ),
    ("found character that cannot start", "this character cannot begin a value", "quote the text"),
    ("found character '\\t'", "a tab cannot be used for indentation", "use spaces"),
    ("found character", "this character cannot begin a value", "quote the text"),
    ("found a tab character", "a tab cannot be used for indentation", "use spaces"),
    ("found unexpected end of stream", "a quoted text is not closed", "add the missing quote"),
    ("found unexpected document indicator", "a quoted text is not closed", "add the missing quote"),
    ("did not find expected node content", "a value was expected here", "quote a text that begins with this"),
    ("expected the node content", "a value was expected here", "quote a text that begins with this"),
    ("could not find expected ':'", "a key without a `:` after it", "write `key: value`, with a space after the colon"),
    ("did not find expected key", "a key was expected here", "check the indentation: keys of one mapping line up"),
    (
        "expected <block end>",
        "this does not belong to the block that it stands in",
        "check the indentation: keys of one mapping line up, and so do the items of a list",
    ),
    (
        "did not find expected '-' indicator",
        "a list item was expected here",
        "check the indentation: items of one list line up",
    ),
    ("did not find expected ',' or ']'", "a `,` or a `]` was expected here", None),
    ("expected ',' or ']'", "a `,` or a `]` was expected here", None),
    ("did not find expected ',' or '}'", "a `,` or a `}` was expected here", None),
    ("expected ',' or '}'", "a `,` or a `}` was expected here", None),
    ("did not find expected <document start>", "this does not belong to the document before it", None),
    ("expected '<document start>'", "this does not belong to the document before it", None),
    ("found unknown escape character", "this escape is not known in a double-quoted text", "use '…' quotes, or `\\\\`"),
    ("found invalid Unicode character escape", "an escape in a quoted text is not a Unicode character", None),
    (
        "block sequence entries are not allowed",
        "a list item is not allowed here",
        "begin the list on a line of its own",
    ),
    ("sequence entries are not allowed", "a list item is not allowed here", "begin the list on a line of its own"),
)

# What they say of the construct that an error is in → what we say of the place where it begins.
_CONTEXTS: tuple[tuple[str, str], ...] = (
    ("flow mapping", "the `{` is here"),
    ("flow sequence", "the `[` is here"),
    ("quoted scalar", "the quote is opened here"),
    ("block mapping", "the mapping begins here"),
    ("block collection", "the list begins here"),
    ("block sequence", "the list begins here"),
    ("simple key", "the key begins here"),
)
_NO_SPACE = re.compile(r" *([A-Za-z][A-Za-z0-9-]*):(?=[^\s:/])", re.ASCII)
_MISSES_A_COLON = frozenset(
    {
        "a `:` is not allowed here",
        "a key was expected here",
        "a key without a `:` after it",
        "this does not belong to the block that it stands in",
    }
)


def syntax_error(error: yaml.YAMLError, text: str, file: str) -> Diagnostic:
    """What a parser's error means, at its place. `text` is what was parsed: at a tab the hint is about the tab."""
    problem = str(getattr(error, "problem", None) or error)
    context, context_mark = getattr(error, "context", None), getattr(error, "context_mark", None)
    mark = getattr(error, "problem_mark", None) or context_mark
    message, hint = next(((m, h) for part, m, h in _WORDS if part in problem), (f"not valid YAML: {problem}", None))
    if mark is not None and text[mark.index : mark.index + 1] == "\t":
        message, hint = "a tab cannot be used for indentation", "use spaces"
    if mark is not None and message in _MISSES_A_COLON:
        hint = _space_after_colon(text, mark) or hint
    span = _point(mark, text, file)
    begin = _point(context_mark, text, file) if context and context_mark else span
    words = next((words for part, words in _CONTEXTS if part in str(context)), str(context))
    notes = (Note(words, begin),) if begin != span else ()
    return Diagnostic(Code.YAML_SYNTAX, message, span, hint=hint, notes=notes)


def _space_after_colon(text: str, mark: yaml.Mark) -> str | None:
    """A hint where `key:value` without a space, on the line of the mark or the line before, was read as one text."""
    start = text.rfind("\n", 0, mark.index) + 1
    before = text.rfind("\n", 0, max(start - 1, 0)) + 1
    for line in (start, before):
        found = _NO_SPACE.match(text, line)
        if found:
            return f"put a space after `{found[1]}:`"
    return None


def _point(mark: yaml.Mark | None, text: str, file: str) -> Span:
    """Where a mark is; one at the end of the file, which may be a line that does not exist, is at the last content."""
    if mark is None:
        return Span(file, 1, 1, 1, 1)
    content = text.rstrip()
    if mark.index >= len(content):
        return place_after(content, file)
    return Span(file, mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)
