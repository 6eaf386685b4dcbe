"""Cycles and reachability in a graph of dependencies, given as a mapping from each node to the nodes that it needs.

Nothing here recurses, takes more than linear time or depends on the order of a set: results are in the mapping's order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def find_cycles(needs: Mapping[Node, Sequence[Node]]) -> tuple[tuple[Node, ...], ...]:
    """One shortest cycle for each group of nodes that need each other, the group's first node first.

    A cycle `(a, b)` says that a needs b and b needs a; `(a,)` says that a needs itself. For example
    `{"a": ["b"], "b": ["c"], "c": ["b", "c"]}` gives `(("b", "c"),)`: the group is b and c, and c's need of itself is
    in the same group. Nodes that are needed but are not keys need nothing. The cycles are in the order of their first
    nodes.
    """
    position = {node: index for index, node in enumerate(needs)}
    cycles = []
    for group in _components(needs):
        first = min(group, key=position.__getitem__)
        if len(group) > 1 or first in needs[first]:
            cycles.append(_shortest_cycle(needs, first, frozenset(group)))
    return tuple(sorted(cycles, key=lambda cycle: position[cycle[0]]))


def unreached(needs: Mapping[Node, Sequence[Node]], roots: Iterable[Node]) -> tuple[Node, ...]:
    """The nodes, in the mapping's order, that no root needs, directly or through others."""
    reached = set(roots)
    waiting = list(reached)
    while waiting:
        for node in needs.get(waiting.pop(), ()):
            if node not in reached:
                reached.add(node)
                waiting.append(node)
    return tuple(node for node in needs if node not in reached)


def _components(needs: Mapping[Node, Sequence[Node]]) -> list[list[Node]]:
    """The strongly connected components, by Tarjan's algorithm (SIAM J. Comput. 1(2), 1972) with a stack of its own."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    unassigned: dict[Node, None] = {}  # Tarjan's stack; a mapping, so that asking for a node takes no search
    visits: list[tuple[Node, Iterator[Node]]] = []
    components: list[list[Node]] = []

    def enter(node: Node) -> None:
        index[node] = low[node] = len(index)
        unassigned[node] = None
        visits.append((node, iter(needs[node])))

    for start in needs:
        if start not in index:
            enter(start)
        while visits:
            node, rest = visits[-1]
            for needed in rest:
                if needed in needs and needed not in index:
                    enter(needed)
                    break
                if needed in unassigned:
                    low[node] = min(low[node], index[needed])
            else:
                visits.pop()
                if visits:
                    caller = visits[-1][0]
                    low[caller] = min(low[caller], low[node])
                if low[node] == index[node]:
                    components.append(_pop_through(unassigned, node))
    return components


def _pop_through(stack: dict[Node, None], node: Node) -> list[Node]:
    """Take the nodes from a stack down to `node`."""
    taken = []
    while node in stack:
        taken.append(stack.popitem()[0])
    return taken


def _shortest_cycle(needs: Mapping[Node, Sequence[Node]], first: Node, group: frozenset[Node]) -> tuple[Node, ...]:
    """A shortest way from `first` back to itself inside of its group; of several, the one that the order favours."""
    came_from: dict[Node, Node] = {}
    waiting = deque([first])
    while waiting:
        node = waiting.popleft()
        for needed in needs[node]:
            if needed == first:
                return _way_back(came_from, node, first)
            if needed in group and needed not in came_from:
                came_from[needed] = node
                waiting.append(needed)
    raise AssertionError("a group of nodes that need each other has a cycle")


def _way_back(came_from: Mapping[Node, Node], node: Node, first: Node) -> tuple[Node, ...]:
    way = [node]
    while way[-1] != first:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))
