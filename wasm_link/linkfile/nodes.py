"""A YAML document as frozen nodes, each with its place in the text."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from wasm_link.diagnostics import Span
from wasm_link.linkfile.scalars import ScalarValue


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value without parts. `text` is its content after unquoting; `plain` says that it was written without quotes."""

    value: ScalarValue
    text: str
    plain: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    span: Span


class Entry(NamedTuple):
    """One key of a mapping, and what stands under it. The key's value is a string."""

    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping, in the order of the text. `whole` is False where entries with unusable keys were left out."""

    entries: MappingABC[str, Entry] = field(hash=False)
    span: Span
    whole: bool = True

    def get(self, key: str) -> Node | None:
        """What stands under a key, or None."""
        entry = self.entries.get(key)
        return entry.value if entry is not None else None


Node: TypeAlias = Scalar | Sequence | Mapping


def plain_value(node: Node) -> Any:
    """The node as plain Python data. A node that stands in two places (an alias) is one object in both.

    Recursion is bounded by the depth that the reader of documents allows.
    """
    return _plain_value(node, {})


def _plain_value(node: Node, seen: dict[int, Any]) -> Any:
    if isinstance(node, Scalar):
        return node.value
    value = seen.get(id(node))
    if value is None:
        if isinstance(node, Sequence):
            value = [_plain_value(item, seen) for item in node.items]
        else:
            value = {key: _plain_value(entry.value, seen) for key, entry in node.entries.items()}
        seen[id(node)] = value
    return value


def node_at(root: Node, path: Iterable[str | int]) -> Node:
    """The node at the end of a path of keys and indices, which must exist."""
    node = root
    for step in path:
        if isinstance(node, Mapping):
            assert isinstance(step, str)
            node = node.entries[step].value
        else:
            assert isinstance(node, Sequence)
            assert isinstance(step, int)
            node = node.items[step]
    return node
