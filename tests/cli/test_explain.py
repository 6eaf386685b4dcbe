"""`wasm-link explain`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from wasm_link.cli.app import app
from wasm_link.diagnostics import Code
from wasm_link.diagnostics.explain import explanation


def test_a_code_gives_its_page() -> None:
    """However it is written."""
    result = CliRunner().invoke(app, ["explain", "wl201"])
    assert result.exit_code == 0
    assert result.stdout == explanation(Code.UNKNOWN_SOURCE)


def test_several_codes_give_their_pages_in_the_order_asked_for() -> None:
    """The hint below diagnostics can be copied as it is."""
    result = CliRunner().invoke(app, ["explain", "WL211", "WL105"])
    assert result.stdout == explanation(Code.UNUSED_SOURCE) + "\n" + explanation(Code.BAD_ID)


def test_without_a_code_all_are_listed() -> None:
    """Each on a line of its own, warnings marked."""
    lines = CliRunner().invoke(app, ["explain"]).stdout.splitlines()
    assert len(lines) == len(Code)
    assert "WL201  A source is not defined" in lines
    assert "WL211  A source is not used (warning)" in lines


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("WL200", "Did you mean WL201 (A source is not defined)?"),
        ("nonsense", "`wasm-link explain` lists all codes."),
    ],
)
def test_an_unknown_code_is_wrong_usage(text: str, hint: str) -> None:
    """With the nearest one, or the way to the list."""
    result = CliRunner().invoke(app, ["explain", "WL201", text])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"No such code '{text}'. {hint}" in result.stderr
