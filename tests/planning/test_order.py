"""The topological order of plugins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasm_link.planning.order import levels, topological_order


@st.composite
def acyclic_graphs(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """Graphs whose edges lead from higher to lower numbers, with the nodes in any order."""
    size = draw(st.integers(0, 12))
    return {
        str(node): tuple(str(need) for need in range(node) if draw(st.booleans()))
        for node in draw(st.permutations(range(size)))
    }


@given(acyclic_graphs())
def test_every_plugin_comes_after_what_it_needs(needs: dict[str, tuple[str, ...]]) -> None:
    """The order holds each plugin once, and all that a plugin needs before it."""
    order = topological_order(needs)
    assert sorted(order) == sorted(needs)
    assert all(order.index(need) < order.index(name) for name in needs for need in needs[name])


def test_plugins_that_do_not_need_each_other_keep_their_order() -> None:
    """Ties are decided by the order in which plugins are written."""
    assert topological_order({"a": ("c",), "b": (), "c": (), "d": ()}) == ("b", "c", "d", "a")


def test_a_cycle_is_an_error() -> None:
    """No order is given for a graph that has none."""
    with pytest.raises(ValueError, match="cycle"):
        topological_order({"a": ("b",), "b": ("a",)})


def test_a_chain_of_ten_thousand_is_ordered() -> None:
    """Depth costs no recursion: a long chain comes out from its far end."""
    needs = {str(i): (str(i + 1),) if i < 9_999 else () for i in range(10_000)}
    order = topological_order(needs)
    assert order[0] == "9999"
    assert order[-1] == "0"
    assert levels(order, needs)["0"] == 9_999


def test_a_plugin_is_one_level_above_the_highest_that_it_needs() -> None:
    """Level 0 needs nothing; a diamond's top is one above its sides."""
    needs = {"top": ("left", "right"), "left": ("base",), "right": (), "base": ()}
    assert levels(topological_order(needs), needs) == {"right": 0, "base": 0, "left": 1, "top": 2}
