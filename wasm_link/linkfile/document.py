"""Text → a YAML 1.2 document with positions, within bounds.

Read from PyYAML's events, because its composer recurses and with libyaml ends the process at a depth of some 27,000.
Only events are read from it: which value a scalar has, what an alias stands for and what is refused is decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from wasm_link.diagnostics import Code, Diagnostic, Note, Span
from wasm_link.linkfile.nodes import Entry, Mapping, Node, Scalar, Sequence
from wasm_link.linkfile.scalars import resolve_plain
from wasm_link.linkfile.syntax import syntax_error
from wasm_link.linkfile.wording import Nearest, describe, did_you_mean, quoted, shown

MAX_DEPTH = 64
"""How many lists and mappings may stand in each other."""
MAX_NODES = 300_000
"""How many values a document may hold, aliases counted as what they stand for."""
MAX_CHARACTERS = 16 * 2**20
"""How many characters all its texts may have together, aliases counted as what they stand for."""

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_STRING_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})


@dataclass(frozen=True, slots=True)
class _Size:
    """What a node amounts to with its aliases expanded; `height` is 0 for a scalar."""

    nodes: int
    characters: int
    height: int


@dataclass(slots=True)
class _Open:
    """A list or a mapping whose end has not come yet."""

    is_mapping: bool
    anchor: str | None
    start: Any
    nodes_before: int
    characters_before: int
    height: int = 0
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: Node | None = None
    last: Span | None = None
    whole: bool = True


class _Refused(Exception):
    """The rest of the text is not worth reading, or not safe to read."""


def read_document(text: str, file: str) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The one document in `text`, and what is wrong with it as YAML.

    None where the text does not parse, goes beyond a bound or has an alias for nothing; otherwise the document is as
    good as it could be read: of two equal keys the first, tags ignored, keys that are no strings left out. `text` must
    be free of the characters that YAML does not allow.
    """
    reader = _Reader(file)
    try:
        reader.read(text)
    except _Refused:
        return None, tuple(reader.problems)
    except yaml.YAMLError as error:
        return None, (*reader.problems, syntax_error(error, text, file))
    return (None if reader.unusable else reader.root), tuple(reader.problems)


class _Reader:
    """Builds nodes from events, with a stack of its own in place of recursion."""

    def __init__(self, file: str) -> None:
        self.problems: list[Diagnostic] = []
        self.root: Node | None = None
        self.unusable = False
        self._file = file
        self._documents = 0
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Node, _Size] | None] = {}  # None while the anchored node is still open
        self._nodes = 0
        self._characters = 0

    def read(self, text: str) -> None:
        """Read a whole text. Raises `_Refused` where no more should be read, and what the parser raises."""
        take: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceStartEvent: self._open,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        here: Any = None
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                handler = take.get(type(event))
                if handler is not None:
                    handler(event)
                here = event
        except (ValueError, OverflowError):  # from the parser in Python: an escape beyond Unicode
            self._refuse(Code.YAML_SYNTAX, "an escape after this is not a Unicode character", self._span(here))

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self._refuse(
                Code.MULTIPLE_DOCUMENTS,
                "a second YAML document begins here",
                self._span(event),
                hint="a linkfile is one document: put the other one into a file of its own",
            )
        if event.version is not None and tuple(event.version) != (1, 2):
            version = ".".join(map(str, event.version))
            message = f"the file asks to be read as YAML {version}, but a linkfile is YAML 1.2"
            self._report(Code.YAML_SYNTAX, message, self._span(event), hint="remove the `%YAML` line")
        if event.tags:
            self._report(
                Code.YAML_TAG,
                "a `%TAG` line declares tags, which a linkfile does not take",
                self._span(event),
                hint="remove the `%TAG` line",
            )

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        span = self._span(event)
        text: str = event.value
        plain = not event.style
        self._count(span, 1, len(text))
        resolves = plain
        if event.tag is not None:
            self._report_tag(event.tag, span)
            resolves = event.tag not in _STRING_TAGS
        if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
            self._report(Code.YAML_SYNTAX, "an escape in a quoted text is half of a surrogate pair", span)
            text = text.encode("utf-8", "replace").decode()
        node = Scalar(resolve_plain(text) if resolves else text, text, plain, span)
        if event.anchor is not None:
            self._anchors[event.anchor] = node, _Size(1, len(text), 0)
        self._add(node)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        span = self._span(event)
        if event.tag is not None:
            self._report_tag(event.tag, span)
        if len(self._stack) >= MAX_DEPTH:
            self._refuse_depth(span)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._stack.append(_Open(is_mapping, event.anchor, event.start_mark, self._nodes, self._characters))
        self._count(span, 1, 0)

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        done = self._stack.pop()
        span = self._extent(done, event)
        node: Node = Mapping(done.entries, span, done.whole) if done.is_mapping else Sequence(tuple(done.items), span)
        height = done.height + 1
        if done.anchor is not None:
            size = _Size(self._nodes - done.nodes_before, self._characters - done.characters_before, height)
            self._anchors[done.anchor] = node, size
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, height)
        self._add(node)

    def _alias(self, event: yaml.AliasEvent) -> None:
        span = self._span(event)
        name = event.anchor or ""
        if name not in self._anchors:
            near = Nearest(self._anchors).to(name) if not self.unusable else None
            self._unusable_alias(
                f"the alias `*{shown(name)}` has no anchor `&{shown(name)}` before it", span, did_you_mean(near)
            )
            return
        anchored = self._anchors[name]
        if anchored is None:
            self._unusable_alias(f"the alias `*{shown(name)}` stands inside of what it names", span, None)
            return
        node, size = anchored
        if len(self._stack) + size.height > MAX_DEPTH:
            self._refuse_depth(span)
        self._count(span, size.nodes, size.characters)
        if self._stack:
            self._stack[-1].height = max(self._stack[-1].height, size.height)
        self._add(node, span)

    def _unusable_alias(self, message: str, span: Span, hint: str | None) -> None:
        self._report(Code.BAD_ALIAS, message, span, hint=hint)
        self.unusable = True
        self._add(Scalar(None, "", True, span))

    def _add(self, node: Node, place: Span | None = None) -> None:
        """Put a finished node where it belongs; `place` is where it stands if it was written elsewhere."""
        if not self._stack:
            self.root = node
            return
        parent = self._stack[-1]
        parent.last = place or node.span
        if not parent.is_mapping:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = node
        else:
            key, parent.key = parent.key, None
            self._add_entry(parent, key, node)

    def _add_entry(self, parent: _Open, key: Node, value: Node) -> None:
        if not isinstance(key, Scalar) or not isinstance(key.value, str):
            hint = f'quote it: "{shown(key.text)}"' if isinstance(key, Scalar) and key.text else None
            message = f"a key must be a text, and this is {describe(key)}"
            self._report(Code.WRONG_TYPE, message, key.span, expected="a text", hint=hint)
            parent.whole = False
            return
        first = parent.entries.get(key.value)
        if first is None:
            parent.entries[key.value] = Entry(key, value)
        else:
            self.problems.append(
                Diagnostic(
                    Code.DUPLICATE_KEY,
                    f"the key {quoted(key.value)} is already in this mapping",
                    key.span,
                    hint="remove one of the two",
                    notes=(Note("it first stands here", first.key.span),),
                )
            )

    def _report_tag(self, tag: str, span: Span) -> None:
        """Refuse a tag. What it was meant to say is still followed, so that it does not cause a second problem."""
        name = tag.replace("tag:yaml.org,2002:", "!!", 1)
        message = f"the tag {quoted(name)} is not allowed: a linkfile has no tags"
        self._report(Code.YAML_TAG, message, span, hint="remove the tag; quote a value that must be a text")

    def _count(self, span: Span, nodes: int, characters: int) -> None:
        self._nodes += nodes
        self._characters += characters
        if self._nodes > MAX_NODES:
            self._refuse(
                Code.TOO_MANY_NODES, f"the linkfile holds more than {MAX_NODES:,} values, aliases expanded", span
            )
        if self._characters > MAX_CHARACTERS:
            message = f"the texts of the linkfile have more than {MAX_CHARACTERS:,} characters, aliases expanded"
            self._refuse(Code.TOO_MANY_NODES, message, span)

    def _refuse_depth(self, span: Span) -> None:
        self._refuse(Code.TOO_DEEP, f"lists and mappings are nested more than {MAX_DEPTH} deep here", span)

    def _report(
        self, code: Code, message: str, span: Span, *, expected: str | None = None, hint: str | None = None
    ) -> None:
        self.problems.append(Diagnostic(code, message, span, expected, hint))

    def _refuse(self, code: Code, message: str, span: Span, *, hint: str | None = None) -> None:
        self._report(code, message, span, hint=hint)
        raise _Refused

    def _span(self, event: Any) -> Span:  # events may lack marks, say the stubs; those of a parser have them
        start, end = event.start_mark, event.end_mark
        return Span(self._file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _extent(self, done: _Open, event: Any) -> Span:
        """From the first to the last character of a collection: a block's end mark is where the next thing begins."""
        line, column = done.start.line + 1, done.start.column + 1
        start, end = event.start_mark, event.end_mark
        if (start.line, start.column) != (end.line, end.column):
            return Span(self._file, line, column, end.line + 1, end.column + 1)
        if done.last is None:
            return Span(self._file, line, column, line, column)
        return Span(self._file, line, column, done.last.end_line, done.last.end_column)
