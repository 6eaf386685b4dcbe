"""Words for messages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wasm_link.linkfile.wording import Nearest, one_of, quoted, shown


@given(st.text())
def test_shown_texts_are_short_and_print(text: str) -> None:
    """Whatever a linkfile holds, a message about it is one short line without control characters."""
    assert shown(text).isprintable()
    assert len(shown(text)) <= 600


def test_quoted_texts_are_cut() -> None:
    """A long text is cut, and says so."""
    assert quoted("x" * 1000) == "`" + "x" * 59 + "…`"


def test_lists_of_names_are_cut() -> None:
    """A long list of names says how many more there are."""
    assert one_of(["a", "b"]) == "one of: a, b"
    assert one_of(["a"]) == "a"
    assert one_of([]) == "none is defined"
    assert one_of([str(n) for n in range(20)]).endswith(", 11 and 8 more")


def test_the_nearest_name() -> None:
    """The nearest name is found across small mistakes and another way to write words; none is forced."""
    near = Nearest(["count", "shout", "text-count"])
    assert near.to("cuont") == "count"
    assert near.to("TEXT_COUNT") == "text-count"
    assert near.to("zebra") is None


def test_searches_are_bounded() -> None:
    """After some searches no more are made, so that thousands of wrong names cost little; found ones are remembered."""
    near = Nearest(["count"])
    assert [near.to(f"coun{n}") for n in range(60)].count("count") == 50
    assert near.to("coun0") == "count"
    assert near.to("x" * 100_000) is None
