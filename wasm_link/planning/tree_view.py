"""A link plan in, a tree for people out: root, plugins, below each plugin its sockets, below each socket who serves it.

Every plugin is expanded once, and what lies deep goes on further below at the left margin, so that the text grows with
the plan and not with the number or the length of the paths through it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from wasm_link.diagnostics.display import escaped
from wasm_link.planning.plan import Edge, LinkPlan
from wasm_link.planning.wording import why_edge, why_empty, why_providers

_T = TypeVar("_T")

MAX_DEPTH = 12
"""How many plugins may stand below each other before the tree goes on at the left margin."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line that is still to be written, before what is below it is known."""

    text: str
    plugin: str | None = None
    edge: Edge | None = None
    lead: str = ""
    lead_below: str = ""
    depth: int = 0


def plan_as_tree(plan: LinkPlan) -> str:
    """The tree, with the reason of each socket and provider; a plugin that comes again is marked `(shown above)`."""
    return "\n".join(_Tree(plan).lines())


class _Tree:
    """The state of one walk: what was expanded already, and what is to go on at the margin."""

    def __init__(self, plan: LinkPlan) -> None:
        self._plan = plan
        self._edges: dict[str, list[Edge]] = {}
        for edge in plan.edges:
            self._edges.setdefault(edge.consumer, []).append(edge)
        self._expanded: set[str] = set()
        self._later: deque[str] = deque()
        self._put_off: set[str] = set()

    def lines(self) -> Iterator[str]:
        root = self._plan.root
        name = f"{escaped(self._plan.name)}: " if self._plan.name is not None else ""
        top = _Line(f"{name}root `{root.interface}` ({root.cardinality.value})")
        yield top.text
        yield from self._walk([_below(top, plugin, plugin, last) for plugin, last in _with_last(root.plugins)])
        while self._later:
            plugin = self._later.popleft()
            if plugin not in self._expanded:
                yield ""
                yield from self._walk([_Line(plugin, plugin)])
        if self._plan.unreached:
            yield ""
            yield f"not reached from the root, and not built: {', '.join(self._plan.unreached)}"

    def _walk(self, roots: list[_Line]) -> Iterator[str]:
        """Depth first, with a stack of its own: a chain of plugins may be longer than Python's recursion goes."""
        stack = roots[::-1]
        while stack:
            line = stack.pop()
            if line.edge is not None:
                yield f"{line.lead}{line.text}"
                stack.extend(reversed(self._providers(line, line.edge)))
            elif line.plugin is not None:
                yield f"{line.lead}{line.text}{self._mark(line.plugin, line.depth)}"
                stack.extend(reversed(self._sockets(line, line.plugin)))
            else:
                yield f"{line.lead}{line.text}"

    def _mark(self, plugin: str, depth: int) -> str:
        if plugin not in self._edges:
            return ""
        if plugin in self._expanded:
            return " (shown above)"
        return " (continued below)" if depth >= MAX_DEPTH else ""

    def _sockets(self, line: _Line, plugin: str) -> list[_Line]:
        """The sockets of a plugin that is met for the first time; deep down they are put off."""
        if plugin in self._expanded or plugin not in self._edges:
            return []
        if line.depth >= MAX_DEPTH:
            if plugin not in self._put_off:
                self._put_off.add(plugin)
                self._later.append(plugin)
            return []
        self._expanded.add(plugin)
        return [
            _below(line, f"{edge.interface} ({edge.cardinality.value}, {why_edge(edge)})", None, last, edge)
            for edge, last in _with_last(self._edges[plugin])
        ]

    def _providers(self, line: _Line, edge: Edge) -> list[_Line]:
        if not edge.providers:
            return [_below(line, f"none: {why_empty(edge)}", None, True)]
        return [
            _below(line, f"{plugin}: {why}", plugin, last) for (plugin, why), last in _with_last([*why_providers(edge)])
        ]


def _below(above: _Line, text: str, plugin: str | None, last: bool, edge: Edge | None = None) -> _Line:
    """A line below another one, joined to it; `last` says that no more follow on its level."""
    lead = above.lead_below + ("└── " if last else "├── ")
    lead_below = above.lead_below + ("    " if last else "│   ")
    return _Line(text, plugin, edge, lead, lead_below, above.depth + (1 if plugin is not None else 0))


def _with_last(items: Sequence[_T]) -> Iterator[tuple[_T, bool]]:
    """Each item, and whether it is the last."""
    return ((item, number == len(items)) for number, item in enumerate(items, 1))
