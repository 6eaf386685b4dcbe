"""Cycles and reachability."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wasm_link.linkfile.graph import find_cycles, unreached

GRAPHS = st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 8), max_size=4), max_size=9)


def reachable(needs: dict[int, list[int]], start: int) -> set[int]:
    """All nodes that `start` needs, by the plainest search there is."""
    found: set[int] = set()
    waiting = list(needs.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(needs.get(node, ()))
    return found


def test_a_graph_without_cycles_has_none() -> None:
    """A diamond is no cycle."""
    assert find_cycles({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}) == ()


def test_a_node_that_needs_itself() -> None:
    """A need of oneself is a cycle of one."""
    assert find_cycles({"a": ["a"]}) == (("a",),)


def test_one_shortest_cycle_for_each_group() -> None:
    """A group gives its shortest cycle through its first node, and groups come in the graph's order."""
    needs = {"x": ["y"], "a": ["b", "c"], "b": ["c"], "c": ["a"], "y": ["x"]}
    assert find_cycles(needs) == (("x", "y"), ("a", "c"))


def test_a_long_chain_and_a_long_cycle() -> None:
    """Ten thousand nodes in a row need no recursion."""
    chain = {i: [i + 1] for i in range(10_000)}
    assert find_cycles(chain) == ()
    assert find_cycles({**chain, 10_000: [0]}) == (tuple(range(10_001)),)


def test_unreached_nodes_are_in_order() -> None:
    """What no root needs is listed in the graph's order."""
    assert unreached({"z": [], "a": ["b"], "b": [], "y": ["b"]}, ["a"]) == ("z", "y")


@given(GRAPHS)
def test_cycles_are_cycles_and_none_is_missed(needs: dict[int, list[int]]) -> None:
    """Every cycle follows needs, and there is exactly one for each group of nodes that reach themselves."""
    cycles = find_cycles(needs)
    for cycle in cycles:
        assert all(b in needs[a] for a, b in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
        assert len(set(cycle)) == len(cycle)
    circular = {node for node in needs if node in reachable(needs, node)}
    groups = {
        frozenset(other for other in circular if other in reachable(needs, node) and node in reachable(needs, other))
        for node in circular
    }
    assert {group for group in groups for cycle in cycles if cycle[0] in group} == groups
    assert len(cycles) == len(groups)


@given(GRAPHS, st.lists(st.integers(0, 8), max_size=3))
def test_unreached_is_what_a_search_misses(needs: dict[int, list[int]], roots: list[int]) -> None:
    """Reachability agrees with a plain search from each root."""
    reached = set(roots).union(*(reachable(needs, root) for root in roots))
    assert unreached(needs, roots) == tuple(node for node in needs if node not in reached)
