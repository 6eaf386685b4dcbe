"""Words for messages: texts quoted and cut to a bearable length, lists of names, the nearest name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from itertools import islice

from wasm_link.linkfile.nodes import Mapping, Node, Scalar

_MAX_TEXT = 60
_MAX_NAMES = 12
_MAX_COMPARED = 64
_MAX_SEARCHES = 50


def shown(text: str) -> str:
    """A text as a message may hold it: what does not print is escaped, and it is cut where it is long."""
    short = text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)


def quoted(text: str) -> str:
    """A text as code in a message."""
    return f"`{shown(text)}`"


def one_of(names: Collection[str]) -> str:
    """What a message expects where a name must be one of `names`."""
    if not names:
        return "none is defined"
    more = len(names) - _MAX_NAMES
    listed = ", ".join(map(shown, islice(names, _MAX_NAMES)))
    text = f"{listed} and {more} more" if more > 0 else listed
    return text if len(names) == 1 else f"one of: {text}"


def did_you_mean(name: str | None) -> str | None:
    """A hint with the nearest name, where there is one."""
    return f"did you mean {quoted(name)}?" if name is not None else None


def describe(node: Node) -> str:
    """A value as a message names what was found."""
    if isinstance(node, Mapping):
        return "a mapping" if node.entries else "an empty mapping"
    if not isinstance(node, Scalar):
        return "a list" if node.items else "an empty list"
    if node.value is None:
        return "null" if node.text else "nothing"
    if isinstance(node.value, bool):
        return f"the boolean {node.text}"
    if isinstance(node.value, str):
        return f"the text {quoted(node.text)}"
    return f"the number {quoted(node.text)}"


class Nearest:
    """Finds the nearest of some names. Only so many searches are made: a file may hold thousands of wrong names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [name for name in names if len(name) <= _MAX_COMPARED]
        self._found: dict[str, str | None] = {}

    def to(self, name: str) -> str | None:
        """The name that is most like `name`, or None where none is alike."""
        if name not in self._found:
            if len(name) > _MAX_COMPARED or len(self._found) >= _MAX_SEARCHES:
                return None
            matches = get_close_matches(name, self._names, n=1, cutoff=0.6)
            lowered = name.lower().replace("_", "-")
            self._found[name] = lowered if lowered in self._names else next(iter(matches), None)
        return self._found[name]
